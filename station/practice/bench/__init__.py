"""How fast is this station on this machine: commits, scans, many handhelds, a slow disk."""
