"""The six test codes that a scanner reads."""

from __future__ import annotations

from dataclasses import dataclass

from station.ground.documents.check_char import internal

GS = "\x1d"


@dataclass(frozen=True)
class TestCode:
    """One code of the sheet. `text` is what a well set-up scanner types, with GS as itself."""

    __test__ = False  # not a test, whatever pytest thinks

    name: str
    decoder: str
    text: str
    title: str


CODES = (
    TestCode("ean", "EAN-13", "6901234567892", "L-DEV-EAN"),
    TestCode("gs1", "GS1-128", f"010690123456789210L2611A{GS}17271231", "L-DEV-GS1"),
    TestCode("slot", "Code 128", internal("LC", "CHECK01"), "L-DEV-SLOT"),
    TestCode(
        "qr",
        "QR Code",
        "https://station.lan/check?a=1&b=ABCDEFGHIJKLMNOPQRSTUVWXYZ&c=abcdefghijklmnopqrstuvwxyz"
        "&d=0123456789#_-.,:;!*()+@$%~end",
        "L-DEV-QR",
    ),
    TestCode("lower", "Code 128", "station-Check-aZ9", "L-DEV-LOWER"),
    TestCode("matrix", "Data Matrix", "DM-CHECK-20261231-0123456789", "L-DEV-MATRIX"),
)
BY_NAME = {code.name: code for code in CODES}
