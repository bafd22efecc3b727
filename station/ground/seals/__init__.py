"""The seals of the books: a chain over everything that is written once, so that a change is seen (P4, P5).

Every append-only table (movements, history, audit trail, permissions, signatures, scans) is sealed in
pieces, a minute behind the floor and off its way: a row of `seal` says which rows of which table it covers,
holds a digest over all their columns and the hash of the seal before it. The last seal's hash, the *head*,
lies in a file beside the database and stands on the day's papers: whoever cuts off the end of the books, or
makes the whole chain anew, does not have those.

`head` is what papers and copies carry; `verify` is behind ``station check``.
"""

from station.ground.seals.anchor import Anchor, accept, anchor_path, keep
from station.ground.seals.chain import Head, head, head_on_paper
from station.ground.seals.models import Seal
from station.ground.seals.sealing import seal_all, turn
from station.ground.seals.verifying import UNREADABLE, Verdict, is_in_the_books, verify

__all__ = [
    "UNREADABLE",
    "Anchor",
    "Head",
    "Seal",
    "Verdict",
    "accept",
    "anchor_path",
    "head",
    "head_on_paper",
    "is_in_the_books",
    "keep",
    "seal_all",
    "turn",
    "verify",
]
