"""HTTPS on a plain office LAN."""
