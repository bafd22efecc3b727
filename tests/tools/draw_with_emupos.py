"""Run by the Python that ``install_emupos`` made: ESC/POS on stdin, PNGs into a folder, a report on stdout.

EMUPOS_PYTHON draw_with_emupos.py FOLDER WIDTH_DOTS < job
"""

import importlib
import json
import sys
from pathlib import Path


def main() -> None:
    """Print the job on an emulated printer that knows no trouble."""
    # Not installed where the tests run, so not imported by name.
    config = importlib.import_module("emupos.config")
    printers = importlib.import_module("emupos.printer.printer")
    folder, width = Path(sys.argv[1]), int(sys.argv[2])
    font = config.FontCell(width=12, height=24)
    profile = config.PrinterProfile(
        type="printer",
        name="receipt",
        dpi=203,
        width_dots=width,
        font_a=font,
        font_b=font,
        code_pages={0: "PC437"},
        default_code_page=0,
        drawer_sensor_open_level="high",
    )
    printer = printers.Printer("front", profile, sensor_open_level="high", job_idle_timeout_ms=60_000)
    printer.open_connection("host", 0)
    outputs = [printer.receive("host", sys.stdin.buffer.read(), 0), printer.close_connection("host", 0)]
    receipts = [receipt for output in outputs for receipt in output.receipts]
    for number, receipt in enumerate(receipts):
        (folder / f"{number:03}.png").write_bytes(receipt.png)
    told = {
        "events": [f"{event.type}: {event.data}" for output in outputs for event in output.events],
        "ends": [receipt.boundary for receipt in receipts],
        "texts": [receipt.text for receipt in receipts],
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
