"""Signed corrections of the books."""
