"""Thresholds as they count now: what the desk has said over `station.toml`, and how rooms declare them."""
