"""Making documents of what an ERP said: one by one, each with the reason when it cannot be understood."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from station.erp import port
from station.erp.inward import validate
from station.exchange import documents as erp
from station.ground.spreadsheets.reasons import NOT_UNDERSTOOD, UNMAPPED


class NotWhole(Exception):
    """A quantity that is no whole number of pieces."""


def item(doc_type: str, doc_no: str, mark: str, raw: Any, make: Callable[[], Any]) -> port.Item:
    """One document, or why it cannot be understood; `raw` is what a person is shown then."""
    number = validate.one_line(doc_no, 60)
    try:
        doc = make()
    except port.Unmapped as error:
        words = (error.kind, error.theirs)
        return port.Item(
            doc_type, number, mark=mark, code=UNMAPPED, why=str(error), raw=_kept(raw), unmapped=words
        )
    except NotWhole as error:
        return _broken(doc_type, number, mark, raw, f"no whole quantity: {error}")
    except (LookupError, TypeError, ValueError, ArithmeticError) as error:
        return _broken(doc_type, number, mark, raw, f"{type(error).__name__}: {error}"[:200])
    wrong = validate.problems(doc)
    if wrong:
        return _broken(doc_type, number, mark, raw, f"{wrong[0][0]}: {wrong[0][1]}")
    return port.Item(doc_type, erp.doc_no_of(doc), doc, mark=mark)


def _broken(doc_type: str, number: str, mark: str, raw: Any, why: str) -> port.Item:
    return port.Item(doc_type, number, mark=mark, code=NOT_UNDERSTOOD, why=why, raw=_kept(raw))


def _kept(raw: Any) -> Any:
    """A row as JSON that every database can keep: exact numbers as texts, no NUL, no half characters."""
    text = json.dumps(raw, default=str, ensure_ascii=False).replace("\\u0000", "")
    return json.loads(text.encode("utf-8", "replace"))
