"""The virtual warehouse: workers, trucks and couriers that use the real HTTP door."""
