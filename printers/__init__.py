"""Paper: documents in, ink out.

This package knows nothing of warehouses and never imports ``station``. The way of a paper through it:

``documents`` what stands on the paper -> ``layouts`` where it stands -> ``canvas`` dots -> ``languages``
bytes for a printer family -> ``transports`` the wire. ``queue`` keeps every print as a row with an honest
state and ``worker`` carries queued rows to the printers.
"""
