"""Steps that every process may use: a choice, a signature, a reprint."""
