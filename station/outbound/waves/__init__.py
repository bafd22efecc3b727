"""Waves (P13)."""
