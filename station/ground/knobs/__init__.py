"""Thresholds that a supervisor changes at the desk, and every change of them."""
