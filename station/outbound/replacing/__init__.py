"""A unit that lacks at a bench is brought from another slot, and its order waits for it (P17)."""
