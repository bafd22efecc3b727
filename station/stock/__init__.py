"""What is where: places, lots, the ledger, allocation, shelf life, and the checker of it all."""
