"""``station doctor``: what is still missing before the first order can leave."""

from __future__ import annotations

import click

from station.ground.setup.needs import missing
from station.wiring.hub import Hub


@click.command("doctor")
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Say what this station still lacks for its first order; status 1 while anything is missing."""
    station: Hub = ctx.obj()
    checks = [check for room in station.rooms for check in room.needs]
    try:
        with station.db.read() as tx:
            lacking = missing(checks, tx, station.settings)
    finally:
        station.close()
    for need in lacking:
        click.echo(need.text["en"])
    if lacking:
        ctx.exit(1)
    click.echo("ready: an order can go from the office to the courier")
