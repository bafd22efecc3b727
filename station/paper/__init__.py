"""Handing documents to printers; the printers' board and set-up."""
