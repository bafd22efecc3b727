"""Which piece with a serial number goes to which order (P15, P17, I6)."""
