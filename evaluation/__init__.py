"""Evaluation: signed scores of events, syntax and entities, and the floors that a change must not fall under.

Contract: reads annotated files and runs the shipped reader or another model folder; imports `communique`, never `training`.
Each command takes files of its format as arguments and prints a table, or JSON with `--json`.
"""
