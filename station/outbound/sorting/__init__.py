"""Sorting a wave's goods into the cells of a wall, one cell for each order (P16)."""
