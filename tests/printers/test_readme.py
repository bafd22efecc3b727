"""The ten lines of docs/printers.md really print a label."""

import re
from pathlib import Path

import pytest
from PIL import Image

from printers.transports import Limits
from tests.near import REACH
from tests.printers.doubles import ZplPrinter

GUIDE = Path(__file__).parents[2] / "docs/printers.md"


def test_the_ten_lines_of_the_guide_print_a_label(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = re.search(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    lines = [line for line in found[1].splitlines() if line]
    assert len(lines) <= 10
    with ZplPrinter() as printer:
        code = found[1].replace("tcp://192.168.1.50:9100", printer.address)
        code = code.replace("preview.png", str(tmp_path / "preview.png"))
        code = code.replace('proof="counter"))', 'proof="counter"), near)')  # the printer is on this machine
        exec(compile(code, "printers.md", "exec"), {"near": Limits(reach=REACH)})
        assert capsys.readouterr().out.strip() == "counter"
        (paper,) = printer.papers
    assert paper.tobytes() == Image.open(tmp_path / "preview.png").convert("1").tobytes()
