"""Cartons that are known by their number before anybody opens them: from a notice or an earlier day (P2)."""
