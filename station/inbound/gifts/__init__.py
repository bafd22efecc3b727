"""Gifts: registered, labelled, kept apart, and signed for when they are given out (P7, S-07..S-10)."""
