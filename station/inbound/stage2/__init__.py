"""The inspection of samples (P3)."""
