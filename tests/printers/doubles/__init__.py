"""Printers that are not there: real servers on the loopback (or a pty) that behave like the hardware.

Written from the makers' manuals, without a line of the product: what we send is judged by somebody else.
"""

from tests.printers.doubles.escpos import EscposPrinter
from tests.printers.doubles.office import OfficePrinter
from tests.printers.doubles.tspl import TsplPrinter
from tests.printers.doubles.zpl import ZplPrinter

__all__ = ["EscposPrinter", "OfficePrinter", "TsplPrinter", "ZplPrinter"]
