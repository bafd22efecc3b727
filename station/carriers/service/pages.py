"""A carrier's number service on the desk: its address and key, what it was asked, and what it refused."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy import func, select

from station.carriers.pages import SETTERS, found
from station.carriers.service import rules
from station.carriers.service.models import NumberRequest, NumberState
from station.catalog.models import Carrier
from station.ground.reaching import is_address
from station.ground.vault import Vault
from station.ground.web.desk import DESK, blueprint
from station.ground.web.kit import actor, allow, hub
from station.ground.words.actor import Role
from station.ground.words.messages import Refused, say
from station.ground.work import Work
from station.people import trail

SHOWN = 100
OPEN = tuple(state for state in NumberState if state not in {NumberState.GIVEN, NumberState.CANCELLED})
"""What a person may have to do with: the rest went well."""


@blueprint.get("/desk/carriers/<code>/service")
@allow(*DESK)
def number_service(code: str) -> Any:
    """Where the numbers come from, and what is open."""
    return _page(code)


@blueprint.post("/desk/carriers/<code>/service")
@allow(Role.ADMIN)
def set_number_service(code: str) -> Any:
    """Another address or key; an empty address takes the service away, and the ranges give numbers again."""
    url, key = (request.form.get(name, "")[:400].strip() for name in ("url", "key"))
    if url and (len(url) > 200 or not is_address(url)):  # noqa: PLR2004 — as long as its column
        return _page(code, say("E-CAR-03")), 422
    if not (key.isascii() and key.isprintable()):
        return _page(code, say("E-CAR-04")), 422
    station, who = hub(), actor()

    def save(work: Work) -> None:
        rules.set_service(
            work.tx, found(work.tx, code).carrier.id, url, key, Vault.in_folder(station.settings.data)
        )
        trail.note(work.tx, who, "NUMBER_SERVICE", code, work.now, url=url, key="new" if key else "")

    station.works.do(save, who)
    return redirect(url_for("office.number_service", code=code))


@blueprint.post("/desk/carriers/requests/<int(max=2147483647):request_id>/again")
@allow(*SETTERS)
def ask_number_again(request_id: int) -> Any:
    """What the carrier refused is mended: ask it again."""
    who = actor()

    def again(work: Work) -> str:
        wish = work.tx.get(NumberRequest, request_id)
        if wish is None:
            abort(404)
        rules.ask_again(work, wish)
        trail.note(work.tx, who, "NUMBER_AGAIN", wish.request_key, work.now)
        return work.tx.get_one(Carrier, wish.carrier_id).code

    try:
        code = hub().works.do(again, who)
    except Refused:  # somebody was faster
        return redirect(url_for("office.carriers"))
    return redirect(url_for("office.number_service", code=code))


def _page(code: str, refusal: dict[str, str] | None = None) -> str:
    with hub().db.read() as tx:
        carrier = found(tx, code).carrier
        mine = NumberRequest.carrier_id == carrier.id
        counts = tx.execute(
            select(NumberRequest.state, func.count().label("n")).where(mine).group_by(NumberRequest.state)
        ).all()
        rows = tx.scalars(
            select(NumberRequest)
            .where(mine, NumberRequest.state.in_(OPEN))
            .order_by(NumberRequest.id.desc())
            .limit(SHOWN)
        ).all()
        service, unreleased = rules.service_of(tx, carrier.id), rules.unreleased(tx, carrier.id)
    return render_template(
        "carriers/service.html",
        carrier=carrier,
        service=service,
        unreleased=len(unreleased),
        counts=counts,
        rows=rows,
        refusal=refusal,
        may_set=actor().may(frozenset({Role.ADMIN})),
        may_ask=actor().may(frozenset(SETTERS)),
        demo=hub().demo_people,
    )
