"""今日收货 · dock today: what is expected, what stands at the dock, where its room is kept (P1, S-15)."""
