"""``station erp …``: set up, test, run and look at the connections to ERPs from the command line.

Secrets are asked for, or read from a file; on the command line they would stay in the shell's history.
"""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import click

from station.clock import Clock
from station.erp import connections, port
from station.erp.connectors import KINDS, connector_class
from station.erp.sync import Sync
from station.erp.vault import Vault
from station.exchange import documents
from station.ground.db import Database
from station.people import trail
from station.settings import Settings

Pairs = tuple[str, ...]


@click.group("erp")
def erp() -> None:
    """Connections to the office's ERP."""


class Opened(Protocol):
    """The station that the command line opens for us; the real one is `station.wiring.hub.Hub`."""

    db: Database
    clock: Clock
    settings: Settings
    vault: Vault

    def sync(self) -> Sync: ...
    def close(self) -> None: ...


@contextmanager
def _opened() -> Iterator[Opened]:
    hub: Opened = click.get_current_context().obj()
    try:
        yield hub
    except connections.BadConnection as refusal:
        raise click.ClickException(f"{refusal.field}: {refusal.en} ({refusal.zh})") from None
    except LookupError as error:
        raise click.ClickException(str(error.args[0])) from None
    finally:
        hub.close()


@erp.command("kinds")
def kinds() -> None:
    """List the kinds of connection and what each must be told."""
    for kind, (_, zh, en) in KINDS.items():
        click.echo(f"{kind:8} {zh} / {en}")
        for item in connector_class(kind).settings:
            marks = [
                word for word, is_so in (("secret", item.is_secret), ("needed", item.is_required)) if is_so
            ]
            default = f" (default {item.default})" if item.default else ""
            click.echo(f"  {item.name:16} {item.zh} / {item.en} {' '.join(marks)}{default}")


@erp.command("add")
@click.argument("code")
@click.option("--kind", type=click.Choice(list(KINDS)), required=True)
@click.option("--name", default="", help="What people call it; the code when left out.")
@click.option(
    "--set", "pairs", multiple=True, metavar="NAME=VALUE", help="A setting; see `station erp kinds`."
)
@click.option(
    "--secret-file", "files", multiple=True, metavar="NAME=PATH", help="A secret, read from a file."
)
def add(code: str, kind: str, name: str, pairs: Pairs, files: Pairs) -> None:
    """Add a connection called CODE; secrets that are needed are asked for."""
    fields = {item.name: item for item in connector_class(kind).settings}
    values = _pairs(pairs, "--set")
    for given in values:
        if given in fields and fields[given].is_secret:
            raise click.UsageError(f"{given} is a secret: leave it out and be asked, or use --secret-file")
    for given, path in _pairs(files, "--secret-file").items():
        try:
            values[given] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise click.ClickException(f"{path} cannot be read: {error}") from None
    for item in fields.values():
        if item.is_secret and item.is_required and item.name not in values:
            values[item.name] = click.prompt(f"{item.en} ({item.zh})", hide_input=True)
    with _opened() as hub:
        now = hub.clock.now()

        def work(tx: Any) -> None:
            connections.add(tx, hub.vault, code=code, name=name, kind=kind, values=values, now=now)
            trail.note(tx, None, "ERP_ADD", code, now, kind=kind, by=_who())

        hub.db.write(work)
    click.echo(f"{code}: added. Try it with `station erp test {code}`; a running server begins at once.")


def _who() -> str:
    try:
        return f"command line, {getpass.getuser()}"[:80]
    except (OSError, KeyError):  # a container without a name for its user
        return "command line"


def _pairs(given: Pairs, option: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals or not name:
            raise click.UsageError(f"{option} wants NAME=VALUE, not {item!r}")
        if name in values:
            raise click.UsageError(f"{option} {name} is given twice")
        values[name] = value
    return values


@erp.command("test")
@click.argument("code")
@click.option("--json", "as_json", is_flag=True)
def test(code: str, *, as_json: bool) -> None:
    """Try a connection without changing anything; exit status 1 when something is in the way."""
    from station.erp.vault import VaultClosed

    with _opened() as hub:
        try:
            report = hub.sync().probe(code)
        except VaultClosed as error:
            raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(json.dumps(_data(report), ensure_ascii=False))
    else:
        _tell(report)
    sys.exit(0 if report.ok else 1)


def _samples(report: port.Report) -> list[Any]:
    samples = (getattr(sample, "doc", sample) for sample in report.samples)
    return [doc for doc in samples if doc is not None][:3]


def _data(report: port.Report) -> dict[str, Any]:
    return {
        "ok": report.ok,
        "findings": [{"what": item.what, "ok": item.ok, "text": item.text} for item in report.findings],
        "samples": [
            {"type": documents.doc_type_of(doc), **documents.to_data(doc)} for doc in _samples(report)
        ],
    }


def _tell(report: port.Report) -> None:
    for item in report.findings:
        mark = {True: "✓", False: "✗", None: "·"}[item.ok]
        click.echo(f"{mark} {item.what}: {item.text}")
    for doc in _samples(report):
        click.echo(f"\n{documents.doc_type_of(doc)} {documents.doc_no_of(doc)}")
        for name, value in documents.to_data(doc).items():
            if value not in ("", None, [], {}):
                click.echo(f"  {name}: {json.dumps(value, ensure_ascii=False)}")


@erp.command("sync")
@click.argument("code")
@click.option("--from-start", is_flag=True, help="Read everything anew; what is known changes nothing.")
@click.option("--json", "as_json", is_flag=True)
def sync(code: str, *, from_start: bool, as_json: bool) -> None:
    """Send what waits and read what is new, now; exit status 1 when the ERP does not answer."""
    from station.erp.inward import feeds
    from station.erp.vault import VaultClosed

    with _opened() as hub:
        with hub.db.read() as tx:
            connections.known(tx, code)
        if from_start:
            hub.db.write(lambda tx: feeds.rewind(tx, code))
        worker = hub.sync()
        try:
            if not worker.hold(code):
                hub.db.write(lambda tx: connections.hasten(tx, code))
                raise click.ClickException(
                    "a running server works on this connection and was told to look at once; "
                    f"see `station erp status {code}`"
                )
            with _progress(show=not as_json) as progress:
                sent, taken = worker.work_now(code, progress)
        except (port.ErpError, VaultClosed, ValueError) as error:
            raise click.ClickException(f"{type(error).__name__}: {error}") from None
        finally:
            worker.close()
    if as_json:
        click.echo(json.dumps({"sent": sent, "taken": taken}))
    else:
        words = ", ".join(f"{number} {result}" for result, number in sorted(taken.items())) or "nothing new"
        click.echo(f"sent {sent}; read: {words}")


@contextmanager
def _progress(*, show: bool) -> Iterator[Callable[[str, int, int | None], None]]:
    """One line per feed on the terminal that counts, with a bar where the ERP says how many there are."""
    counts: dict[str, int] = {}

    def page_read(feed: str, number: int, total: int | None) -> None:
        if feed not in counts and counts:
            click.echo("", err=True)
        counts[feed] = counts.get(feed, 0) + number
        done = counts[feed]
        bar = ""
        if total:
            filled = min(20, 20 * done // total)
            bar = f" [{'#' * filled}{'.' * (20 - filled)}] of {total}"
        click.echo(f"\r{feed}: {done}{bar}", err=True, nl=False)

    yield page_read if show else lambda *_: None
    if show and counts:
        click.echo("", err=True)


@erp.command("status")
@click.argument("code", required=False)
@click.option("--json", "as_json", is_flag=True)
def status(code: str | None, *, as_json: bool) -> None:
    """How each connection is; exit status 1 when one is not in step."""
    from station.erp.pages import health as erp_health

    with _opened() as hub, hub.db.read() as tx:
        if code is not None:
            connections.known(tx, code)
        rows = [
            _row(health)
            for health in erp_health.board(tx, hub.clock.now(), hub.settings.rules.cancel_stale_s)
            if code in {None, health.row.code}
        ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        for row in rows:
            _show(row)
    sys.exit(0 if all(row["in_step"] for row in rows) else 1)


def _row(health: Any) -> dict[str, Any]:
    row = health.row
    return {
        "code": row.code,
        "name": row.name,
        "kind": row.kind,
        "state": health.state,
        "in_step": health.agrees,
        "ok_at": row.ok_at.isoformat() if row.ok_at else None,
        "error": row.last_error,
        "waiting": health.waiting,
        "set_aside_out": health.dead,
        "set_aside_in": health.problems,
        "unknown_words": health.unmapped,
        "differences": health.differences,
        "feeds": [
            {
                "feed": item.feed,
                "taken": item.taken,
                "total": item.total,
                "finished": item.finished_at is not None,
            }
            for item in health.feeds
        ],
    }


def _show(row: Mapping[str, Any]) -> None:
    click.echo(f"{row['code']} ({row['kind']}): {row['state']}, last answer {row['ok_at'] or 'never'}")
    click.echo(
        f"  waiting {row['waiting']}, set aside {row['set_aside_out']} out {row['set_aside_in']} in, "
        f"unknown words {row['unknown_words']}, differences {row['differences']}"
    )
    if row["error"]:
        click.echo(f"  {row['error']}")
    for item in row["feeds"]:
        if not item["finished"]:
            click.echo(f"  first import, {item['feed']}: {item['taken']} of {item['total'] or '?'}")
