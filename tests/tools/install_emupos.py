"""A second ESC/POS judge: install emupos into a throw-away environment of its own.

    python -m tests.tools.install_emupos FOLDER        # prints the path of its Python
    EMUPOS_PYTHON=$(python -m tests.tools.install_emupos FOLDER) pytest tests/printers

emupos is written for Python 3.12. What its printer needs of that is spelling only, so on 3.11 the copy in
FOLDER is respelled; nothing else ever imports it.
"""

import re
import subprocess
import sys
import venv
from pathlib import Path

EMUPOS = "emupos==0.4.0"
# Only what its printer imports; the rest (its web pages) is not started.
NEEDS = ("pillow", "pydantic>=2,<3", "pyyaml", "python-barcode", "segno", "typing_extensions")
ALIAS = re.compile(r"^type (\w+) = ", re.MULTILINE)
GENERIC = re.compile(r"^def (\w+)\[T\]\(", re.MULTILINE)
RESPELLED = ("config.py", "events.py", "printer/escpos/*.py")


def respelled(code: str) -> str:
    """Return Python 3.12 type aliases and generic functions as Python 3.11 writes them."""
    code = ALIAS.sub(r"\1 = ", code)
    if GENERIC.search(code):
        future = code.find("from __future__")
        start = code.find("\n", future) if future >= 0 else code.find("\nimport ")
        code = code[:start] + "\nfrom typing import TypeVar" + code[start:]
        code = GENERIC.sub(r'T = TypeVar("T")\n\n\ndef \1(', code)
    return code


def install(folder: Path) -> Path:
    """Make the environment and return its Python."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    for more in (NEEDS, ("--no-deps", "--ignore-requires-python", EMUPOS)):
        subprocess.run([*pip, *more], check=True, stdout=sys.stderr)
    if sys.version_info < (3, 12):
        (package,) = folder.glob("lib/python*/site-packages/emupos")
        for pattern in RESPELLED:
            for file in package.glob(pattern):
                file.write_text(respelled(file.read_text(encoding="utf-8")), encoding="utf-8")
    subprocess.run([str(python), "-c", "import emupos.printer.printer"], check=True)
    return python


if __name__ == "__main__":
    print(install(Path(sys.argv[1]).resolve()))
