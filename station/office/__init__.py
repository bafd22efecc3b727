"""Start page, desk and training bench."""
