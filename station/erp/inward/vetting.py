"""Files inside documents are opened before the unit of work that takes them over, and in a process apart.

A carrier's label may be made to keep whoever opens it busy for minutes. The units of work are everybody's:
while one runs no scan is accepted. So `inbox.take` takes a document with a file only when this was done.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from printers.documents import SuppliedWaybill
from printers.errors import PrintError
from printers.foreign import Target
from station.erp.inward import validate
from station.erp.port import Item
from station.ground.db import Database
from station.paper import targets

FOREIGN = frozenset({"carrier_label"})
"""The documents that carry a file."""

REFUSED = "E-ERP-28"


class Unvetted(RuntimeError):
    """A document came into a unit of work with its file unopened: a fault of ours."""


def vetted(items: Iterable[Item], db: Database) -> list[Item]:
    """The same documents; one whose file cannot be printed has the code and the sentence instead.

    A label is drawn as each kind of printer for waybills would print it, and its bar code is read: one of
    them must be able to. `printers.apart.NotNow` when no process could be started: the documents are tried
    again as a whole.
    """
    waiting = list(items)
    if not any(item.doc_type in FOREIGN and item.doc is not None for item in waiting):
        return waiting
    with db.read() as tx:
        printers = targets.of_waybills(tx)
    return [
        _vetted(item, printers) if item.doc_type in FOREIGN and item.doc is not None else item
        for item in waiting
    ]


def _vetted(item: Item, printers: list[Target]) -> Item:
    if item.is_vetted or validate.problems(item.doc):  # the gate refuses those by itself
        return item
    doc = item.doc
    if not doc.label_data:  # a number alone
        return replace(item, is_vetted=True)
    try:
        paper = SuppliedWaybill(doc.waybill_no, doc.label_format.lower(), doc.label_data, doc.label_dpi)
        targets.require_printable(paper, printers)
    except PrintError as error:
        return replace(item, code=REFUSED, why=str(error)[:200])
    return replace(item, is_vetted=True)
