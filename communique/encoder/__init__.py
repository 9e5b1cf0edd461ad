"""The trained encoder: word pieces, the network, and what its scores mean."""
