"""From the dock to a slot (P8)."""
