"""Download, audit and allocation of delivery orders (P11, P12)."""
