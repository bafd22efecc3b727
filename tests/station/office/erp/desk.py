"""What the tests of the desk's ERP pages need: who comes in, and what there is to decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from station.erp import connections
from station.erp.compare.models import Difference, DifferenceSeen, Reconciliation
from station.erp.inward import inbox, problems
from station.erp.models import InboxProblem
from station.erp.port import Item
from station.exchange import documents as erp
from station.exchange.models import ErpConnection, OutboxMessage
from station.ground.vault import Vault
from station.ground.web.kit import csrf_token
from station.people.models import AuditRow
from station.wiring.hub import Hub
from tests.floor import Floor
from tests.station.office.erp_twin import HOSTILE

WU = "1008"
"""Administrator, supervisor and finance of the demo."""


READ = ("", "/out", "/in", "/differences", "/templates", "/words/twin")


def vault_of(hub: Hub) -> Any:
    return Vault.in_folder(hub.settings.data)


def enter(client: FlaskClient, floor: Floor, number: str) -> str:
    """Come in as a person; the synchroniser token."""
    token = floor.sign_in(number, device="DESK")
    client.set_cookie("sid", token)
    return csrf_token(token)


def read(hub: Hub, what: Callable[[Session], Any]) -> Any:
    with hub.db.read() as tx:
        return what(tx)


def row_of(hub: Hub, model: Any, row_id: int) -> Any:
    return read(hub, lambda tx: tx.get(model, row_id))


def audits(hub: Hub) -> list[tuple[str, str, Any]]:
    rows = read(hub, lambda tx: list(tx.scalars(select(AuditRow).order_by(AuditRow.id))))
    return [(row.action, row.subject, row.detail) for row in rows if row.action.startswith("ERP")]


def arrive(hub: Hub, *docs: Any, source: str = "twin") -> None:
    """Documents are taken over."""
    items, today, now = inbox.items_of(docs), hub.clock.today(), hub.clock.now()
    hub.db.write(lambda tx: inbox.take(tx, source, items, settings=hub.settings, today=today, now=now))


def state_of(order_no: str = "DO1", key: str = "k1") -> erp.OrderStateDocument:
    from datetime import UTC, datetime

    return erp.OrderStateDocument(
        event_key=key, erp_no="E1", order_no=order_no, state="PICK",
        at=datetime(2026, 5, 1, tzinfo=UTC), operator=HOSTILE,
    )  # fmt: skip


def message(hub: Hub, key: str = "k1", state: str = "DEAD", error: str = f"Refused: {HOSTILE}") -> int:
    """A confirmation for the twin in some state; its id."""
    now = hub.clock.now()

    def work(tx: Session) -> int:
        row = OutboxMessage(
            event_key=key, kind="order_state", doc_no="DO1", target="twin",
            payload=erp.to_data(state_of(key=key)), state=state, attempts=3, refusals=1,
            last_error=error, next_at=now, created_at=now,
        )  # fmt: skip
        tx.add(row)
        tx.flush()
        return row.id

    return hub.db.write(work)


def problem(hub: Hub, doc: Any, code: str = "E-ERP-93", why: str = HOSTILE, raw: Any = None) -> int:
    """A document of the twin that could not be taken over; its id."""
    item = Item(erp.doc_type_of(doc), erp.doc_no_of(doc), None if raw else doc, raw=raw)
    now = hub.clock.now()

    def work(tx: Session) -> int:
        problems.keep(tx, "twin", item, code, why, now)
        found = tx.scalar(select(InboxProblem.id).order_by(InboxProblem.id.desc()))
        assert found is not None
        return found

    return hub.db.write(work)


def set_twin(hub: Hub, **values: Any) -> None:
    hub.db.write(
        lambda tx: tx.execute(update(ErpConnection).where(ErpConnection.code == "twin").values(**values))
    )


def difference(
    hub: Hub, what: str = "stock", key: str = "S0001", ours: str = "GOOD 5", note: str = ""
) -> int:
    """Something both sides say differently; its id."""
    now = hub.clock.now()

    def work(tx: Session) -> int:
        connection_id = connections.known(tx, "twin").id
        run = Reconciliation(
            connection_id=connection_id, state="DONE", asked_by="陈主管", compared=10, differences=1,
            started_at=now, finished_at=now,
        )  # fmt: skip
        row = Difference(
            connection_id=connection_id, what=what, key=key, ours=ours[:80], theirs="GOOD 7",
            first_at=now, last_at=now, note=note,
        )  # fmt: skip
        tx.add_all([run, row])
        tx.flush()
        tx.add(
            DifferenceSeen(
                difference_id=row.id, reconciliation_id=run.id, ours="GOOD 5", theirs="GOOD 7", at=now
            )
        )
        tx.flush()
        return row.id

    return hub.db.write(work)
