"""Goods grow old: near, locked, expired (P10)."""
