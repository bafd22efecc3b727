"""The printer that is always there: its paper is the picture kept on the job row."""

from printers.transports.delivery import Delivery

PROOF = "picture"


def deliver(payload: bytes) -> Delivery:
    """Take the job; the picture itself is the proof that it came out."""
    return Delivery(len(payload), proof=PROOF)
