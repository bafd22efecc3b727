"""Counting what a picker or a keeper found different (P27, its beginning)."""
