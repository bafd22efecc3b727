"""Running a station: server, loops, HTTPS."""
