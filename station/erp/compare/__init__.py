"""Both sides say what they know; differences are listed, never overwritten."""
