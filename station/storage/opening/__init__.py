"""Opening stock: what lies in the slots before the station begins to book (P29)."""
