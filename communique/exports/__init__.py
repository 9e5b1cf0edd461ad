"""Exports: what a ledger holds, in the layouts that other programs and other event data sets have."""
