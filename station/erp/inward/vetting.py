"""Files inside documents are opened before the unit of work that takes them over, and in a process apart.

A carrier's label may be made to keep whoever opens it busy for minutes. The units of work are everybody's:
while one runs no scan is accepted. So `inbox.take` takes a document with a file only when this was done.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import replace

from printers import foreign
from printers.errors import PrintError
from station.erp.inward import validate
from station.erp.port import Item

FOREIGN = frozenset({"carrier_label"})
"""The documents that carry a file."""

REFUSED = "E-ERP-28"


class Unvetted(RuntimeError):
    """A document came into a unit of work with its file unopened: a fault of ours."""


def vetted(items: Iterable[Item]) -> list[Item]:
    """The same documents; one whose file cannot be used has the code and the sentence instead.

    `printers.apart.NotNow` when no process could be started: the documents are tried again as a whole.
    """
    return [_vetted(item) if item.doc_type in FOREIGN and item.doc is not None else item for item in items]


def _vetted(item: Item) -> Item:
    if item.is_vetted or validate.problems(item.doc):  # the gate refuses those by itself
        return item
    if not item.doc.label_data:  # a number alone
        return replace(item, is_vetted=True)
    try:
        data = base64.b64decode(item.doc.label_data, validate=True)
        foreign.vet(item.doc.label_format.lower(), data)
    except (PrintError, binascii.Error, ValueError) as error:
        return replace(item, code=REFUSED, why=str(error)[:200])
    return replace(item, is_vetted=True)
