"""The ``station`` command; each subcommand is a few lines that call a room."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import DatabaseError, OperationalError

from station.copies.commands import backup, restore
from station.devices.scales.commands import scale, scales
from station.erp.commands import erp
from station.ground.db import DatabaseUnusable, owner, reason
from station.ground.keyfile import KeyUnusable
from station.people.commands import user
from station.practice.simulate.command import simulate
from station.serving.tls.commands import cert
from station.settings import Settings, SettingsError, load
from station.wiring.setup.command import setup
from station.wiring.setup.doctor import doctor


class _Group(click.Group):
    """Turns the station's own refusals into one sentence and exit status 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (SettingsError, DatabaseUnusable, KeyUnusable) as error:
            click.echo(f"station: {error}", err=True)
            ctx.exit(2)
        except DatabaseError as error:
            if type(error) not in {DatabaseError, OperationalError}:  # a statement is wrong, not the database
                raise
            click.echo(f"station: the database cannot be used: {reason(error)}", err=True)
            ctx.exit(2)


@click.group(cls=_Group)
@click.version_option(package_name="warehouse-station")
@click.pass_context
def main(ctx: click.Context) -> None:
    """The software that runs the floor of an e-commerce warehouse."""
    ctx.obj = _open


def _open() -> Any:
    """The station of the settings, on a database of this version's shape, for rooms' own commands."""
    from station.ground.db import schema
    from station.wiring import keys
    from station.wiring.hub import build

    settings = load()
    owner.refuse_while_replaced(settings.url)
    schema.require_current(settings.url)
    keys.require(settings)
    return build(settings)


main.add_command(cert)
main.add_command(erp)
main.add_command(backup)
main.add_command(restore)
main.add_command(scale)
main.add_command(scales)
main.add_command(user)
main.add_command(simulate)
main.add_command(setup)
main.add_command(doctor)


@main.command()
@click.option("--port", type=click.IntRange(1, 65_535), default=8080, show_default=True)
@click.option("--host", default="0.0.0.0", show_default=True, help="Address to listen on.")  # noqa: S104
@click.option("--fresh", is_flag=True, help="Throw the demo's data away and begin anew.")
@click.option("--orders", type=click.IntRange(1, 500), default=8, show_default=True)
@click.option("--https", is_flag=True, help="Also serve HTTPS, with a certificate made for this machine.")
def demo(port: int, host: str, orders: int, *, fresh: bool, https: bool) -> None:
    """Run a demo warehouse with virtual printers and scales."""
    from station.practice.demo import run

    run.demo(Path(os.environ.get("STATION_DATA", "data/demo")), host, port, orders, fresh=fresh, https=https)


@main.command()
@click.option("--port", type=click.IntRange(0, 65_535), default=None, help="Instead of the configured port.")
def serve(port: int | None) -> None:
    """Run the production server."""
    from station.serving import server

    server.serve(load(), port=port)


@main.command()
def work() -> None:
    """Run the background loops as a process of their own (``STATION_WORKERS=off`` in the server)."""
    from station.ground.db import schema
    from station.practice.demo.run import wait_for_signal
    from station.serving import owning, watch
    from station.serving.workers import Workers
    from station.wiring import keys
    from station.wiring.hub import build

    settings = load()
    with owner.own(settings.url, "station work", owner.LOOPS) as owned:
        schema.require_current(settings.url)
        keys.require(settings)
        hub = build(settings)
        workers = Workers(hub, on_end=watch.ended)
        workers.start()
        owning.look_after(owned, hub.db)
        wait_for_signal()
        workers.close()
        hub.close()


@main.command()
def migrate() -> None:
    """Bring the database to this version's shape; a SQLite file is copied aside first."""
    from station.ground.db import schema

    settings = load()
    settings.data.mkdir(parents=True, exist_ok=True)
    with owner.own(settings.url, "station migrate", alone=True):
        before, after = schema.upgrade(settings.url)
    click.echo(f"database: {before or 'empty'} → {after}")


@main.command("keys")
@click.option(
    "--new", is_flag=True, help="Make what is missing or unusable anew; the old file is kept aside."
)
def keys_(*, new: bool) -> None:
    """Whether the keys beside the database fit it; --new makes lost ones anew, and says what that costs."""
    from station.wiring import keys

    settings = load()
    if new:
        with owner.own(settings.url, "station keys", alone=True):
            for line in keys.make_new(settings):
                click.echo(line)
    keys.require(settings)
    click.echo("the keys fit the database")


@main.command()
@click.option("--json", "as_json", is_flag=True)
@click.option(
    "--paper", default="", help="Also look whether the seal on a paper is in the books: '#12 1f0c …'."
)
@click.option(
    "--after-restore", is_flag=True, help="An older copy was put back on purpose: take its end as the end."
)
def check(*, as_json: bool, paper: str, after_restore: bool) -> None:
    """Verify file, seals and the invariants I1–I15 over the whole database; status 1 for a broken one."""
    from station.ground import seals
    from station.ground.db import Database
    from station.wiring import checks

    settings: Settings = load()
    owner.refuse_while_replaced(settings.url)
    db = Database(settings.url, journal=settings.journal)
    try:
        if after_restore:
            seals.accept(db, settings.data)
        violations = (
            checks.by_code(checks.run(db, data=settings.data, paper=paper))
            if as_json
            else checks.report(db, click.echo, _hint, data=settings.data, paper=paper)
        )
    finally:
        db.close()
    if as_json:
        click.echo(json.dumps(violations, ensure_ascii=False))
    sys.exit(1 if any(violations.values()) else 0)


def _hint(text: str) -> None:
    """What is going on, on a terminal only; the next line takes its place."""
    if sys.stdout.isatty():
        click.echo(f"{text}\r", nl=False)


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def gallery(folder: Path) -> None:
    """Photograph every screen into FOLDER: both languages, both themes, three sizes (needs Playwright)."""
    from station.practice.gallery import run

    count = run.gallery(folder, click.echo)
    click.echo(f"{count} pictures: {folder / 'index.html'}")


@main.group(invoke_without_command=True)
@click.option("--loops", is_flag=True, help="With the background loops, and seals right behind the scans.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def bench(ctx: click.Context, *, as_json: bool, loops: bool) -> None:
    """Measure commits, scans, and many handhelds, on this machine's disk and on a slow one."""
    if ctx.invoked_subcommand is None:
        from station.practice.bench import run

        run.bench(as_json=as_json, loops=loops)


@bench.command("print")
@click.option("--json", "as_json", is_flag=True)
def bench_print(*, as_json: bool) -> None:
    """Measure drawing and packing of every paper: time, bytes, memory."""
    from station.practice.bench import paper

    paper.bench(as_json=as_json)


@bench.command("hands")
@click.option("--handhelds", type=click.IntRange(1, 300), default=50, show_default=True, help="Beside it.")
@click.option("--seconds", type=click.IntRange(3, 600), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def bench_hands(handhelds: int, seconds: int, *, as_json: bool) -> None:
    """Measure from Enter to tone in Chromium (needs Playwright: the dev extra)."""
    from station.practice.bench import hands

    hands.bench(handhelds, seconds, as_json=as_json)


@bench.command("waves")
@click.option("--orders", type=click.IntRange(10, 20_000), default=2_000, show_default=True)
@click.option("--handhelds", type=click.IntRange(1, 300), default=50, show_default=True, help="Beside it.")
@click.option("--seed", type=int, default=7, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def bench_waves(orders: int, handhelds: int, seed: int, *, as_json: bool) -> None:
    """Measure waves: handing out stock, walks, carts, and a release beside scans."""
    from station.practice.bench import waves

    waves.bench(orders, handhelds, seed, as_json=as_json)


@bench.command("erp")
@click.option("--articles", type=click.IntRange(10, 200_000), default=50_000, show_default=True)
@click.option("--orders", type=click.IntRange(10, 1_000_000), default=100_000, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def bench_erp(articles: int, orders: int, *, as_json: bool) -> None:
    """Measure documents in and out of an ERP, and scans beside a first import."""
    from station.practice.bench import office

    office.bench(articles, orders, as_json=as_json)


if __name__ == "__main__":
    main()
