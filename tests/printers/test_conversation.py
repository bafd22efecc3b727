"""What we know after talking to a printer, for every way a printer can behave (P30)."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from printers import languages, layouts, probing
from printers.conversation import Message, deliver, look
from printers.errors import BadPrinter
from printers.families import PROBE
from printers.transports import Limits, LineBroken
from printers.transports.serial import SerialLine
from tests.near import REACH
from tests.patience import PATIENCE_S
from tests.printers.doubles import EscposPrinter, OfficePrinter, TsplPrinter, ZplPrinter
from tests.printers.samples import PICK, WAYBILL

QUICK = Limits(
    connect_s=5, write_s=1, drain_s=0.2, status_s=1, fence_s=1, hold_s=20, poll_s=0.05, reach=REACH
)
PATIENT = Limits(
    connect_s=5, write_s=5, drain_s=0.5, status_s=5, fence_s=20, hold_s=60, poll_s=0.05, reach=REACH
)
FAMILIES: dict[str, Any] = {"escpos": EscposPrinter, "zpl": ZplPrinter, "tspl": TsplPrinter}
PROOFS = [("escpos", "fence"), ("escpos", "echo"), ("zpl", "counter"), ("tspl", "fence")]


def payload(language: str) -> bytes:
    document, media = (PICK, "roll_80") if language == "escpos" else (WAYBILL, "waybill_76x130")
    return languages.encode(language, layouts.render(document, media))


def message(language: str, proof: str = "none", **more: Any) -> Message:
    return Message(language, payload(language), proof=proof, token=more.pop("token", 4711), **more)


@pytest.mark.parametrize(("language", "proof"), PROOFS)
def test_a_ready_printer_proves_its_print(language: str, proof: str) -> None:
    with FAMILIES[language]() as printer:
        delivery = deliver(printer.address, message(language, proof), PATIENT)
        assert (delivery.proof, delivery.error, delivery.answers) == (proof, None, True)
        assert delivery.bytes_written == len(payload(language))
        assert len(printer.papers) == 1
        printer.assert_clean()


@pytest.mark.parametrize("language", FAMILIES)
def test_without_a_proof_a_job_is_only_sent(language: str) -> None:
    with FAMILIES[language]() as printer:
        delivery = deliver(printer.address, message(language), PATIENT)
        assert (delivery.proof, delivery.error) == (None, None)
        printer.wait_for(lambda: len(printer.papers) == 1)


@pytest.mark.parametrize("language", FAMILIES)
@pytest.mark.parametrize(
    ("trouble", "cause"), [("paper_out", "PAPER_OUT"), ("open_cover", "COVER_OPEN")], ids=str
)
def test_a_printer_that_cannot_print_gets_no_byte(language: str, trouble: str, cause: str) -> None:
    with FAMILIES[language]() as printer:
        getattr(printer, trouble)()
        delivery = deliver(printer.address, message(language), PATIENT)
        assert (delivery.bytes_written, delivery.cause, delivery.is_hopeless) == (0, cause, False)
        assert delivery.error
        assert printer.papers == []


@pytest.mark.parametrize("language", ["zpl", "tspl"])
@pytest.mark.parametrize(("name", "cause"), [("pause", "PAUSED"), ("ribbon", "RIBBON_OUT")])
def test_label_printers_name_pause_and_ribbon(language: str, name: str, cause: str) -> None:
    with FAMILIES[language]() as printer:
        printer.fault(name)
        assert deliver(printer.address, message(language), PATIENT).cause == cause


@pytest.mark.parametrize(("language", "proof"), [pair for pair in PROOFS if pair[0] != "zpl"])
def test_paper_that_ends_in_mid_job_is_waited_for(language: str, proof: str) -> None:
    """The job stays in the printer and comes out with the new roll: once, proved, and people were told."""
    causes: list[str] = []
    told = threading.Event()

    def tell(cause: str) -> None:
        causes.append(cause)
        told.set()

    with FAMILIES[language]() as printer, ThreadPoolExecutor() as pool:
        printer.after(50, printer.paper_out)
        telling = pool.submit(deliver, printer.address, message(language, proof), PATIENT, tell=tell)
        assert told.wait(PATIENCE_S)
        assert printer.papers == []
        printer.new_paper()
        delivery = telling.result(PATIENCE_S)
        assert (delivery.proof, delivery.error) == (proof, None)
        assert causes[0] == "PAPER_OUT"
        assert len(printer.papers) == 1


@pytest.mark.parametrize(("language", "proof"), PROOFS)
def test_a_proof_that_never_comes_is_unknown(language: str, proof: str) -> None:
    with FAMILIES[language]() as printer:
        printer.after(50, lambda: printer.mute_proof(proof))
        delivery = deliver(printer.address, message(language, proof), QUICK)
        assert delivery.bytes_written > 0
        assert delivery.proof is None
        assert delivery.error


def test_a_zebra_that_falls_silent_without_paper_is_unknown_then_prints_once() -> None:
    with ZplPrinter(silent_when_blocked=True) as printer:
        printer.after(50, printer.paper_out)
        delivery = deliver(printer.address, message("zpl", "counter"), QUICK)
        assert (delivery.proof, delivery.cause) == (None, "SILENT")
        assert delivery.error
        assert printer.papers == []
        printer.new_paper()
        printer.wait_for(lambda: len(printer.papers) == 1)


def test_a_zebra_that_does_not_tell_its_counter_gets_no_byte() -> None:
    with ZplPrinter() as printer:
        printer.mute_proof("counter")
        delivery = deliver(printer.address, message("zpl", "counter"), QUICK)
        assert (delivery.bytes_written, delivery.cause) == (0, "SILENT")
        assert printer.papers == []


def test_a_counter_somebody_else_moved_proves_nothing() -> None:
    with ZplPrinter() as printer:
        printer.after(50, printer.foreign_label)
        assert deliver(printer.address, message("zpl", "counter"), QUICK).proof is None


@pytest.mark.parametrize("language", FAMILIES)
def test_a_silent_printer_known_to_speak_gets_no_byte(language: str) -> None:
    with FAMILIES[language]() as printer:
        printer.silent()
        delivery = deliver(printer.address, message(language, answers=True), QUICK)
        assert (delivery.bytes_written, delivery.cause) == (0, "SILENT")


@pytest.mark.parametrize("language", FAMILIES)
def test_a_printer_never_heard_of_is_tried_all_the_same(language: str) -> None:
    with FAMILIES[language]() as printer:
        printer.silent()
        delivery = deliver(printer.address, message(language), QUICK)
        assert (delivery.error, delivery.answers) == (None, False)
        printer.wait_for(lambda: len(printer.papers) == 1)


@pytest.mark.parametrize("language", FAMILIES)
def test_garbage_instead_of_answers_never_confirms(language: str) -> None:
    with FAMILIES[language]() as printer:
        printer.mute_proof(PROOF_OF[language])
        printer.garbage(bytes(range(256)) * 3)
        delivery = deliver(printer.address, message(language, PROOF_OF[language]), QUICK)
        assert delivery.proof is None
        assert delivery.error


PROOF_OF = {"escpos": "echo", "zpl": "counter", "tspl": "fence"}


@pytest.mark.parametrize(("language", "proof"), PROOFS)
@pytest.mark.parametrize("way", ["drop_after", "hang_up_after"])
def test_a_printer_that_closes_in_mid_job_is_told(language: str, proof: str, way: str) -> None:
    with FAMILIES[language]() as printer:
        getattr(printer, way)(100)
        delivery = deliver(printer.address, message(language, proof), QUICK)
        assert delivery.bytes_written > 0
        assert (delivery.proof, bool(delivery.error)) == (None, True)
        assert printer.papers == []


def test_an_answer_after_the_time_limit_confirms_neither_this_job_nor_the_next() -> None:
    with EscposPrinter() as printer:
        printer.after(50, printer.hold_answers)
        late = deliver(printer.address, message("escpos", "fence", token=1), QUICK)
        assert (late.proof, bool(late.error)) == (None, True)
        printer.release_answers()
        printer.mute_proof("fence")
        following = deliver(printer.address, message("escpos", "fence", token=2), QUICK)
        assert following.proof is None


def test_status_pushed_all_the_time_is_not_taken_for_a_proof() -> None:
    """ASB bytes look like the answer of GS r unless they are framed."""
    with EscposPrinter() as printer:
        printer.mute_proof("fence")
        printer.after(50, printer.push_asb)
        assert deliver(printer.address, message("escpos", "fence"), QUICK).proof is None


@pytest.mark.parametrize("language", FAMILIES)
def test_nothing_is_sent_when_the_job_was_taken_back(language: str) -> None:
    with FAMILIES[language]() as printer:
        delivery = deliver(printer.address, message(language), QUICK, may_begin=lambda: False)
        assert delivery.bytes_written == 0
        assert printer.papers == []


@pytest.mark.parametrize("language", FAMILIES)
def test_a_test_page_shows_the_strongest_proof(language: str) -> None:
    with FAMILIES[language]() as printer:
        assert deliver(printer.address, message(language, PROBE), PATIENT).proof == PROOF_OF[language]
    with FAMILIES[language]() as printer:
        printer.mute_proof("fence", "echo", "counter")
        delivery = deliver(printer.address, message(language, PROBE), QUICK)
        assert (delivery.proof, delivery.error, delivery.answers) == (None, None, True)


def test_a_printer_without_echo_shows_its_fence() -> None:
    with EscposPrinter() as printer:
        printer.mute_proof("echo")
        assert deliver(printer.address, message("escpos", PROBE), QUICK).proof == "fence"


def test_an_office_printer_is_sent_to_and_nothing_is_claimed() -> None:
    with OfficePrinter() as printer:
        data = languages.encode("pdf", layouts.render(PICK, "a5"))
        delivery = deliver(printer.address, Message("pdf", data, proof="fence"), QUICK)
        assert (delivery.proof, delivery.error) == (None, None)
        printer.wait_for(lambda: printer.jobs == [data])


# --- looking and finding out -----------------------------------------------------------------------


@pytest.mark.parametrize("language", FAMILIES)
def test_an_idle_printer_is_looked_at(language: str) -> None:
    with FAMILIES[language]() as printer:
        status = look(printer.address, language, PATIENT)
        assert status is not None
        assert status.cause == ""
        printer.open_cover()
        status = look(printer.address, language, PATIENT)
        assert status is None or status.cause == "COVER_OPEN"
        assert printer.papers == []
        printer.refuse()
        with pytest.raises(LineBroken):
            look(printer.address, language, QUICK)


def test_paper_near_its_end_is_seen() -> None:
    with EscposPrinter() as printer:
        printer.paper_low()
        status = look(printer.address, "escpos", PATIENT)
        assert status is not None
        assert (status.cause, status.is_low) == ("", True)


@pytest.mark.parametrize("language", FAMILIES)
def test_what_stands_at_an_address_is_found_out_without_a_mark_on_paper(language: str) -> None:
    with FAMILIES[language]() as printer:
        found = probing.identify(printer.address, QUICK)
        assert found.language == language
        assert printer.papers == []
        # Nothing is left in the printer that would spoil the next paper.
        deliver(printer.address, message(language), QUICK)
        printer.wait_for(lambda: len(printer.papers) == 1)
        document, media = (PICK, "roll_80") if language == "escpos" else (WAYBILL, "waybill_76x130")
        assert printer.papers[0].size == layouts.render(document, media)[0].size


def test_a_zebra_tells_its_resolution() -> None:
    with ZplPrinter(dpi=300) as printer:
        assert probing.identify(printer.address, QUICK).dpi == 300


def test_settings_that_do_not_fit_what_was_found_are_told() -> None:
    found = probing.Found("zpl", "ZT411", 300, width_mm=76, height_mm=130)
    assert probing.misfit(found, "zpl", "waybill_76x130", 300) == ""
    assert "speaks zpl" in probing.misfit(found, "tspl", "waybill_76x130", 300)
    assert "300 dpi" in probing.misfit(found, "zpl", "waybill_76x130", 203)
    assert "76 mm wide" in probing.misfit(found, "zpl", "label_100x70", 300)
    assert "130 mm" in probing.misfit(found, "zpl", "waybill_100x180", 300) or "wide" in probing.misfit(
        found, "zpl", "waybill_100x180", 300
    )
    with pytest.raises(BadPrinter):
        probing.identify("ftp://printer", QUICK)


# --- the serial cable ------------------------------------------------------------------------------


@pytest.fixture
def serial_printer(monkeypatch: pytest.MonkeyPatch) -> Iterator[EscposPrinter]:
    """A printer at the far end of a real pseudo-terminal, allowed for this test."""
    from printers.transports import paths

    monkeypatch.setattr(paths, "SERIAL", (*paths.SERIAL, r"/dev/pts/\d+"))
    with EscposPrinter.on_pty() as printer:
        yield printer


def by_cable(printer: EscposPrinter) -> str:
    return f"serial://{printer.path}?baud=115200"


def test_a_receipt_is_printed_by_cable(serial_printer: EscposPrinter) -> None:
    delivery = deliver(by_cable(serial_printer), message("escpos", "echo"), PATIENT)
    assert (delivery.proof, delivery.error) == ("echo", None)
    serial_printer.wait_for(lambda: len(serial_printer.papers) == 1)
    serial_printer.assert_clean()


def test_a_bare_fence_by_cable_proves_nothing(serial_printer: EscposPrinter) -> None:
    """The line outlives the conversation, so the answer may belong to an earlier one."""
    assert deliver(by_cable(serial_printer), message("escpos", "fence"), PATIENT).proof is None


def test_a_cable_is_used_by_one_at_a_time(serial_printer: EscposPrinter) -> None:
    first = SerialLine(by_cable(serial_printer), QUICK)
    try:
        delivery = deliver(by_cable(serial_printer), message("escpos"), QUICK)
        assert (delivery.bytes_written, delivery.cause) == (0, "OFFLINE")
    finally:
        first.close()


def test_a_printer_that_reads_nothing_on_the_cable_ends_the_job(serial_printer: EscposPrinter) -> None:
    serial_printer.stall_after(1000)
    delivery = deliver(by_cable(serial_printer), message("escpos", answers=False), QUICK)
    assert delivery.bytes_written > 0
    assert delivery.error
    serial_printer.go_on()


def test_a_cable_that_is_not_there_is_told() -> None:
    delivery = deliver("serial:///dev/ttyUSB97", message("escpos"), QUICK)
    assert (delivery.bytes_written, delivery.cause) == (0, "OFFLINE")
    delivery = deliver("device:///dev/usb/lp97", message("escpos"), QUICK)
    assert (delivery.bytes_written, delivery.cause) == (0, "OFFLINE")


def test_a_receipt_is_printed_through_a_device_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The far end is a pseudo-terminal, which is a character device like /dev/usb/lp0."""
    from printers.transports import paths

    monkeypatch.setattr(paths, "DEVICE", (*paths.DEVICE, r"/dev/pts/\d+"))
    with EscposPrinter.on_pty() as printer:
        delivery = deliver(f"device://{printer.path}", message("escpos", "echo"), PATIENT)
        assert (delivery.proof, delivery.error) == ("echo", None)
        printer.wait_for(lambda: len(printer.papers) == 1)
        printer.assert_clean()


def test_a_device_that_takes_nothing_more_ends_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    from printers.transports import paths

    monkeypatch.setattr(paths, "DEVICE", (*paths.DEVICE, r"/dev/pts/\d+"))
    with EscposPrinter.on_pty() as printer:
        printer.stall_after(1000)
        delivery = deliver(f"device://{printer.path}", message("escpos", answers=False), QUICK)
        assert delivery.bytes_written > 0
        assert "took nothing" in (delivery.error or "")
        printer.go_on()
