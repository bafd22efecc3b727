"""The count at the dock (P2)."""
