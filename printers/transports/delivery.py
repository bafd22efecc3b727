"""What is honestly known after trying to deliver a job."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delivery:
    """Outcome of one attempt.

    ``bytes_written`` bytes left us (0 = surely nothing was printed). ``proof`` names what showed that
    the paper came out, None when nothing did. ``error`` is a sentence for people, None when all bytes were
    taken. ``is_hopeless`` means that trying again cannot help (bad document, bad settings). ``cause`` is
    what the printer said of itself last (``printers.status``). ``answers``: it speaks at all, None when it
    was not asked.
    """

    bytes_written: int
    proof: str | None = None
    error: str | None = None
    is_hopeless: bool = False
    cause: str = ""
    answers: bool | None = None
