"""``station doctor``: what is still missing before the first order can leave, what may wait, what is late."""

from __future__ import annotations

import click

from station.ground.setup.alarms import raised
from station.ground.setup.needs import missing
from station.wiring.hub import Hub


@click.command("doctor")
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Say what this station still lacks for its first order, and what has waited too long.

    Status 1 while anything is missing that cannot wait.
    """
    station: Hub = ctx.obj()
    checks = [check for room in station.rooms for check in room.needs]
    try:
        with station.db.read() as tx:
            lacking = missing(checks, tx, station.settings)
            late = raised(
                [watch for room in station.rooms for watch in room.alarms],
                tx,
                station.settings,
                station.clock.now(),
            )
    finally:
        station.close()
    must = [need for need in lacking if not need.may_wait]
    for need in must:
        click.echo(need.text["en"])
    for need in lacking:
        if need.may_wait:
            click.echo(f"can wait: {need.text['en']}")
    for alarm in late:
        click.echo(f"late: {alarm.text['en']}")
    if must:
        ctx.exit(1)
    click.echo("ready: an order can go from the office to the courier")
