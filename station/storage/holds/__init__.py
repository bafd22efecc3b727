"""Goods that may not be sold for a while (P10)."""
