"""Orders, waves, picking, packing and weighing, dispatch (P11–P22)."""
