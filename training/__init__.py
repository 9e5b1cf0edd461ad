"""Training of the shipped model; the only part that needs torch."""
