"""The commands ``station backup`` and ``station restore``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from station.clock import SystemClock
from station.settings import load

FILE = click.Path(path_type=Path)


@click.command()
@click.argument("dest", type=FILE, required=False)
@click.option("--keys", type=FILE, help="Also write the keys and certificates, into this file of their own.")
@click.option("--unproven", is_flag=True, help="Keep a copy of books that `station check` calls broken, too.")
def backup(dest: Path | None, keys: Path | None, *, unproven: bool) -> None:
    """Copy the whole station beside its work into DEST, a file or a folder (DATA/backups), and prove it."""
    from station.copies import backup as copies

    settings = load()
    if keys is not None and keys.exists():
        raise click.UsageError(f"{keys} exists already; nothing was done.")
    made = copies.make(settings, SystemClock(settings.zone), dest, is_unproven=unproven)
    told = made.manifest
    proven = "whole, and all invariants hold in it" if told.is_proven else "whole; its books are NOT right"
    click.echo(f"{made.path}: {sum(told.rows.values())} rows, {len(told.files)} files; {proven}")
    if keys is not None:
        names = copies.keep_keys(settings, keys)
        click.echo(f"{keys}: {', '.join(names)}; keep it apart from the copy")
    else:
        click.echo("the keys are not in it: keep pepper.key, secrets.key and tls/ apart (--keys FILE)")


@click.command()
@click.argument("file", type=FILE, required=False)
@click.option("--keys", type=FILE, help="Also put back keys and certificates from this file.")
@click.option("--settings", "with_settings", is_flag=True, help="Replace present settings by the copy's.")
def restore(file: Path | None, keys: Path | None, *, with_settings: bool) -> None:
    """Put the copy FILE in the place of this station; without FILE finish a restore that was cut short."""
    from station.copies import restore as copies

    settings = load()
    clock = SystemClock(settings.zone)
    if file is None:
        done: Any = copies.finish(settings)
        if done is None:
            raise click.UsageError("which copy? No restore was cut short here.")
    else:
        done = copies.restore(settings, clock, file, keys=keys, with_settings=with_settings)
    click.echo(f"restored from {done.plan.copy_of}; what was replaced lies in {done.aside}")
    if done.manifest is not None:
        at = f"{done.manifest.at.astimezone(settings.zone):%Y-%m-%d %H:%M}"
        click.echo(
            f"the books are those of {at}: what was done since must be looked at (desk → ERP → differences)"
        )
    if done.is_pepper_missing:
        click.echo("pepper.key is not here: put it back before the start")
