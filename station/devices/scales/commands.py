"""``station scale …`` on the station's machine, and ``station scales`` on a bench's own PC."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from station.devices.models import Scale, ScaleKind
from station.devices.says import Says
from station.devices.scales import fitting, lines, rules
from station.devices.scales.families import BY_CODE, FAMILIES
from station.devices.scales.frames import UNITS
from station.devices.scales.reader import NotTold, Reader
from station.devices.scales.remote import Ended, HttpTeller, LineChanged
from station.devices.scales.telling import Line, Word
from station.ground.words.messages import Refused, say
from station.ground.work import Machine

log = logging.getLogger(__name__)

COMMAND = Machine("station scale")
LOOK_S, AGAIN_S = 0.5, 2.0

FAMILY = click.option(
    "--family", type=click.Choice(list(BY_CODE)), default=None, help="Found when not given."
)
LINE = click.option("--line", type=click.Choice(lines.LINES), default=None, help="Found when not given.")
UNIT = click.option("--unit", type=click.Choice(UNITS), default=None, help="What its display shows.")
ASKED = click.option("--asked", is_flag=True, help="It speaks only when asked.")


@click.group("scale")
def scale() -> None:
    """Scales of the packing benches."""


@contextmanager
def _opened() -> Iterator[Any]:
    station = click.get_current_context().obj()
    try:
        yield station
    except Refused as refusal:
        raise click.ClickException(f"{say(refusal.code, refusal.facts)['en']} ({refusal.code})") from None
    finally:
        station.close()


@scale.command("add")
@click.argument("bench")
@click.option("--port", default="", help="Serial port of this machine, as /dev/ttyUSB0.")
@click.option("--bench-pc", is_flag=True, help="The cable is at the bench's own PC; prints its token.")
@FAMILY
@LINE
@UNIT
@ASKED
def add(
    bench: str,
    port: str,
    family: str | None,
    line: str | None,
    unit: str | None,
    *,
    bench_pc: bool,
    asked: bool,
) -> None:
    """Put a scale at BENCH; what is not given of its line is found by looking at it."""
    if bench_pc == bool(port):
        raise click.UsageError("Name --port, or --bench-pc.")
    kind = ScaleKind.BENCH if bench_pc else ScaleKind.SERIAL
    wanted = fitting.Wanted(bench, kind, port, Line(family or "", line or "", unit or "", asked))
    with _opened() as station:
        station.works.do(lambda work: fitting.put(work, wanted), COMMAND)
        if bench_pc:
            token = station.works.do(lambda work: fitting.new_token(work, bench), COMMAND)
            click.echo(f"{bench}: {token}")
            click.echo("Shown this once: on that PC it is STATION_SCALE_TOKEN for `station scales`.")
        else:
            click.echo(f"{bench}: {port}")


@scale.command("remove")
@click.argument("bench")
def remove(bench: str) -> None:
    """Take the scale of BENCH away."""
    with _opened() as station:
        station.works.do(lambda work: fitting.remove(work, bench), COMMAND)
        click.echo(f"{bench}: no scale")


@scale.command("look")
@click.argument("bench")
def look(bench: str) -> None:
    """Find the family of the scale of BENCH anew."""
    with _opened() as station:
        station.works.do(lambda work: fitting.look_again(work, bench), COMMAND)
        click.echo(f"{bench}: looking")


@scale.command("list")
def list_() -> None:
    """What each scale is and says; and the serial ports of this machine."""
    with _opened() as station:
        now = station.clock.now()
        with station.db.read() as tx:
            for row in fitting.list_all(tx):
                click.echo(_shown(row, is_fresh=rules.is_fresh(row, now)))
    for port in lines.ports():
        click.echo(f"port {port}")


@scale.command("families")
def families() -> None:
    """The families of scales that are understood."""
    for family in FAMILIES:
        asks = ", may be asked" if family.ask else ""
        click.echo(f"{family.code}: {family.name}{asks}")


@scale.command("watch")
@click.argument("bench")
@click.option("--seconds", type=click.IntRange(1, 86_400), default=86_400, help="End after so long.")
def watch(bench: str, seconds: int) -> None:
    """Show what the scale of BENCH says as it changes, until Ctrl-C; the server reads it meanwhile."""
    with _opened() as station:
        end, last = time.monotonic() + seconds, ""
        while time.monotonic() < end:
            with station.db.read() as tx:
                row = fitting.scale_at(tx, bench)
                shown = _shown(row, is_fresh=rules.is_fresh(row, station.clock.now()))
            if shown != last:
                click.echo(shown)
                last = shown
            time.sleep(LOOK_S)


def _shown(row: Scale, *, is_fresh: bool) -> str:
    is_virtual = row.kind == ScaleKind.VIRTUAL
    where = "virtual" if is_virtual else row.port or "bench's PC"
    line = [part for part in (row.family, row.line, row.unit, "asked" if row.is_asked else "") if part]
    has_figure = is_virtual or row.says in {Says.STILL, Says.MOVING, Says.EMPTY}
    parts = (
        where,
        " ".join(line),
        "" if is_virtual else row.says if is_fresh else "not heard of",
        f"{'-' if row.dg < 0 else ''}{abs(row.dg) // 10}.{abs(row.dg) % 10} g" if has_figure else "",
        "" if row.zero_seen or not row.dg else "no zero yet",
        row.frame,
        row.guesses,
    )
    return f"{row.workstation}: " + " · ".join(part for part in parts if part)


@click.command("scales")
@click.option("--server", required=True, help="Where the station answers, as https://station.local:8443")
@click.option("--port", required=True, help="Serial port of this PC, as /dev/ttyUSB0 or COM3.")
@click.option("--token", envvar="STATION_SCALE_TOKEN", required=True, help="Better as STATION_SCALE_TOKEN.")
@click.option("--ca", default="", help="File with the certificate that signed the station's.")
def scales(server: str, port: str, token: str, ca: str) -> None:
    """Read the scale at this PC's PORT and tell the station at SERVER, until Ctrl-C.

    The token is made at the desk (Scales) or by `station scale add BENCH --bench-pc`. Out of reach it goes on
    trying, and then tells only what lies on the scale at that moment.
    """
    if not server.startswith(("http://", "https://")):
        raise click.BadParameter("begins with http:// or https://", param_hint="--server")
    if not lines.PORT.fullmatch(port):
        click.echo(f"{port} is an unusual place for a scale; trying it", err=True)
    teller = HttpTeller(server, token, ca)
    for number in (signal.SIGINT, signal.SIGTERM):  # also where whoever started us ignores one of them
        signal.signal(number, signal.default_int_handler)
    try:
        _tell(teller, port)
    except Ended as end:
        raise click.ClickException(str(end)) from None
    except KeyboardInterrupt:
        click.echo("ended")


def _tell(teller: HttpTeller, port: str) -> None:
    line = _begun(teller)
    while True:
        click.echo(f"{port}: {line.family or 'looking for the family'}")
        try:
            Reader(port, line, _Echo(teller)).run()
        except LineChanged as change:
            line = change.line


def _begun(teller: HttpTeller) -> Line:
    is_told = False
    while True:
        try:
            return teller.begin()
        except NotTold as error:
            if not is_told:
                click.echo(f"the station cannot be reached yet: {error}", err=True)
            is_told = True
            time.sleep(AGAIN_S)


class _Echo:
    """Tells, and shows the person at the PC each change of what the scale says."""

    def __init__(self, teller: HttpTeller) -> None:
        self._teller, self._last, self._is_reached = teller, "", True

    def __call__(self, word: Word) -> None:
        try:
            self._teller(word)
        except NotTold as error:
            if self._is_reached:
                click.echo(f"not told: {error}", err=True)
            self._is_reached = False
            raise
        if word.says != self._last or not self._is_reached:
            click.echo(f"{word.says} {word.frame}")
        self._last, self._is_reached = word.says, True
