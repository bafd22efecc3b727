"""Verifying, packing and weighing (P17, P18)."""
