"""A process that no warehouse needs: what a new room may hold, and that nothing else must be touched."""
