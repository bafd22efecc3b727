"""``station erp sync`` and ``station erp status``: have a connection worked now, and see how each one is."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click

from station.erp import connections, liveness, port
from station.erp.opened import opened


@click.command("sync")
@click.argument("code")
@click.option("--from-start", is_flag=True, help="Read everything anew; what is known changes nothing.")
@click.option("--json", "as_json", is_flag=True)
def sync(code: str, *, from_start: bool, as_json: bool) -> None:
    """Send what waits and read what is new, now; exit status 1 when the ERP does not answer."""
    from station.erp.inward import feeds
    from station.ground.vault import VaultClosed

    with opened() as hub:
        with hub.db.read() as tx:
            connections.known(tx, code)
        if from_start:
            hub.db.write(lambda tx: feeds.rewind(tx, code))
        worker = hub.sync()
        try:
            if not worker.hold(code):
                hub.db.write(lambda tx: liveness.hasten(tx, code))
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


@click.command("status")
@click.argument("code", required=False)
@click.option("--json", "as_json", is_flag=True)
def status(code: str | None, *, as_json: bool) -> None:
    """How each connection is; exit status 1 when one is not in step."""
    from station.erp.pages import health as erp_health

    with opened() as hub, hub.db.read() as tx:
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
