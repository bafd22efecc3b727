"""The command ``station simulate``."""

from __future__ import annotations

import json
import re
import signal
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import click

STOPPED = 128 + signal.SIGTERM
SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)\s*%?", re.ASCII)


class Share(click.ParamType[Decimal]):
    """A share in percent, from 0 to 100, with its sign or without: a fraction from 0 to 1."""

    name = "percent"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """The fraction; anything else is refused."""
        if isinstance(value, Decimal):
            return value
        match = SHARE.fullmatch(str(value).strip())
        share = Decimal(match[1]) / 100 if match else Decimal(2)
        if share > 1:
            self.fail(f"{value!r} is no share from 0% to 100%", param, ctx)
        return share


@click.command()
@click.option("--orders", type=click.IntRange(1, 100_000), default=200, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=8, show_default=True)
@click.option("--seed", type=int, default=7, show_default=True)
@click.option("--cancel", type=Share(), default="0%", help="Orders the office cancels, at any moment.")
@click.option("--short", type=Share(), default="0%", help="Stops at which the slot lacks goods.")
@click.option("--damage", type=Share(), default="0%", help="Stops and orders at which a unit is broken.")
@click.option("--url", default="", help="Drive a running demo station instead of a fresh one.")
@click.option(
    "--setup",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Work in the hall of this set-up file instead of the demo's; nothing reaches its printers.",
)
@click.option(
    "--trucks",
    type=click.IntRange(0, 10_000),
    default=0,
    help="Receive so many trucks instead of shipping orders: damaged, short, old, gifts, nobody's.",
)
@click.option("--json", "as_json", is_flag=True)
def simulate(
    orders: int,
    workers: int,
    seed: int,
    cancel: Decimal,
    short: Decimal,
    damage: Decimal,
    url: str,
    setup: Path | None,
    trucks: int,
    *,
    as_json: bool,
) -> None:
    """Let virtual workers do the whole job through the HTTP door, then check."""
    from station.ground.setup.problems import SetupRefused
    from station.practice.simulate import run, shop
    from station.practice.simulate.trucks import day
    from station.wiring.setup.command import tell, text_of

    if url and setup:
        raise click.UsageError("A running station has its hall already: --url or --setup, not both.")
    if trucks and (url or setup or cancel or short or damage):
        raise click.UsageError(
            "--trucks is a day of its own, in the demo's hall: it takes --workers and --seed."
        )
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(STOPPED))  # its server goes with it
    if trucks:
        with run.bar(trucks, show=not as_json, label="received") as progress:
            _tell(day.simulate(trucks, workers, seed, progress=progress), as_json=as_json)
    mishaps = run.Mishaps(cancel, short, damage)
    try:
        report = run.simulate(
            orders, workers, seed, url, mishaps, progress=not as_json, setup=text_of(setup) if setup else ""
        )
    except SetupRefused as refusal:
        tell(refusal, str(setup))
        sys.exit(1)
    except shop.NotReady as reason:
        raise click.ClickException(f"no order could leave this hall: {reason}") from None
    _tell(report, as_json=as_json)


def _tell(report: dict[str, Any], *, as_json: bool) -> NoReturn:
    click.echo(json.dumps(report, ensure_ascii=False, indent=None if as_json else 2))
    sys.exit(0 if report["check"] == "ok" else 1)
