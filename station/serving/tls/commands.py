"""``station cert``: make, renew and look at the certificate for HTTPS on the LAN."""

from __future__ import annotations

import sys
from datetime import datetime

import click

from station.clock import SystemClock
from station.serving.tls import authority as certificates
from station.serving.tls import identity
from station.serving.tls import names as cert_names
from station.serving.tls.identity import CertError, Files, Standing
from station.settings import load


@click.command("cert")
@click.option(
    "--name", "hosts", multiple=True, help="A host name of the server, e.g. station.lan; repeatable."
)
@click.option("--ip", "addresses", multiple=True, help="An address of the server; repeatable.")
@click.option("--renew", is_flag=True, help="Make a new server certificate now; devices need nothing.")
@click.option("--new-ca", is_flag=True, help="Begin anew with another CA, which every device must install.")
@click.option("--check", is_flag=True, help="Only look; exit status 1 when it ends within 30 days.")
def cert(
    hosts: tuple[str, ...], addresses: tuple[str, ...], *, renew: bool, new_ca: bool, check: bool
) -> None:
    """Make a local CA and a certificate for HTTPS on the LAN; run it again to renew.

    The host names and addresses of this machine are found; add the names that handhelds use.
    """
    settings = load()
    files, now = Files.in_folder(settings.data), SystemClock(settings.zone).now()
    try:
        given = cert_names.given(hosts, addresses)
        if check:
            _refuse_with_check(hosts or addresses or renew or new_ca)
            return _check(identity.read(files), now)
        made = certificates.make(
            files, given, now, also=cert_names.here(), renew=renew or new_ca, new_ca=new_ca
        )
    except (CertError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{files.folder} cannot be written: {error}") from None
    click.echo("made a new CA and a certificate" if made.is_new_ca else _said(is_new=made.is_new_server))
    _show(made.standing, files)
    if made.is_new_server:
        click.echo("restart `station serve`, then open /trust on a handheld")
    return None


def _said(*, is_new: bool) -> str:
    return "renewed: same CA, devices need nothing" if is_new else "still good, nothing was changed"


def _refuse_with_check(others: object) -> None:
    if others:
        raise click.UsageError("--check only looks; use it alone")


def _show(standing: Standing, files: Files) -> None:
    click.echo(f"names:       {', '.join(map(str, standing.names.texts()))}")
    click.echo(f"good until:  {standing.ends:%Y-%m-%d}   (CA: {standing.ca.not_valid_after_utc:%Y-%m-%d})")
    click.echo(f"CA:          {files.ca}; keep {files.ca_key.name} to yourself, and a copy of the folder")
    click.echo(f"fingerprint: {standing.fingerprint}")


def _check(standing: Standing | None, now: datetime) -> None:
    if standing is None:
        click.echo("no certificate: run `station cert`")
        sys.exit(1)
    left = standing.days_left(now)
    word = (
        f"ended on {standing.ends:%Y-%m-%d}"
        if left < 0
        else f"ends on {standing.ends:%Y-%m-%d}, in {left} days"
    )
    click.echo(f"the certificate {word}")
    click.echo(f"fingerprint: {standing.fingerprint}")
    if standing.is_ending(now):
        click.echo("run `station cert` and restart `station serve`")
        sys.exit(1)
