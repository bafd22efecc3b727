"""Signatures, labels, posting (P4)."""
