"""The loop that asks the services: a wish is noted as asked before the call, so that no call is forgotten.

What was asked and not answered is looked up by its key, and only what the service never heard of is asked
again, with the same key. A service that does not answer is left alone for a while; others go on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from printers.apart import NotNow
from station.carriers.service import rules
from station.carriers.service.models import NUMBER_REQUEST, NumberRequest, NumberService, NumberState
from station.carriers.service.wire import Answer, Declined, Service, Silent
from station.ground.vault import Vault, VaultClosed
from station.ground.words.messages import Refused
from station.ground.work import Machine, Work, Works

AT_ONCE = 10
PATIENCE = timedelta(seconds=60)
"""A call that was begun and never noted as ended is looked up after so long."""
PAUSES_S = (2, 5, 15, 60)
WHO = Machine("carrier")


class Asking:
    """One loop for all services."""

    def __init__(self, works: Works) -> None:
        self._works = works
        self._pauses: dict[int, tuple[int, float]] = {}

    def turn(self) -> bool:
        """Ask what is due; True when there may be more at once."""
        if self._works.db.trouble:
            return False
        with self._works.db.read() as tx:
            services = [(one.carrier_id, one.url, one.secrets) for one in tx.scalars(select(NumberService))]
        more = [self._serve(*one) for one in services]
        return any(more)

    def _serve(self, carrier_id: int, url: str, secrets: str) -> bool:
        fails, until = self._pauses.get(carrier_id, (0, 0.0))
        now = self._works.clock.steady()
        if now < until:
            return False
        with self._works.db.read() as tx:
            todo = [
                (one.id, one.state) for one in rules.due(tx, carrier_id, self._works.clock.now(), AT_ONCE)
            ]
        if not todo:
            return False
        try:
            key = Vault.in_folder(self._works.settings.data).unlock(secrets).get(rules.KEY, "")
            service = Service(url, key, self._works.settings.reach)
            try:
                for request_id, state in todo:
                    self._one(service, request_id, NumberState(state))
            finally:
                service.close()
        except (Silent, VaultClosed, NotNow) as error:
            wait = PAUSES_S[min(fails, len(PAUSES_S) - 1)]
            self._pauses[carrier_id] = fails + 1, self._works.clock.steady() + wait
            self._note(carrier_id, str(error)[:200])
            return False
        if self._pauses.pop(carrier_id, None):
            self._note(carrier_id, "")
        return len(todo) == AT_ONCE

    def _one(self, service: Service, request_id: int, state: NumberState) -> None:
        """Whatever is next for one wish."""
        if state == NumberState.CANCELLING:
            self._give_back(service, request_id)
            return
        body = self._move(request_id, "lose_sight" if state == NumberState.ASKED else "ask")
        if body is None:
            return
        key, facts = body
        try:
            if state == NumberState.WAITING:
                answer: Answer | None = service.ask(key, facts)
            else:
                answer = service.look_up(key) or service.ask(key, facts)
        except Declined as no:
            self._move(request_id, "decline", why=str(no)[:200])
        except Silent:
            self._move(request_id, "lose_sight")
            raise
        else:
            values = {name: getattr(answer, name) for name in Answer.__slots__}
            self._move(request_id, "answer", body=None, why="", **values)

    def _give_back(self, service: Service, request_id: int) -> None:
        with self._works.db.read() as tx:
            key = tx.get_one(NumberRequest, request_id).request_key
        try:
            service.give_back(key)
        except Declined as no:
            self._move(request_id, "keep", why=str(no)[:200])
        except Silent:
            self._do(partial(_put_off, request_id=request_id))
            raise
        else:
            self._move(request_id, "cancelled")

    def _move(self, request_id: int, event: str, **values: Any) -> tuple[str, dict[str, Any]] | None:
        """The key and what the service is told; None when somebody else moved the wish meanwhile."""
        told: tuple[str, dict[str, Any]] | None = self._do(
            partial(_moved, request_id=request_id, event=event, values=values)
        )
        return told

    def _note(self, carrier_id: int, trouble: str) -> None:
        def note(work: Work) -> None:
            service = rules.service_of(work.tx, carrier_id)
            if service is not None:
                service.trouble = trouble

        self._do(note)

    def _do(self, rule: Callable[[Work], Any]) -> Any:
        return self._works.do(rule, WHO)


def _moved(
    work: Work, *, request_id: int, event: str, values: dict[str, Any]
) -> tuple[str, dict[str, Any]] | None:
    request = work.tx.get(NumberRequest, request_id, with_for_update=True)
    if request is None:
        return None
    told = request.request_key, dict(request.body or {})
    if event == "ask":
        values = values | {"next_at": work.now + PATIENCE}
    elif event == "lose_sight":
        values = values | {"next_at": work.now + _wait(request.tries), "tries": request.tries + 1}
    try:
        NUMBER_REQUEST.move(work, request, event, **values)
    except Refused:
        return None
    return told


def _put_off(work: Work, *, request_id: int) -> None:
    request = work.tx.get_one(NumberRequest, request_id)
    request.next_at, request.tries = work.now + _wait(request.tries), request.tries + 1


def _wait(tries: int) -> timedelta:
    return timedelta(seconds=min(5 * 2 ** min(tries, 10), 600))
