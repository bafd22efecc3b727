"""The command cards: what a worker may scan instead of pressing a key (domain §4.1)."""

from __future__ import annotations

CARDS = {
    "CM-OK": "L-CARD-OK",
    "CM-CLOSE": "L-CARD-CLOSE",
    "CM-UNDO": "L-CARD-UNDO",
    "CM-HELP": "L-CARD-HELP",
    "CM-REPRINT": "L-CARD-REPRINT",
    "CM-QTY": "L-CARD-QTY",
    "CM-SKIP": "L-CARD-SKIP",
    "CM-DAMAGE": "L-CARD-DAMAGE",
    "CM-SHORT": "L-CARD-SHORT",
    "CM-FULL": "L-CARD-FULL",
}
"""The cards that some process listens to, with what is printed on them. A card that does nothing yet is
not printed: whoever scanned it would only get a refusal.
"""
