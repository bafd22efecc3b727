"""One barcode, several articles (E-BAR-02, P6): the work decides where it can, else the worker chooses.

Each article is tried at the step that is on the screen, and taken back again. Where the step takes just one
of them, that one it is; where it takes several, an article that is sold no more gives way, and what was
chosen once on a document (a receipt, a list, an order) is chosen again; else their names stand on the screen
to choose from. Where it takes none, it says what is wrong with the first. Taking a scan back forgets.
"""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from station.ground.db import savepoint
from station.ground.scan.cleaning import clean
from station.ground.scan.context import CHOSEN, WHICH, Context
from station.ground.scan.kinds import Code, CodeError, Kind
from station.ground.scan.outcome import Facts, Outcome
from station.ground.scan.steps import Step
from station.ground.words.messages import Refused, say

WHICH_STEP = "_which"
BACK = frozenset({"CM-SKIP", "CM-UNDO"})
REMEMBERED = 20
"""Choices that are remembered of one document."""


class _TakenBack(Exception):
    """A try that went well; nothing of it stays."""


class Sharing:
    """The part of every workflow that asks which article is meant."""

    name: str
    title: str

    @abstractmethod
    def step(self, name: str) -> Step:
        """The step called `name`."""

    @abstractmethod
    def _resolved(self, ctx: Context, raw: str, step: Step, sku_id: int | None = None) -> Code:
        """The code scanned, as this article where it stands for several."""

    @abstractmethod
    def _handled(self, ctx: Context, code: Code, step: Step) -> Outcome:
        """What the step does with a code."""

    def _shared(
        self, ctx: Context, raw: str, step: Step, sku_ids: Sequence[int], retired: Sequence[int]
    ) -> Outcome:
        """A barcode of these articles was scanned at `step`; those `retired` are sold no more."""
        fits: list[int] = []
        refusals: list[Refused | CodeError] = []
        for sku_id in sku_ids:
            refusal = self._tried(ctx, raw, step, sku_id)
            if refusal is None:
                fits.append(sku_id)
            else:
                refusals.append(refusal)
        if not fits:
            raise refusals[0]
        fits = [sku_id for sku_id in fits if sku_id not in retired] or fits
        known = self._chosen_before(ctx, self._resolved(ctx, raw, step, fits[0]).text)
        fits = [known] if known in fits else fits
        if len(fits) == 1:
            return self._handled(ctx, self._resolved(ctx, raw, step, fits[0]), step)
        ctx.run.data[WHICH] = {"step": step.name, "raw": raw, "skus": fits}
        return Outcome(WHICH_STEP, "W-WHICH", {"n": len(fits)})

    def _tried(self, ctx: Context, raw: str, step: Step, sku_id: int) -> Refused | CodeError | None:
        """Why the step does not take the code as this article; None when it does. Nothing of it stays."""
        ctx.settle()
        kept = json.dumps(ctx.run.data), ctx.run.subject, ctx.run.step
        refusal: Refused | CodeError | None = None
        try:
            with savepoint(ctx.tx, Refused, CodeError, _TakenBack):
                self._handled(ctx, self._resolved(ctx, raw, step, sku_id), step)
                raise _TakenBack  # noqa: TRY301 — what the savepoint undoes
        except _TakenBack:
            pass
        except (Refused, CodeError) as error:
            refusal = error
        ctx.run.data, ctx.run.subject, ctx.run.step = json.loads(kept[0]), kept[1], kept[2]
        ctx.forget()
        return refusal

    def _which_step(self, ctx: Context, raw: str) -> Outcome:
        """A key of the choice: the scan that was asked about is judged as that article."""
        frame = ctx.run.data[WHICH]
        typed = clean(raw)[0].upper()
        if typed in BACK:
            del ctx.run.data[WHICH]
            return Outcome(frame["step"], "S-OK", {})
        count = len(frame["skus"])
        if not (typed.isascii() and typed.isdigit() and 1 <= int(typed) <= count):
            raise Refused("E-QTY-01", max=count)
        sku_id = self._choices(ctx)[int(typed) - 1][0]
        del ctx.run.data[WHICH]
        ctx.run.step = frame["step"]
        step = self.step(frame["step"])
        code = self._resolved(ctx, frame["raw"], step, sku_id)
        self._remember(ctx, code.text, sku_id)
        return self._handled(ctx, code, step)

    def _remember(self, ctx: Context, text: str, sku_id: int) -> None:
        """What this barcode means on this document; without a document it is asked each time."""
        if ctx.run.subject:
            chosen = ctx.run.data.get(CHOSEN, {})
            there = chosen.get("texts", {}) if chosen.get("of") == ctx.run.subject else {}
            kept = [*list(there.items())[-(REMEMBERED - 1) :], (text, sku_id)]
            ctx.run.data[CHOSEN] = {"of": ctx.run.subject, "texts": dict(kept)}

    def _chosen_before(self, ctx: Context, text: str) -> int | None:
        chosen = ctx.run.data.get(CHOSEN, {})
        return chosen.get("texts", {}).get(text) if chosen.get("of") == ctx.run.subject else None

    def _choices(self, ctx: Context) -> list[tuple[int, str, str]]:
        """The articles in the order of their keys: id, number, name."""
        return ctx.services.codes.named(ctx.tx, ctx.run.data[WHICH]["skus"])

    def which_screen(self, ctx: Context) -> dict[str, Any]:
        """The articles to choose from, by name, size, number and photo."""
        rows = self._choices(ctx)
        facts = Facts(pad="choice", hint="1")
        facts.table = [(str(key), name, code) for key, (_id, code, name) in enumerate(rows, 1)]
        facts.photos = [code for _id, code, _name in rows]
        return {
            "workflow": self.name,
            "title": say(self.title),
            "step": WHICH_STEP,
            "expects": [Kind.QUANTITY.value],
            "instruction": say("P-WHICH"),
            "facts": facts.to_json(),
            "secret": False,
            "commands": [{"card": "CM-SKIP", "label": say("L-BACK")}],
            "can_undo": False,
        }
