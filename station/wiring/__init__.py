"""The rooms put together: what no room may know of the others is known here."""
