"""A truck without an order (无单收货, P1): let in by a supervisor, on hold until an order is matched."""
