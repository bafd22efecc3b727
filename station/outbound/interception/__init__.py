"""Pulling the goods of stopped orders off the floor (P24, first version)."""
