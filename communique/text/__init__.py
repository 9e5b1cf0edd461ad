"""Text: from bytes to documents, articles with their parts, sentences and words."""
