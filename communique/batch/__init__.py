"""Batch: many reports into a ledger, by one process or several."""
