"""What stands where: one scan, one answer."""
