"""``station setup``: the sections of all rooms, done together or not at all."""
