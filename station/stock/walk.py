"""The order in which a picker passes the slots."""

from __future__ import annotations


def walk_key(zone: str, pick_seq: int, code: str) -> tuple[str, int, str]:
    """Sort key of a stop: zone, then the slot's fixed place in the serpentine, then its code."""
    return (zone, pick_seq, code)
