"""Zones that are kept for goods before they come (S-15)."""
