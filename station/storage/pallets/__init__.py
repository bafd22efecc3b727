"""Cartons on one pallet (P8): built at the dock, labelled, put away as one."""
