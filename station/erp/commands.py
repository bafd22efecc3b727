"""``station erp …``: set up, test, run and look at the connections to ERPs from the command line.

Secrets are asked for, or read from a file; on the command line they would stay in the shell's history.
"""

from __future__ import annotations

import getpass
import json
import sys
from pathlib import Path
from typing import Any

import click

from station.erp import connections, port
from station.erp.connectors import KINDS, connector_class
from station.erp.opened import opened
from station.erp.running import status, sync
from station.exchange import documents
from station.people import trail

Pairs = tuple[str, ...]


@click.group("erp")
def erp() -> None:
    """Connections to the office's ERP."""


erp.add_command(sync)
erp.add_command(status)


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
    with opened() as hub:
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
    from station.ground.vault import VaultClosed

    with opened() as hub:
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
