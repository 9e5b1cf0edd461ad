"""The ledger: a folder of immutable Parquet files with a catalogue, what is written to it and asked of it."""
