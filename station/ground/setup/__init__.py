"""Setting a station up by a file: what a section is, how it is read, and how it is refused."""
