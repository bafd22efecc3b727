"""The waybill port and the carrier services behind it (P19)."""
