"""Printers on the network are found by knocking at the neighbours' doors, and nowhere else."""

from __future__ import annotations

import socket
from ipaddress import ip_network

import pytest

from printers import finding
from printers.finding import Neighbour
from printers.probing import Found
from printers.reach import Reach
from printers.transports import Limits
from tests.near import REACH
from tests.printers import sinks
from tests.printers.doubles import ZplPrinter

LIMITS = Limits(connect_s=5, write_s=5, drain_s=0.2, status_s=0.3)


@pytest.mark.parametrize(
    ("own", "first", "count"),
    [
        ("192.168.1.20", "192.168.1.1", 254),
        ("10.0.7.9", "10.0.7.1", 254),
        ("127.0.0.1", "", 0),
        ("8.8.8.8", "", 0),
        ("fe80::1", "", 0),
    ],
)
def test_the_neighbourhood_is_this_machines_own_private_network(own: str, first: str, count: int) -> None:
    around = finding.neighbourhood(own=own)
    assert len(around) == count
    assert not count or around[0] == first


@pytest.mark.parametrize(
    ("networks", "count"),
    [
        (("192.168.9.0/28",), 14),
        (("192.168.8.0/24", "192.168.9.0/24"), 508),
        (("10.0.0.0/8",), 0),
        (("203.0.113.0/24",), 254),
        (("1.1.1.0/24", "fd00::/64"), 0),
        (("192.168.0.0/23", "192.168.4.0/23", "192.168.8.0/24"), 1020),
    ],
)
def test_the_owner_may_name_other_networks_but_none_of_the_world(
    networks: tuple[str, ...], count: int
) -> None:
    around = finding.neighbourhood([ip_network(text) for text in networks], own="192.168.1.20")
    assert len(around) == count
    assert len(around) <= finding.MOST


def test_who_listens_is_asked_and_what_says_nothing_is_told() -> None:
    office = sinks.Sink(sinks.good)
    try:
        with ZplPrinter(silent_when_blocked=False) as zebra:
            for printer, language in ((zebra, "zpl"), (office, "")):
                port = int(printer.address.rpartition(":")[2])
                (found,) = finding.look_around(["127.0.0.1"], port, REACH, LIMITS)
                assert (found.address, found.found.language) == (printer.address, language)
            assert zebra.papers == []
    finally:
        office.close()


def test_nobody_there_is_no_error_and_what_may_not_be_reached_is_not_asked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        door.settimeout(0.3)
        assert finding.look_around(["127.0.0.1", "169.254.169.254"], port, Reach(), LIMITS) == []
        with pytest.raises(TimeoutError):
            door.accept()
    assert finding.look_around(["127.0.0.1"], port, REACH, LIMITS) == []
    assert Neighbour("x", Found()).found.language == ""
