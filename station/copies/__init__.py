"""Copies of a whole station: made while it works, proven before they count, and put back in one step."""
