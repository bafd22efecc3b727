"""A short soak; ``python -m tests.printers.soak 2000`` is the long one."""

from pathlib import Path

import pytest

from tests.printers.soak import Soak


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_every_document_is_printed_once_or_asked_for(seed: int, tmp_path: Path) -> None:
    soak = Soak(60, seed, tmp_path)
    states, papers = soak.run()
    assert set(states) <= {"CONFIRMED", "UNKNOWN"}
    assert sorted(papers) == [f"D{number:06d}" for number in range(60)]
    assert set(papers.values()) == {1}
    assert soak.faults > 0
