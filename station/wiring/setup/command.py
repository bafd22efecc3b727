"""``station setup``: bring the station to what a file says, or write the file of the station as it is."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from station.ground.setup.problems import SetupRefused
from station.ground.setup.section import Change, How
from station.ground.work import Machine
from station.wiring.hub import Hub
from station.wiring.setup import running

COMMAND = Machine("station setup")
SHOWN = 5
"""So many names of one change are told."""
_WORDS = {How.NEW: "new", How.CHANGED: "changed", How.CLOSED: "closed", How.REOPENED: "open again"}


@click.command("setup")
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
)
@click.option("--export", "is_export", is_flag=True, help="Write the file of this station instead.")
@click.option("--rehearse", is_flag=True, help="Tell what would be done, and do nothing.")
@click.pass_context
def setup(ctx: click.Context, file: Path | None, *, is_export: bool, rehearse: bool) -> None:
    """Set the station up by FILE (TOML; - reads it from standard input), twice without harm.

    The whole file or nothing of it: status 1 with line and reason of every mistake.
    """
    if is_export == (file is not None):
        raise click.UsageError("Name a FILE, or --export to write one.")
    station: Hub = ctx.obj()
    try:
        if file is None:
            with station.db.read() as tx:
                click.echo(running.exported(station.rooms, tx), nl=False)
            return
        changes = running.set_up(station, text_of(file), COMMAND, is_rehearsal=rehearse)
    except SetupRefused as refusal:
        tell(refusal, str(file))
        ctx.exit(1)
    finally:
        station.close()
    for change in changes:
        click.echo(_line(change))
    if not changes:
        click.echo("nothing to do: the station is as the file says")
    elif rehearse:
        click.echo("nothing was done: this was a rehearsal")


def text_of(file: Path) -> str:
    """The text of a set-up file, - from standard input; a ClickException when it is no UTF-8."""
    raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file} is not UTF-8 text (byte {error.start})") from None


def _line(change: Change) -> str:
    names = ", ".join(change.names[:SHOWN]) + (" …" if len(change.names) > SHOWN else "")
    note = f" ({change.note})" if change.note else ""
    return f"{_WORDS[change.how]}: {len(change.names)} {change.things}: {names}{note}"


def tell(refusal: SetupRefused, name: str) -> None:
    """Write every mistake of a set-up file with its line to the error output."""
    for problem in refusal.problems:
        line = f":{problem.line}" if problem.line else ""
        click.echo(f"{name}{line}: {problem.text['en']} ({problem.code})", err=True)
    if refusal.count > len(refusal.problems):
        click.echo(f"… and {refusal.count - len(refusal.problems)} more", err=True)
    click.echo("nothing was done", err=True)
