"""From one slot to another (P10)."""
