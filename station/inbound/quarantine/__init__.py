"""What must not be sold: set apart, and let out by release, return to the supplier, or scrap (P5, S-29)."""
