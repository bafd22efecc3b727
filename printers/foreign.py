"""Labels of others, vetted and drawn in a process apart: none of them is opened in this one.

What they may cost is in `LIMITS`; one that costs more is refused like one that is broken, by a BadDocument.
Both functions wait for seconds where a label is made for that: never call them inside a transaction.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from PIL import Image

from printers import passing, supplied
from printers.apart import CRASH, Limits, No, Room, TooMuch
from printers.documents import from_data
from printers.errors import BadDocument, PrintError, WrongMedia
from printers.languages import png
from printers.media import MEDIA
from printers.supplied import Sheet
from printers.supplied.sizes import PIXEL_LIMIT

LIMITS = Limits(cpu_s=10, clock_s=60, memory_mb=1200, answer_mb=64)
"""A label of ours takes 0.1 s; the largest that is allowed some seconds and some hundred megabytes."""

_VETTING, _DRAWING = Room(LIMITS), Room(LIMITS, most=2)
_KNOWN: dict[str, type[PrintError]] = {"BadDocument": BadDocument, "WrongMedia": WrongMedia}
_TOO_MUCH = "The label takes more time or memory than a label may."
_CRASHED = "The label cannot be opened; it breaks what reads it."


class Drawn(NamedTuple):
    """The bytes to send, the PNG of the papers (None where one cannot be drawn), and how many come out."""

    payload: bytes
    shown: bytes | None
    labels: int


def vet(format: str, data: bytes) -> None:  # noqa: A002 - the word carriers and the ERP use
    """What ``supplied.vet`` says, BadDocument when it cannot be said in time; NotNow without a process."""
    _apart(_VETTING, "vetted", {"format": format}, data)


class Target(NamedTuple):
    """A kind of printer a label may have to come out of."""

    media: str
    dpi: int
    language: str


USUAL = tuple(Target(media, 203, "zpl") for media in ("waybill_100x150", "waybill_100x180", "waybill_76x130"))
"""What waybills are printed on, where nothing is known of the printers."""


def judge(kind: str, data: Mapping[str, Any], targets: Sequence[Target]) -> None:
    """Whether one of the printers can print it: else what speaks against the first of them."""
    facts = {"kind": kind, "data": dict(data), "targets": [list(target) for target in targets]}
    _apart(_VETTING, "judged", facts, b"")


def draw(
    kind: str, data: Mapping[str, Any], media: str, dpi: int, language: str, options: Mapping[str, Any]
) -> Drawn:
    """What to send and how it looks; NotNow without a process."""
    facts = {"kind": kind, "data": dict(data), "media": media, "dpi": dpi, "language": language}
    parts = iter(_apart(_DRAWING, "drawn", facts, b""))
    sheets = [
        Sheet(_picture(width, height, bits) if width else None, native[1:] if native else None)
        for width, height, bits, native in zip(parts, parts, parts, parts, strict=True)
    ]
    images = [sheet.image for sheet in sheets if sheet.image is not None]
    shown = png.encode(images, {}) if len(images) == len(sheets) else None
    return Drawn(passing.payload(sheets, language, options), shown, len(sheets))


def _supplied(kind: str, data: Mapping[str, Any]) -> passing.Supplied:
    doc = from_data(kind, data)
    assert isinstance(doc, passing.Supplied)
    return doc


def _picture(width: bytes, height: bytes, bits: bytes) -> Image.Image:
    """Dots, so that nothing that comes back is opened once more."""
    size = int(width), int(height)
    if not 0 < size[0] * size[1] <= PIXEL_LIMIT or len(bits) != (size[0] + 7) // 8 * size[1]:
        raise BadDocument(_CRASHED)
    return Image.frombytes("1", size, bits)


def close() -> None:
    """End the processes that wait for the next label; it starts a new one."""
    _VETTING.close()
    _DRAWING.close()


def _apart(room: Room, job: str, facts: dict[str, Any], data: bytes) -> list[bytes]:
    try:
        return room.run(f"printers.foreign:{job}", facts, data)
    except No as no:
        raise _KNOWN.get(no.facts["kind"], BadDocument)(no.facts["sentence"]) from None
    except TooMuch as ended:
        raise BadDocument(_CRASHED if ended.what == CRASH else _TOO_MUCH) from None


# --- apart -------------------------------------------------------------------------------------------


def vetted(facts: dict[str, Any], data: bytes) -> Iterator[bytes]:
    """The job of `vet`."""
    try:
        supplied.vet(facts["format"], data)
    except PrintError as error:
        raise _no(error) from error
    yield from ()


def judged(facts: dict[str, Any], _data: bytes) -> Iterator[bytes]:
    """The job of `judge`."""
    doc, against = _supplied(facts["kind"], facts["data"]), None
    for media, dpi, language in facts["targets"]:
        try:
            passing.drawn(doc, MEDIA[media], dpi, language)
        except PrintError as error:
            against = against or error
        else:
            return
    if against is not None:
        raise _no(against)
    yield from ()


def drawn(facts: dict[str, Any], _data: bytes) -> Iterator[bytes]:
    """The job of `draw`: of each label width, height and dots, and its own bytes behind a mark if it has
    them.
    """
    doc = _supplied(facts["kind"], facts["data"])
    try:
        sheets = passing.drawn(doc, MEDIA[facts["media"]], facts["dpi"], facts["language"])
    except PrintError as error:
        raise _no(error) from error
    for sheet in sheets:
        image = sheet.image
        size = (str(image.width).encode(), str(image.height).encode()) if image else (b"", b"")
        yield from (
            *size,
            image.tobytes() if image else b"",
            b"" if sheet.native is None else b"=" + sheet.native,
        )


def _no(error: PrintError) -> No:
    return No({"kind": type(error).__name__, "sentence": str(error)})
