"""Delivering to ERPs what the rooms had to say."""
