"""Labels made by a carrier or an ERP, all the way to emulated printers (P19 RAW)."""

import base64
import io
import sys
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import Engine

from printers import foreign, languages, layouts, queue, roster, routes
from printers.documents import SuppliedInvoice, SuppliedWaybill
from printers.errors import BadDocument
from printers.transports import Limits
from printers.worker import PrintWorker
from tests.near import REACH
from tests.printers.conftest import Clock
from tests.printers.doubles import EscposPrinter, TsplPrinter, ZplPrinter
from tests.printers.refusing import TWICE, packed_as
from tests.printers.samples import WAYBILL
from tests.printers.test_queue import ask

Write = Callable[[Callable[[Any], Any]], Any]
LIMITS = Limits(connect_s=5, write_s=5, drain_s=0.2, status_s=2, fence_s=5, poll_s=0.05, reach=REACH)
NUMBER = WAYBILL.waybill_no
IMAGES = layouts.render(WAYBILL, "waybill_76x130")


def supplied(language: str, number: str = NUMBER, data: bytes | None = None) -> SuppliedWaybill:
    if data is None:
        data = languages.encode(language, IMAGES, {"dots_per_mm": 8})
    return SuppliedWaybill(number, language, base64.b64encode(data).decode())


@pytest.fixture
def worker(engine: Engine, write: Write, clock: Clock) -> PrintWorker:
    return PrintWorker(write, clock, limits=LIMITS)


def printing_on(write: Write, address: str, language: str, dpi: int = 203) -> None:
    def work(tx: Any) -> None:
        printer_id = roster.add_printer(
            tx, code="P", name="P", language=language, address=address, media="waybill_76x130", dpi=dpi
        )
        routes.set_route(tx, "waybill", printer_id)

    write(work)


NATIVE = (
    b"^XA^PW608^LL1040^FO40,40^A0N,40,40^FDZTO EXPRESS^FS"
    b"^FO40,120^BY2^BCN,120,Y,N,N^FD" + NUMBER.encode() + b"^FS^XZ\n"
)


@pytest.mark.parametrize("data", [None, NATIVE], ids=["graphic", "native"])
def test_a_carriers_label_reaches_its_own_kind_of_printer_dot_for_dot(
    worker: PrintWorker, write: Write, clock: Clock, data: bytes | None
) -> None:
    doc = supplied("zpl", data=data)
    with ZplPrinter() as printer:
        printing_on(write, printer.address, "zpl")
        job_id = write(lambda tx: ask(tx, clock, document=doc))
        worker.run_once()
        (paper,) = printer.papers
    image = foreign_picture(write, job_id)
    assert paper.tobytes() == image.tobytes()
    assert (b"^BCN,120" in printer.received) == (data is not None)
    job = write(lambda tx: queue.show(tx, job_id))
    assert (job.state, job.kind) == ("SENT", "supplied_waybill")


def foreign_picture(write: Write, job_id: int) -> Image.Image:
    shown = write(lambda tx: queue.picture(tx, job_id))
    assert shown is not None
    return Image.open(io.BytesIO(shown)).convert("1", dither=Image.Dither.NONE)


def test_labels_of_one_file_come_out_one_behind_the_other_and_are_counted(
    worker: PrintWorker, write: Write, clock: Clock
) -> None:
    """The waybill and a customs paper: each is a label of its own, and the counter must rise by two."""
    customs = b"^XA^PW608^LL1040^FO10,10^A0N,30,30^FDcustoms^FS^XZ"
    with ZplPrinter() as printer:
        printing_on(write, printer.address, "zpl")
        write(lambda tx: roster.set_proof(tx, 1, "counter"))
        job_id = write(lambda tx: ask(tx, clock, document=supplied("zpl", data=NATIVE + customs)))
        worker.run_once()
        assert len(printer.papers) == 2
    job = write(lambda tx: queue.show(tx, job_id))
    assert (job.state, job.proof) == ("CONFIRMED", "counter")
    assert foreign_picture(write, job_id).height >= 2 * 1040


@pytest.mark.parametrize("language", ["zpl", "tspl", "pdf", "png"])
def test_on_a_printer_of_another_language_it_is_drawn_dot_for_dot(
    worker: PrintWorker, write: Write, clock: Clock, language: str
) -> None:
    with TsplPrinter() if language != "tspl" else ZplPrinter() as printer:
        printing_on(write, printer.address, "tspl" if language != "tspl" else "zpl")
        job_id = write(lambda tx: ask(tx, clock, document=supplied(language)))
        worker.run_once()
        (paper,) = printer.papers
        picture = write(lambda tx: queue.picture(tx, job_id))
    assert paper.size == IMAGES[0].size
    assert picture is not None
    differing = sum(a != b for a, b in zip(paper.tobytes(), IMAGES[0].tobytes(), strict=True))
    assert differing <= 5, "only the guard against immediate commands may add a dot"


def test_a_label_with_another_number_never_comes_out(worker: PrintWorker, write: Write, clock: Clock) -> None:
    """The parcel's number and the bar code differ: no byte is sent."""
    with ZplPrinter() as printer:
        printing_on(write, printer.address, "zpl")
        job_id = write(lambda tx: ask(tx, clock, document=supplied("zpl", number="YT0000000000001")))
        worker.run_once()
        assert printer.papers == []
    job = write(lambda tx: queue.show(tx, job_id))
    assert (job.state, job.bytes_written) == ("FAILED", 0)
    assert "YT0000000000001" in (job.error or "")


def test_a_label_for_another_density_comes_out_in_its_size(
    worker: PrintWorker, write: Write, clock: Clock
) -> None:
    printing_on(write, "virtual:", "zpl", dpi=300)
    job_id = write(lambda tx: ask(tx, clock, document=supplied("zpl")))
    worker.run_once()
    assert write(lambda tx: queue.show(tx, job_id)).state == "CONFIRMED"
    assert foreign_picture(write, job_id).size == (76 * 12, 130 * 12)


@pytest.mark.parametrize(
    ("language", "data"),
    [("docx", b"x"), ("zpl", b""), ("zpl", b"x" * 1_000_001)],
    ids=["kind", "empty", "size"],
)
def test_what_is_no_label_at_all_never_gets_into_the_queue(
    write: Write, clock: Clock, language: str, data: bytes
) -> None:
    printing_on(write, "virtual:", "zpl")
    with pytest.raises(BadDocument):
        write(lambda tx: ask(tx, clock, document=supplied(language, data=data)))
    assert write(queue.list_jobs) == []


@pytest.mark.parametrize(
    ("language", "data", "why"),
    [
        ("zpl", b"^XA^JUS^XZ", "prints nothing"),
        ("zpl", b"^XA^FO0,0^FDx^FS^XZ^XA~JR^XZ", "acts on the printer"),
        ("zpl", b"~JR", "acts on the printer"),
        ("pdf", b"not a pdf", "not a PDF"),
        ("pdf", packed_as(b"[/FlateDecode/FlateDecode]", TWICE), "several times"),
    ],
    ids=["lasting", "second", "instant", "none", "bomb"],
)
def test_what_is_no_label_is_opened_by_nobody_who_queues_it_and_gets_no_byte_out(
    worker: PrintWorker, write: Write, clock: Clock, language: str, data: bytes, why: str
) -> None:
    """Queued by an older release, say: the transaction of a scan does not look into it, the printing does."""
    with ZplPrinter() as printer:
        printing_on(write, printer.address, "zpl")
        job_id = write(lambda tx: ask(tx, clock, document=supplied(language, data=data)))
        worker.run_once()
        assert printer.received == b""
    job = write(lambda tx: queue.show(tx, job_id))
    assert (job.state, job.bytes_written) == ("FAILED", 0)
    assert why in (job.error or "")


def test_without_a_process_to_open_it_a_label_waits(
    worker: PrintWorker, write: Write, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    printing_on(write, "virtual:", "zpl")
    job_id = write(lambda tx: ask(tx, clock, document=supplied("zpl")))
    foreign.close()
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", "/nowhere/python")
        worker.run_once()
    waiting = write(lambda tx: queue.show(tx, job_id))
    assert (waiting.state, waiting.bytes_written) == ("QUEUED", 0)
    clock.forward(3600)
    worker.run_once()
    assert write(lambda tx: queue.show(tx, job_id)).state == "CONFIRMED"


def test_an_invoice_as_supplied_goes_to_the_invoice_printer(
    worker: PrintWorker, write: Write, clock: Clock
) -> None:
    picture = io.BytesIO()
    Image.new("1", (576, 400), 1).save(picture, "PNG")
    doc = SuppliedInvoice("26332000001234567890", "png", base64.b64encode(picture.getvalue()).decode())

    def work(tx: Any) -> None:
        roll = roster.add_printer(
            tx, code="R", name="R", language="escpos", address=printer.address, media="roll_80"
        )
        routes.set_route(tx, "invoice_copy", roll)

    with EscposPrinter() as printer:
        write(work)
        job_id = write(lambda tx: ask(tx, clock, document=doc))
        worker.run_once()
        assert write(lambda tx: queue.show(tx, job_id)).state == "SENT"
        printer.wait_for(lambda: len(printer.papers) == 1)


def test_a_file_that_is_not_whole_is_refused(write: Write, clock: Clock) -> None:
    printing_on(write, "virtual:", "zpl")
    with pytest.raises(BadDocument):
        write(lambda tx: ask(tx, clock, document=SuppliedWaybill(NUMBER, "zpl", "%%%")))
