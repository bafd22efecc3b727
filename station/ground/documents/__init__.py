"""What every document has: a number, a lifecycle, a history, signatures."""
