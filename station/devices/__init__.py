"""Scales and serial scanners at the benches."""
