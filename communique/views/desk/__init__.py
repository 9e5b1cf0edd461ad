"""Desk: the pages on which an analyst reads a ledger."""
