"""Who reads the ERP pages, and that nothing slips through them."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from station.erp import connections, vocabulary
from station.erp.pages import mapping as erp_words
from station.erp.pages import setup as erp_setup
from station.erp.pages.health import STATES
from station.erp.pages.talk import OUT_STATES
from station.exchange import documents as erp
from station.exchange.models import ErpConnection
from tests.floor import CHEN, LI, SUN, Floor
from tests.station.office.erp.desk import READ, WU, difference, enter, message, problem
from tests.station.office.erp_twin import HOSTILE


def test_everybody_of_the_desk_reads_and_nobody_else(client: FlaskClient, floor: Floor) -> None:
    message_id, problem_id = message(floor.hub), problem(floor.hub, erp.Supplier(code="V9", name="x"))
    paths = [*READ, f"/out/{message_id}", f"/in/{problem_id}", f"/differences/{difference(floor.hub)}"]
    for number in (CHEN, LI, WU):
        enter(client, floor, number)
        for path in paths:
            assert client.get(f"/desk/erp{path}").status_code == 200, path
    enter(client, floor, SUN)
    for path in paths:
        assert client.get(f"/desk/erp{path}").status_code == 403, path


def test_hostile_words_stay_words(client: FlaskClient, floor: Floor) -> None:
    hub = floor.hub
    message_id = message(hub)
    problem_id = problem(hub, erp.Supplier(code="V9", name=HOSTILE))
    difference_id = difference(hub, ours=HOSTILE, note=HOSTILE)
    now = hub.clock.now()

    def work(tx: Session) -> None:
        for kind in ("carrier", "unit", "status", "warehouse"):
            vocabulary.note_word(tx, connections.known(tx, "twin").id, kind, HOSTILE, now)
        tx.execute(
            update(ErpConnection)
            .where(ErpConnection.code == "twin")
            .values(name=HOSTILE, down_since=now, last_error=f"Down: {HOSTILE}")
        )

    hub.db.write(work)
    enter(client, floor, WU)
    paths = [*READ, f"/out/{message_id}", f"/in/{problem_id}", f"/differences/{difference_id}", "/twin/edit"]
    for path in paths:
        text = client.get(f"/desk/erp{path}").text
        assert "<img src=x" not in text, path
        assert "<b>'" not in text, path
    assert "&lt;img src=x" in client.get(f"/desk/erp/out/{message_id}").text
    assert "&lt;img src=x" in client.get("/desk/erp/words/twin").text


def test_nonsense_in_the_address_is_ignored_or_not_there(client: FlaskClient, floor: Floor) -> None:
    enter(client, floor, WU)
    for page in ("out", "in", "differences"):
        for query in ("?state=%00", "?target=nobody", "?page=-1", "?page=999999", "?q=%25", "?gone=x"):
            assert client.get(f"/desk/erp/{page}{query}").status_code == 200
    for path in (
        "out/99999", "in/99999", "differences/99999", "words/nobody", "nobody/edit",
        "new/edit", "templates/stock.csv", "templates/orders.exe", "out/x",
    ):  # fmt: skip
        assert client.get(f"/desk/erp/{path}").status_code == 404, path


def test_every_word_that_is_looked_up_is_translated() -> None:
    """States, documents, their fields and what people did come from data, where no linter sees them."""
    path = Path(erp.__file__).parents[1] / "ground/words/translations/zh/LC_MESSAGES/messages.po"
    with path.open("rb") as file:
        known = {str(entry.id) for entry in read_po(file) if entry.string}
    folder = Path(erp_setup.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
    actions = set(re.findall(r'"(ERP_[A-Z_]+)"', code)) | {"ERP_PAUSE", "ERP_RESUME"}
    assert len(actions) > 10
    parts = [part for part in vars(erp).values() if dataclasses.is_dataclass(part)]
    fields = {item.name for part in parts for item in dataclasses.fields(part)}
    wanted = {*STATES.values(), *erp.DOC_TYPES, *actions, *fields, *OUT_STATES, *erp_words.KINDS}
    assert sorted(wanted - known) == []
