"""A day of trucks: what comes in is not what was ordered, and the crew makes the best of it (P1–P8)."""
