"""Arrival, the two checks, signatures, carton labels, posting (P1–P4)."""
