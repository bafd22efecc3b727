"""What the pages of a document's photos share: those that there are, a key that takes another, one alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from flask import abort, render_template, send_file

from station.catalog.photos import ENDINGS, Photos
from station.catalog.proofs import name_of
from station.ground.registers import uploads
from station.ground.web.kit import actor, hub
from station.ground.words.messages import Refused
from station.ground.work import Work


@dataclass(frozen=True)
class Album:
    """The photos of the documents of one kind, in a folder of their own under ``DATA/photos``."""

    folder: str

    def page(self, number: str, photos: Sequence[str], *, back: str, add: str = "", about: str = "") -> Any:
        """The page of one document: the addresses of its `photos`, of the process, and of what takes another
        (empty: nobody may).
        """
        return render_template(
            "catalog/proofs.html", number=number, photos=photos, back=back, add=add, about=about
        )

    def take(self, number: str, no: Refused | None, tell: Callable[[Work, str, str], None]) -> None:
        """Keep the picture that was sent, and `tell` the document's history its name. E-FIL-01 without a
        file, E-FIL-02 or E-FIL-04 for no picture, `no` when the document takes none any more.
        """
        file, data = uploads.sent(ENDINGS)
        if no is not None:
            raise no
        name = name_of(data)
        if not self._photos().put(_code(number, name), PurePath(file).suffix.lower(), data):
            raise Refused("E-FIL-04")
        hub().works.do(lambda work: tell(work, number, name), actor())

    def send(self, number: str, name: str, names: Sequence[str]) -> Any:
        """One photo as it was taken; 404 for one that is not the document's."""
        file = self._photos().original(_code(number, name)) if name in names else None
        if file is None:
            abort(404)
        return send_file(file, max_age=600)

    def _photos(self) -> Photos:
        return Photos(hub().settings.data.resolve() / "photos" / self.folder)


def _code(number: str, name: str) -> str:
    """What the file of a photo is called."""
    return f"{number}-{name}"
