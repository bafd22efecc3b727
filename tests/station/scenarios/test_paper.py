"""Paper on the floor: reprints with reasons, doubtful labels, batches, cancelled orders (P19, P30)."""

from __future__ import annotations

from printers.transports import Delivery

BROKEN = Delivery(1000, error="Connection reset.")
