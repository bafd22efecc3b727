"""Picking (P15)."""
