"""Where the server may connect to. Nothing here is dialled: names and connections are the test's own."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printers import reach
from printers.reach import LINK_LOCAL, LOOPBACK, METADATA, NOWHERE, OUTSIDE, OWN_PORT, Forbidden, Reach
from printers.transports import Limits, LineBroken, open_line
from printers.transports.tcp import TcpLine

FORBIDDEN = [
    ("127.0.0.1", LOOPBACK),
    ("127.255.255.254", LOOPBACK),
    ("::1", LOOPBACK),
    ("::ffff:127.0.0.1", LOOPBACK),
    ("::ffff:7f00:1", LOOPBACK),
    ("::127.0.0.1", LOOPBACK),
    ("::ffff:0:127.0.0.1", LOOPBACK),
    ("64:ff9b::127.0.0.1", LOOPBACK),
    ("2002:7f00:1::", LOOPBACK),
    ("0.0.0.0", NOWHERE),
    ("0.1.2.3", NOWHERE),
    ("::", NOWHERE),
    ("::ffff:0.0.0.0", NOWHERE),
    ("169.254.169.254", METADATA),
    ("::ffff:169.254.169.254", METADATA),
    ("100.100.100.200", METADATA),
    ("fd00:ec2::254", METADATA),
    ("169.254.1.1", LINK_LOCAL),
    ("fe80::1", LINK_LOCAL),
    ("fec0::1", LINK_LOCAL),
    ("224.0.0.251", NOWHERE),
    ("ff02::1", NOWHERE),
    ("255.255.255.255", NOWHERE),
    ("240.0.0.1", NOWHERE),
]


@pytest.mark.parametrize(("text", "why"), FORBIDDEN)
def test_an_address_of_no_device_is_refused(text: str, why: str) -> None:
    assert Reach().why_not(text, ip_address(text), 9100) == why
    with pytest.raises(Forbidden, match="allow_addresses"):
        Reach().check(text, 9100)


@pytest.mark.parametrize(
    "text", ["192.168.1.20", "10.0.0.7", "172.16.3.4", "100.64.0.9", "fd12:3456::9", "8.8.8.8"]
)
def test_a_printer_on_the_lan_and_an_erp_in_the_cloud_may_be_reached(text: str) -> None:
    assert Reach().why_not(text, ip_address(text), 9100) == ""
    Reach().check(text, 9100)
    Reach().check("printer.lan", 9100)


SPELLINGS = [
    "127.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "127.0.1",
    "0",
    "localhost",
]


@pytest.mark.parametrize("host", SPELLINGS)
def test_however_an_address_is_written_what_it_resolves_to_is_judged(host: str) -> None:
    """The system reads these by itself, without a name server; none of them is ever dialled."""
    names = Names()
    with pytest.raises(OSError) as refused:
        Reach().connect(host, 9100, 1, dial=names.dial)
    assert names.dialled == []
    assert isinstance(refused.value, Forbidden | socket.gaierror)


class Names:
    """A name server that answers differently each time, and somebody who notes what is dialled."""

    def __init__(self, *answers: list[str], fails: tuple[str, ...] = ()) -> None:
        self.answers, self.fails = list(answers), fails
        self.asked: list[str] = []
        self.dialled: list[str] = []

    def resolve(self, host: str, _port: int) -> list[str]:
        self.asked.append(host)
        return self.answers.pop(0)

    def dial(self, address: str, _port: int, _timeout_s: float) -> Any:
        self.dialled.append(address)
        if address in self.fails:
            raise ConnectionRefusedError(address)
        return address

    def connect(self, allowing: Reach, host: str = "printer.lan") -> Any:
        return allowing.connect(host, 9100, 1, resolve=self.resolve, dial=self.dial)


def test_a_name_that_changes_its_mind_is_resolved_once_and_what_was_judged_is_dialled() -> None:
    names = Names(["192.168.1.20"], ["127.0.0.1"])
    assert names.connect(Reach()) == "192.168.1.20"
    assert (names.asked, names.dialled) == (["printer.lan"], ["192.168.1.20"])
    with pytest.raises(Forbidden, match="this machine"):
        names.connect(Reach())
    assert names.dialled == ["192.168.1.20"]


def test_of_several_addresses_only_those_that_may_be_reached_are_tried() -> None:
    names = Names(["127.0.0.1", "192.168.1.20", "192.168.1.21"], fails=("192.168.1.20",))
    assert names.connect(Reach()) == "192.168.1.21"
    assert names.dialled == ["192.168.1.20", "192.168.1.21"]
    down = Names(["192.168.1.20"], fails=("192.168.1.20",))
    with pytest.raises(ConnectionRefusedError):
        down.connect(Reach())


def test_the_owner_allows_by_address_network_or_name_with_or_without_a_port() -> None:
    here = ip_address("127.0.0.1")
    for text in ("127.0.0.1", "127.0.0.0/8", "127.0.0.1:9100", "box.lan", "BOX.lan.", "box.lan:9100"):
        assert Reach.of([text]).why_not("box.lan", here, 9100) == "", text
    for text in ("127.0.0.2", "127.0.0.1:9101", "other.lan", "::1"):
        assert Reach.of([text]).why_not("box.lan", here, 9100) == LOOPBACK, text
    assert Reach.of(["[::1]:9100"]).why_not("x", ip_address("::1"), 9100) == ""
    assert Reach.of(["169.254.169.254"]).why_not("x", ip_address("169.254.169.254"), 80) == ""
    assert Reach.of(["0.0.0.0/0", "::/0"]).why_not("x", ip_address("0.0.0.0"), 80) == NOWHERE


@pytest.mark.parametrize(
    "text", ["", "127.1", "0x7f.1", "10.0.0.0/33", "a b", "x@y", "h:0", "h:70000", "h:x", "[::1", "1:2:3"]
)
def test_what_is_no_address_is_no_setting(text: str) -> None:
    with pytest.raises(ValueError):
        Reach.of([text])


def test_the_stations_own_port_is_no_printer_even_at_its_address_on_the_lan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours = ip_address("192.168.1.5")
    monkeypatch.setattr(reach, "is_ours", lambda address: address == ours)
    for allowed in ([], ["192.168.1.5"]):
        assert Reach.of(allowed, own_ports=(8080, 8443)).why_not("x", ours, 8443) == OWN_PORT
    assert Reach.of([], own_ports=(8080,)).why_not("x", ours, 9100) == ""
    assert Reach.of([], own_ports=(8080,)).why_not("x", ip_address("192.168.1.6"), 8080) == ""
    assert Reach.of(["192.168.1.5:8080"], own_ports=(8080,)).why_not("x", ours, 8080) == ""


def test_an_address_is_ours_when_it_can_be_bound_here() -> None:
    assert reach.is_ours(ip_address("127.0.0.1"))
    assert not reach.is_ours(ip_address("192.0.2.77"))


def test_only_networks_leaves_the_rest_of_the_world_out() -> None:
    lan = Reach.of(["erp.example"], only=["192.168.1.0/24"])
    assert lan.why_not("x", ip_address("192.168.1.9"), 9100) == ""
    assert lan.why_not("x", ip_address("192.168.2.9"), 9100) == OUTSIDE
    assert lan.why_not("erp.example", ip_address("8.8.8.8"), 443) == ""
    with pytest.raises(ValueError):
        Reach.of([], only=["lan"])


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_is_judged_as_itself(inner: Any) -> None:
    plain = Reach().why_not("x", inner, 9100)
    for outer in (f"::ffff:{inner}", f"64:ff9b::{inner}", f"::ffff:0:{inner}"):
        assert Reach().why_not("x", ip_address(outer), 9100) == plain


class Never(Reach):
    """A reach whose connections would be noticed."""

    def connect(self, host: str, port: int, timeout_s: float, **_more: Any) -> socket.socket:
        return Reach.connect(self, host, port, timeout_s, dial=_noticed)


def _noticed(address: str, _port: int, _timeout_s: float) -> socket.socket:
    pytest.fail(f"dialled {address}")


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:9100", "tcp://[::1]:9100", "tcp://0.0.0.0:9100", "tcp://169.254.169.254:80"]
)
def test_a_printers_line_is_opened_nowhere_else(address: str) -> None:
    with pytest.raises(LineBroken, match="does not connect there"):
        open_line(address, Limits(reach=Never()))


def test_a_printers_line_is_opened_where_it_is_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        TcpLine(f"tcp://127.0.0.1:{port}", Limits(reach=Reach.of([f"127.0.0.1:{port}"]))).close()
