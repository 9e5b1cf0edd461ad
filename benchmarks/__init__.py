"""Benchmarks: how fast the program reads, and what it takes."""
