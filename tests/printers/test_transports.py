import pytest

from printers import transports
from printers.errors import BadPrinter
from printers.transports.tcp import Limits, parse
from tests.printers import sinks

PATIENT = Limits(connect_s=5, write_s=5, drain_s=5)
HASTY = Limits(connect_s=5, write_s=0.1, drain_s=0.1)
SMALL = b"^XA^XZ" * 10
LARGE = bytes(range(256)) * 4 * 4096


def test_a_good_printer_gets_every_byte() -> None:
    with sinks.sink(sinks.good) as printer:
        delivery = transports.deliver(printer.address, LARGE, PATIENT)
    assert (delivery.bytes_written, delivery.error, delivery.proof) == (len(LARGE), None, None)
    assert printer.got == LARGE


def test_unread_status_bytes_do_not_cut_the_job() -> None:
    with sinks.sink(sinks.chatty) as printer:
        delivery = transports.deliver(printer.address, LARGE, PATIENT)
    assert delivery.error is None
    assert printer.got == LARGE


def test_a_printer_that_never_hangs_up_is_no_error_but_no_proof() -> None:
    with sinks.sink(sinks.mute) as printer:
        delivery = transports.deliver(printer.address, SMALL, HASTY)
        assert (delivery.bytes_written, delivery.error, delivery.proof) == (len(SMALL), None, None)


def test_refused_connection_wrote_nothing() -> None:
    delivery = transports.deliver(sinks.refusing_address(), SMALL, PATIENT)
    assert delivery.bytes_written == 0
    assert delivery.error is not None
    assert not delivery.is_hopeless


@pytest.mark.parametrize("behave", [sinks.resetting, sinks.hanging_up])
def test_a_break_in_mid_job_is_told(behave: object) -> None:
    with sinks.sink(behave) as printer:  # type: ignore[arg-type]
        delivery = transports.deliver(printer.address, LARGE * 4, PATIENT)
    assert delivery.bytes_written > 0
    assert delivery.error is not None


def test_a_printer_that_takes_nothing_more_is_told() -> None:
    with sinks.sink(sinks.silent) as printer:
        delivery = transports.deliver(printer.address, LARGE * 16, HASTY)
    assert 0 < delivery.bytes_written < len(LARGE) * 16
    assert "took nothing" in (delivery.error or "")


def test_bytes_the_printer_never_accepted_are_told() -> None:
    """All bytes fit into the buffers between us, but the far side accepted only some of them."""
    with sinks.sink(sinks.silent) as printer:
        taken = transports.deliver(printer.address, LARGE * 16, HASTY).bytes_written
        delivery = transports.deliver(printer.address, bytes(taken * 9 // 10), HASTY)
    assert delivery.bytes_written > 0
    assert delivery.error is not None


@pytest.mark.parametrize(
    "address", ["", "tcp://", "tcp://host", "http://h:1", "tcp://h:99999", "tcp://h:x", "tcp://h:1/x"]
)
def test_addresses_are_checked(address: str) -> None:
    with pytest.raises(BadPrinter):
        transports.check(address)
    assert transports.deliver(address, SMALL).is_hopeless


def test_good_addresses() -> None:
    transports.check("virtual:")
    assert parse("tcp://printer-1:9100") == ("printer-1", 9100)
    assert parse("tcp://[::1]:9100") == ("::1", 9100)


def test_a_name_nobody_can_resolve_wrote_nothing() -> None:
    delivery = transports.deliver(f"tcp://{'x' * 70}.invalid:9100", SMALL, HASTY)
    assert delivery.bytes_written == 0
    assert delivery.error is not None


def test_the_virtual_printer_proves_itself() -> None:
    delivery = transports.deliver("virtual:", SMALL)
    assert delivery == transports.Delivery(len(SMALL), proof="picture")
