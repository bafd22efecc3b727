"""Putaway, and later replenishment, moves, holds, counting, slotting."""
