"""What receiving is told by: sheets, slips, purchases, suppliers, and all that happened at a receipt."""
