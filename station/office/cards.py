"""The sheet of command cards: what a worker may scan instead of pressing a key (domain §4.1)."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, render_template

from station.ground.scan.cards import CARDS
from station.ground.scan.kinds import COMMANDS
from station.ground.web import barcodes
from station.ground.web.desk import DESK, blueprint
from station.ground.web.kit import allow, hub
from station.ground.words.messages import say


@blueprint.get("/desk/cards")
@allow(*DESK)
def cards() -> Any:
    """One sheet of A4 to print and cut."""
    shown = [(card, say(code)) for card, code in CARDS.items()]
    return render_template("design/cards.html", cards=shown, demo=hub().demo_people)


@blueprint.get("/desk/cards/<card>.svg")
@allow(*DESK)
def card_barcode(card: str) -> Any:
    """A card's barcode: Code 128."""
    if card not in COMMANDS:
        abort(404)
    return Response(barcodes.code128(card), mimetype="image/svg+xml")
