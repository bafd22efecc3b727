"""HTTPS on the LAN: the authority and its certificate, the command, and a real server behind them."""

from __future__ import annotations

import ssl
import stat
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from flask.testing import FlaskClient

from station import create_app
from station.cli import main
from station.clock import MovableClock
from station.serving.server import https_files
from station.serving.tls import authority as cert
from station.serving.tls import identity
from station.serving.tls import names as cert_names
from station.settings import Settings, SettingsError
from station.wiring.hub import Hub
from tests.floor import Floor
from tests.https import Https, certify, serve
from tests.patience import PATIENCE_S

NOW = datetime(2026, 5, 1, 1, 0, tzinfo=UTC)
NAMES = cert_names.given(["station.lan", "localhost"], ["192.168.1.20", "127.0.0.1"])


@pytest.fixture
def files(tmp_path: Path) -> identity.Files:
    return identity.Files.in_folder(tmp_path)


def _judge(found: identity.Standing, host: str, at: datetime) -> None:
    """What a strict browser does; raises `VerificationError`."""
    policy = PolicyBuilder().store(Store([found.ca])).time(at)
    name = x509.DNSName(host) if host[-1].isalpha() else x509.IPAddress(ip_address(host))
    policy.build_server_verifier(name).verify(found.server, [])


# --- what is made ----------------------------------------------------------------------------------


def test_a_browser_that_trusts_the_ca_accepts_the_server_under_each_name(files: identity.Files) -> None:
    found = cert.make(files, NAMES, NOW).standing
    for host in ("station.lan", "localhost", "192.168.1.20", "127.0.0.1"):
        _judge(found, host, NOW)
    for host in ("other.lan", "192.168.1.21"):
        with pytest.raises(VerificationError):
            _judge(found, host, NOW)


def test_keys_are_the_owners_alone_and_nothing_outlives_its_time(files: identity.Files) -> None:
    found = cert.make(files, NAMES, NOW).standing
    for path in (files.ca_key, files.server):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(files.folder.stat().st_mode) == 0o700
    assert found.server.not_valid_after_utc - found.server.not_valid_before_utc <= timedelta(days=398)
    assert found.ca.not_valid_after_utc - found.ca.not_valid_before_utc == timedelta(days=3650)
    assert b"PRIVATE" not in files.ca.read_bytes()
    with pytest.raises(VerificationError):
        _judge(found, "localhost", NOW + timedelta(days=398))


@pytest.mark.parametrize("name", ["bank.example.com", "8.8.8.8", "lan.example.com"])
def test_the_authority_vouches_for_the_office_only(files: identity.Files, name: str) -> None:
    cert.make(files, NAMES, NOW)
    outside = cert_names.given([] if name[0].isdigit() else [name], [name] if name[0].isdigit() else [])
    with pytest.raises(identity.CertError, match=name):
        cert.make(files, outside, NOW)


def test_a_stolen_key_opens_no_bank(files: identity.Files) -> None:
    """Even when the command is not asked: browsers read the constraint in the CA."""
    found = cert.make(files, NAMES, NOW).standing
    key = identity.load_key(files.ca_key)
    for host in ("bank.example.com", "8.8.8.8"):
        stolen = cert._serve_as(cert_names.given(["localhost"], []) | _any(host), found.ca, key, NOW)
        forged = identity.Standing(found.ca, x509.load_pem_x509_certificate(stolen))
        with pytest.raises(VerificationError):
            _judge(forged, host, NOW)


def _any(host: str) -> cert_names.Names:
    return cert_names.given([], [host]) if host[0].isdigit() else cert_names.given([host], [])


def test_a_name_of_the_internet_may_be_asked_for_at_the_beginning(files: identity.Files) -> None:
    found = cert.make(files, cert_names.given(["wms.example.com"], ["203.0.113.7"]), NOW).standing
    _judge(found, "wms.example.com", NOW)
    _judge(found, "203.0.113.7", NOW)


# --- running it again ------------------------------------------------------------------------------


def test_again_changes_nothing_until_it_ends_and_then_renews_with_the_same_ca(files: identity.Files) -> None:
    first = cert.make(files, NAMES, NOW)
    again = cert.make(files, NAMES, NOW + timedelta(days=300))
    assert (first.is_new_ca, first.is_new_server, again.is_new_server) == (True, True, False)
    late = cert.make(files, cert_names.NONE, NOW + timedelta(days=370))
    assert (late.is_new_ca, late.is_new_server) == (False, True)
    assert late.standing.fingerprint == first.standing.fingerprint
    assert late.standing.names == first.standing.names, "what it was called is kept"
    _judge(late.standing, "station.lan", NOW + timedelta(days=760))


def test_a_new_name_is_added_and_renew_renews(files: identity.Files) -> None:
    first = cert.make(files, NAMES, NOW).standing
    added = cert.make(files, cert_names.given(["wms.lan"], []), NOW).standing
    assert added.names.hosts == (*first.names.hosts, "wms.lan")
    renewed = cert.make(files, cert_names.NONE, NOW, renew=True)
    assert renewed.is_new_server
    assert renewed.standing.server.serial_number != added.server.serial_number
    assert renewed.standing.fingerprint == first.fingerprint


def test_addresses_that_only_turned_up_are_left_out_where_the_authority_may_not_vouch(
    files: identity.Files,
) -> None:
    cert.make(files, NAMES, NOW)
    turned_up = cert_names.given([], ["203.0.113.9", "10.1.1.1"])
    names = cert.make(files, cert_names.NONE, NOW, also=turned_up).standing.names
    assert ip_address("10.1.1.1") in names.addresses
    assert ip_address("203.0.113.9") not in names.addresses


def test_an_old_authority_wants_a_new_one(files: identity.Files) -> None:
    first = cert.make(files, NAMES, NOW).standing
    nearly = cert.make(files, NAMES, NOW + timedelta(days=3600)).standing
    assert nearly.server.not_valid_after_utc == nearly.ca.not_valid_after_utc
    with pytest.raises(identity.CertError, match="--new-ca"):
        cert.make(files, NAMES, NOW + timedelta(days=3640), renew=True)
    new = cert.make(files, NAMES, NOW + timedelta(days=3640), new_ca=True)
    assert new.is_new_ca
    assert new.standing.fingerprint != first.fingerprint


@pytest.mark.parametrize("broken", ["ca.pem", "ca.key", "server.pem"])
def test_a_damaged_file_is_named_and_mended(files: identity.Files, broken: str) -> None:
    cert.make(files, NAMES, NOW)
    (files.folder / broken).write_text("-----BEGIN NONSENSE", encoding="utf-8")
    with pytest.raises(identity.CertError, match=broken):
        cert.make(files, cert_names.given(["new.lan"], []), NOW)
    if broken == "server.pem":
        assert not cert.make(files, NAMES, NOW, renew=True).is_new_ca
    else:
        assert cert.make(files, NAMES, NOW, new_ca=True).is_new_ca


def test_a_certificate_of_another_authority_is_refused(files: identity.Files, tmp_path: Path) -> None:
    cert.make(files, NAMES, NOW)
    other = identity.Files.in_folder(tmp_path / "other")
    cert.make(other, NAMES, NOW)
    files.ca.write_bytes(other.ca.read_bytes())
    with pytest.raises(identity.CertError, match="was not made by"):
        identity.read(files)
    with pytest.raises(identity.CertError, match=r"ca\.key is not the key"):
        cert.make(files, NAMES, NOW, renew=True)


def test_this_machine_knows_its_names() -> None:
    names = cert_names.here()
    assert "localhost" in names.hosts
    assert ip_address("127.0.0.1") in names.addresses


@pytest.mark.parametrize("text", ["", "a b", "-x.lan", "1.2.3.4", "x" * 64, "http://x.lan", "仓" * 80])
def test_what_is_no_host_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="host name"):
        cert_names.given([text], [])


@pytest.mark.parametrize("text", ["", "station", "1.2.3", "192.168.1.0/24", "0.0.0.0", "224.0.0.1"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="address"):
        cert_names.given([], [text])


# --- the command -----------------------------------------------------------------------------------


def _run(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["cert", *arguments], env={"STATION_DATA": str(data)})


def test_the_command_makes_checks_and_keeps(tmp_path: Path) -> None:
    assert (none := _run(tmp_path, "--check")).exit_code == 1
    assert "run `station cert`" in none.output
    made = _run(tmp_path, "--name", "Station.LAN", "--ip", "192.168.1.20")
    assert made.exit_code == 0, made.output
    found = identity.read(identity.Files.in_folder(tmp_path))
    assert found is not None
    for text in (found.fingerprint, "station.lan", "192.168.1.20", "made a new CA"):
        assert text in made.output
    assert "nothing was changed" in _run(tmp_path).output
    assert "same CA" in _run(tmp_path, "--renew").output
    assert (check := _run(tmp_path, "--check")).exit_code == 0
    assert found.fingerprint in check.output


def test_the_command_says_when_it_ends(tmp_path: Path) -> None:
    made = datetime.now(UTC) - timedelta(days=370)
    cert.make(identity.Files.in_folder(tmp_path), NAMES, made)
    check = _run(tmp_path, "--check")
    assert check.exit_code == 1
    assert "in 26 days" in check.output
    assert "run `station cert`" in check.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--name", "http://x"], "host name"),
        (["--ip", "station.lan"], "IP address"),
        (["--check", "--renew"], "alone"),
        (["--new"], "No such option"),
        (["extra"], "unexpected extra argument"),
    ],
)
def test_the_command_refuses_clearly(tmp_path: Path, arguments: list[str], said: str) -> None:
    refused = _run(tmp_path, *arguments)
    assert refused.exit_code != 0
    assert said in refused.output
    assert not (tmp_path / "tls").exists()


# --- settings and pages ----------------------------------------------------------------------------


def test_https_on_needs_a_certificate_and_auto_does_not(tmp_path: Path) -> None:
    assert https_files(Settings(data=tmp_path)) is None
    with pytest.raises(SettingsError, match="station cert"):
        https_files(Settings(data=tmp_path, https="on"))
    files = identity.Files.in_folder(tmp_path)
    cert.make(files, NAMES, NOW)
    with pytest.raises(SettingsError, match="own"):
        https_files(Settings(data=tmp_path, port=8443))
    files.server.write_text("nonsense", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"server\.pem"):
        https_files(Settings(data=tmp_path))
    assert https_files(Settings(data=tmp_path, https="off")) is None


@pytest.fixture
def client(hub: Hub) -> FlaskClient:
    return create_app(hub=hub).test_client()


def test_the_page_of_trust_says_that_there_is_nothing_yet(client: FlaskClient) -> None:
    assert "station cert" in client.get("/trust").text
    assert client.get("/trust/station-ca.crt").status_code == 404


def test_the_page_of_trust_shows_the_fingerprint_and_hands_out_the_ca(hub: Hub, client: FlaskClient) -> None:
    found = cert.make(identity.Files.in_folder(hub.settings.data), NAMES, NOW).standing
    page = client.get("/trust").text
    assert found.fingerprint in page
    crt, pem = client.get("/trust/station-ca.crt"), client.get("/trust/station-ca.pem")
    assert crt.mimetype == "application/x-x509-ca-cert"
    assert x509.load_der_x509_certificate(crt.data) == found.ca
    assert x509.load_pem_x509_certificate(pem.data) == found.ca
    assert client.get("/trust/station-ca.key").status_code == 404
    assert client.get("/trust/qr.svg").mimetype == "image/svg+xml"


def test_the_desk_warns_within_thirty_days(
    hub: Hub, client: FlaskClient, floor: Floor, clock: MovableClock
) -> None:
    files = identity.Files.in_folder(hub.settings.data)
    cert.make(files, NAMES, clock.now() - timedelta(days=300))
    client.set_cookie("sid", floor.sign_in("1008"))
    assert "certificate" not in client.get("/desk").text
    assert "HTTPS 证书" not in client.get("/desk").text
    cert.make(files, NAMES, clock.now() - timedelta(days=370), renew=True)
    assert "HTTPS 证书" in client.get("/desk").text


# --- a real server ---------------------------------------------------------------------------------


@pytest.fixture
def served(tmp_path: Path, sqlite_template: Path) -> Iterator[Https]:
    data = tmp_path / "data"
    certify(data)
    station = serve(data, sqlite_template)
    yield station
    assert "Traceback" not in station.stop()


def test_https_and_plain_http_serve_one_station(served: Https) -> None:
    context = ssl.create_default_context(cafile=served.ca)
    for host in ("localhost", "127.0.0.1"):
        url = f"https://{host}:{served.https_port}/health"
        with urllib.request.urlopen(url, context=context, timeout=PATIENCE_S) as answer:
            assert answer.status == 200
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{served.secure}/health", timeout=PATIENCE_S)
    old = ssl.create_default_context(cafile=served.ca)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with urllib.request.urlopen(f"{served.secure}/health", context=old, timeout=PATIENCE_S) as answer:
        assert answer.status == 200
    plain = requests.get(f"{served.plain}/login", timeout=PATIENCE_S)
    secure = requests.get(f"{served.secure}/login", verify=served.ca, timeout=PATIENCE_S)
    assert (plain.status_code, secure.status_code) == (200, 200)
    trust = requests.get(f"{served.plain}/trust", timeout=PATIENCE_S).text
    assert f":{served.https_port}/" in trust


def test_plain_http_can_be_narrowed_to_the_way_to_https(tmp_path: Path, sqlite_template: Path) -> None:
    data = tmp_path / "data"
    certify(data)
    served = serve(data, sqlite_template, {"STATION_PLAIN": "trust"})
    try:
        shown = requests.get(f"{served.plain}/work/pick", timeout=PATIENCE_S)
        assert shown.url == f"{served.plain}/trust"
        assert shown.status_code == 200
        assert requests.get(f"{served.plain}/trust/station-ca.crt", timeout=PATIENCE_S).status_code == 200
        refused = requests.post(
            f"{served.plain}/login", {"badge": "US1001", "pin": "1234"}, timeout=PATIENCE_S
        )
        assert refused.status_code == 403
        page = requests.get(f"{served.secure}/login", verify=served.ca, timeout=PATIENCE_S)
        assert 'name="pin"' in page.text
    finally:
        served.stop()


def test_without_a_certificate_there_is_plain_http_alone(tmp_path: Path, sqlite_template: Path) -> None:
    served = serve(tmp_path / "data", sqlite_template)
    try:
        assert 'name="pin"' in requests.get(f"{served.plain}/login", timeout=PATIENCE_S).text
        with pytest.raises(requests.exceptions.ConnectionError):
            requests.get(f"{served.secure}/health", verify=False, timeout=PATIENCE_S)
    finally:
        served.stop()
