"""Frames on a pipe: one letter for the kind, eight bytes of length, the body."""

from typing import IO

ASK, DATA, PART, DONE, NO, FAULT = (bytes([letter]) for letter in b"ADPONF")
_LENGTH = 8


class Ended(Exception):
    """The other side is gone, or says what no frame is."""


def write(pipe: IO[bytes], kind: bytes, body: bytes = b"") -> None:
    """Write one frame; Ended when nobody reads any more."""
    try:
        pipe.write(kind + len(body).to_bytes(_LENGTH, "big"))
        pipe.write(body)
        pipe.flush()
    except (OSError, ValueError) as error:
        raise Ended from error


def read(pipe: IO[bytes], most: int) -> tuple[bytes, bytes]:
    """Read one frame of at most ``most`` bytes; Ended when there is none, OverflowError when it is larger."""
    head = _exactly(pipe, 1 + _LENGTH)
    size = int.from_bytes(head[1:], "big")
    if size > most:
        raise OverflowError(size)
    return head[:1], _exactly(pipe, size)


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    try:
        data = pipe.read(size)
    except (OSError, ValueError) as error:
        raise Ended from error
    if len(data) < size:
        raise Ended
    return data
