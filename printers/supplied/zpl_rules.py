"""What becomes of each ZPL command: drawn, kept for one label, left out, or refused with its reason.

An allow list. What draws goes to the printer. What stays in it for later labels does not: the operator's
settings (media, darkness, speed) are left out, since the label comes out without them too; what would change
how the label looks is kept for the length of one label (`zpl_pages`). What acts on anything but paper is
refused, so that somebody sees what was tried.
"""

import re

from printers.errors import BadDocument
from printers.supplied.zpl_stream import Command

# What may stand behind a command, white space taken out.
_PLAIN = re.compile(rb"[!-~]*")
_NUMBERS = re.compile(rb"-?\d{0,5}(?:,-?\d{0,5}){0,2}")
_MARK = re.compile(rb"[!-}]?")
_ANY = re.compile(rb".*", re.DOTALL)

DRAWN: dict[bytes, re.Pattern[bytes]] = {
    **dict.fromkeys((b"FS", b"FR", b"FD", b"FV", b"SN"), _ANY),
    **dict.fromkeys((b"FO", b"FT"), _NUMBERS),
    b"FH": _MARK,
    **dict.fromkeys((b"FB", b"FP", b"TB", b"GB", b"GC", b"GD", b"GE", b"GS"), _PLAIN),
    **dict.fromkeys((b"A%c" % font for font in b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ@"), _PLAIN),
    **dict.fromkeys((b"B%c" % kind for kind in b"012345789ABCDEFIJKLMOPQRSTUXZ"), _PLAIN),
}
"""What draws, and how it may be written."""

KEPT = frozenset({b"LH", b"LS", b"LR", b"FW", b"CF", b"BY", b"CI", b"PW", b"LL"})
"""What changes how the fields behind it look, until it is changed back: kept for one label."""

STORED = frozenset({b"DG", b"DY", b"XG", b"IM", b"IS", b"IL", b"DF", b"XF", b"FN"})
"""What a label keeps in the printer and calls up again: done here, the printer keeps nothing."""

LEFT_OUT = frozenset(
    b"CC CD CT CN CO CV CW EG FX ID JB JI JJ JM JN JO JS JT JU JZ KC KD KL KN KP KV LF LT MA MC MD MF MI ML "
    b"MM MN MP MT MU MW NB NC ND NI NN NP NR NS NT NW NZ PA PM PO PQ PR SD SE SI SL SO SP SQ SR SS ST SX SZ "
    b"TA TO WC WD WE WF XB XS ZZ".split()
)
"""The operator's settings, and what only empties a memory that is not used: the label is the same without."""

REASONS = (
    (
        frozenset(b"DB DD DE DN DS DT DU DX DY EF FE FM HF HG HW HY HZ SF FC FL".split()),
        "uses what is stored in the printer",
    ),
    (
        frozenset(
            b"HB HD HH HI HM HQ HS HU HV JA JC JD JE JF JG JL JP JQ JR JX PF PH PN PP PS RO WQ".split()
        ),
        "acts on the printer at once",
    ),
)
_ONE = re.compile(rb"0*1|")
_DOTS = re.compile(rb"D?(?:,,?)?")


def check(command: Command) -> None:
    """Raise BadDocument for a command that does not pass, or that would need a setting to look right."""
    if command.name in DRAWN and command.mark == b"^":
        if not DRAWN[command.name].fullmatch(_dense(command)):
            raise BadDocument(f"The label contains {command.shown}, which the station does not pass on.")
    elif command.name == b"PQ":
        if not _ONE.fullmatch(command.values[0]):
            raise BadDocument("The label asks for more than one copy (^PQ); one label is printed at a time.")
    elif command.name == b"JM" and command.values[0].upper() == b"B":
        raise BadDocument("The label is made for half the dots (^JMB); make it for all of them (^JMA).")
    elif command.name == b"MU" and not _DOTS.fullmatch(_dense(command).upper()):
        raise BadDocument("The label measures in inches or millimetres (^MU); make it in dots.")
    elif command.name == b"PM" and command.values[0].upper() == b"Y":
        raise BadDocument("The label is mirrored (^PMY); make it as it is to be read.")
    elif not command.name or command.name not in LEFT_OUT | KEPT | STORED | {b"XA", b"XZ", b"GF"}:
        raise BadDocument(refusal(command))


def refusal(command: Command) -> str:
    """Say which command is refused and why."""
    for names, reason in REASONS:
        if command.name in names:
            return f"The label contains {command.shown}, which {reason}."
    return f"The label contains {command.shown}, which the station does not pass on."


def _dense(command: Command) -> bytes:
    """Printers skip white space inside a command, line ends in the middle of a number included."""
    return b"".join(command.rest.split()) if command.name not in {b"FD", b"FV", b"SN", b"FS", b"FR"} else b""
