"""The parts of one station, put together."""
