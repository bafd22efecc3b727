"""Taking a posted inbound slip back: 红冲 (P4)."""
