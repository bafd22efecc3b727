"""Papers about the printers themselves."""

from dataclasses import dataclass

from printers.fields import BarcodeText, Document


@dataclass(frozen=True, slots=True)
class TestPage(Document):
    """测试页: ruler and symbols that show what a printer can do (P30). ``probe_text``: what it told us."""

    __test__ = False  # not a test case, whatever pytest reads into the name

    printer_code: BarcodeText
    printer_name: str = ""
    workstation: str = ""
    language: str = ""
    address: str = ""
    probe_text: str = ""
