"""Manifest and handover (P21, P22)."""
