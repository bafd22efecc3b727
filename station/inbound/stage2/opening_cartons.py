"""Which carton the samples come out of: its number is typed or said once, and its share is counted (P3)."""

from __future__ import annotations

from station.ground.words.messages import Refused
from station.inbound import cartons
from station.inbound.models import ReceiptLine
from station.inbound.stage2 import sampling


def to_open(line: ReceiptLine) -> dict[int, int]:
    """Number → samples that it must give; every carton of the line, without share, when all is inspected."""
    if line.is_full_check:
        return {cartons.number(line, nth): 0 for nth in range(1, cartons.of(line) + 1)}
    drawn = {cartons.number(line, nth): _holds(line, nth) for nth in line.draw["cartons"]}
    return sampling.shares(line.samples_due, drawn) if drawn else {}


def _holds(line: ReceiptLine, nth: int) -> int:
    """Samples in the line's `nth` carton; the last one may be partial."""
    before = (nth - 1) * line.case_qty
    content = min(line.case_qty, line.qty_accepted - before)
    return max(1, int(content // line.draw.get("each", 1)))


def seen(line: ReceiptLine) -> dict[int, int]:
    """Number → samples that came out of it so far."""
    return {int(number): n for number, n in line.draw.get("seen", {}).items()}


def choose(line: ReceiptLine, number: int) -> None:
    """E-QC-05 for a carton that is not among those to open, E-QC-04 for one that gave its share."""
    shares = to_open(line)
    if number not in shares:
        raise Refused("E-QC-05", n=number, open=", ".join(map(str, left(line))))
    check_share(line, number)


def check_share(line: ReceiptLine, number: int) -> None:
    """E-QC-04 once the carton gave its share: the next samples come out of another one."""
    share = to_open(line).get(number, 0)
    if share and seen(line).get(number, 0) >= share:
        raise Refused("E-QC-04", n=number, open=", ".join(map(str, left(line))))


def left(line: ReceiptLine) -> list[int]:
    """Numbers of the cartons that have not given their share yet."""
    counted = seen(line)
    return [number for number, share in to_open(line).items() if not share or counted.get(number, 0) < share]


def with_one_more(line: ReceiptLine, number: int, n: int = 1) -> dict[str, object]:
    """The line's draw after one more sample out of this carton, or one less (`n` = -1)."""
    counted = seen(line)
    counted[number] = max(0, counted.get(number, 0) + n)
    return {**line.draw, "seen": {str(key): n for key, n in counted.items()}}


def progress(line: ReceiptLine, number: int) -> tuple[str, str]:
    """(``7 [2/3]``, ``5/24``): the carton and how many were opened of how many; its samples of its share."""
    shares, counted = to_open(line), seen(line)
    opened = len(counted.keys() | {number})
    share = f"/{shares[number]}" if shares.get(number) else ""
    return f"{number} [{opened}/{len(shares)}]", f"{counted.get(number, 0)}{share}"
