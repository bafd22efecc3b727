"""A truck at the dock (P1)."""
