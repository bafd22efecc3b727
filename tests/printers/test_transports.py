import pytest

from printers import transports
from printers.conversation import Message, deliver
from printers.errors import BadPrinter
from printers.transports import Delivery, Limits
from printers.transports.tcp import parse
from tests.near import REACH
from tests.printers import sinks

PATIENT = Limits(connect_s=5, write_s=5, drain_s=5, reach=REACH)
HASTY = Limits(connect_s=5, write_s=0.1, drain_s=0.1, reach=REACH)
SMALL = b"^XA^XZ" * 10
LARGE = bytes(range(256)) * 4 * 4096


def drop(address: str, payload: bytes, limits: Limits) -> Delivery:
    """Deliver to a printer that cannot be asked anything."""
    return deliver(address, Message("pdf", payload), limits)


def test_a_good_printer_gets_every_byte() -> None:
    with sinks.sink(sinks.good) as printer:
        delivery = drop(printer.address, LARGE, PATIENT)
    assert (delivery.bytes_written, delivery.error, delivery.proof) == (len(LARGE), None, None)
    assert printer.got == LARGE


def test_unread_status_bytes_do_not_cut_the_job() -> None:
    with sinks.sink(sinks.chatty) as printer:
        delivery = drop(printer.address, LARGE, PATIENT)
    assert delivery.error is None
    assert printer.got == LARGE


def test_a_printer_that_never_hangs_up_is_no_error_but_no_proof() -> None:
    with sinks.sink(sinks.mute) as printer:
        delivery = drop(printer.address, SMALL, HASTY)
        assert (delivery.bytes_written, delivery.error, delivery.proof) == (len(SMALL), None, None)


def test_refused_connection_wrote_nothing() -> None:
    delivery = drop(sinks.refusing_address(), SMALL, PATIENT)
    assert delivery.bytes_written == 0
    assert delivery.error is not None
    assert not delivery.is_hopeless


@pytest.mark.parametrize("behave", [sinks.resetting, sinks.hanging_up])
def test_a_break_in_mid_job_is_told(behave: object) -> None:
    with sinks.sink(behave) as printer:  # type: ignore[arg-type]
        delivery = drop(printer.address, LARGE * 4, PATIENT)
    assert delivery.bytes_written > 0
    assert delivery.error is not None


def test_a_printer_that_takes_nothing_more_is_told() -> None:
    with sinks.sink(sinks.silent) as printer:
        delivery = drop(printer.address, LARGE * 16, HASTY)
    assert 0 < delivery.bytes_written < len(LARGE) * 16
    assert "took nothing" in (delivery.error or "")


def test_bytes_the_printer_never_accepted_are_told() -> None:
    """All bytes fit into the buffers between us, but the far side accepted only some of them."""
    with sinks.sink(sinks.silent) as printer:
        taken = drop(printer.address, LARGE * 16, HASTY).bytes_written
        delivery = drop(printer.address, bytes(taken * 9 // 10), HASTY)
    assert delivery.bytes_written > 0
    assert delivery.error is not None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "tcp://",
        "tcp://host",
        "http://h:1",
        "tcp://h:99999",
        "tcp://h:x",
        "tcp://h:1/x",
        "serial:///etc/passwd",
        "serial:///dev/ttyUSB0?baud=1",
        "serial:///dev/ttyUSB0?baud=9600&shell=1",
        "device:///dev/sda",
        "device:///dev/usb/../sda",
        "device://host/dev/usb/lp0",
        "cups://",
        "cups://-oraw",
        "cups://queue/path",
        "cups://a b",
    ],
)
def test_addresses_are_checked(address: str) -> None:
    with pytest.raises(BadPrinter):
        transports.check(address)
    assert drop(address, SMALL, HASTY).is_hopeless


def test_good_addresses() -> None:
    for address in (
        "virtual:",
        "serial:///dev/ttyUSB0",
        "serial:///dev/serial/by-id/usb-Prolific_2303-if00-port0?baud=9600&flow=rtscts",
        "device:///dev/usb/lp0",
        "cups://office_laser-2",
    ):
        transports.check(address)
    assert parse("tcp://printer-1:9100") == ("printer-1", 9100)
    assert parse("tcp://[::1]:9100") == ("::1", 9100)


def test_a_name_nobody_can_resolve_wrote_nothing() -> None:
    delivery = drop(f"tcp://{'x' * 70}.invalid:9100", SMALL, HASTY)
    assert delivery.bytes_written == 0
    assert delivery.error is not None


def test_the_virtual_printer_proves_itself() -> None:
    delivery = drop("virtual:", SMALL, HASTY)
    assert delivery == Delivery(len(SMALL), proof="picture")
