"""The folder as a connector: confirmations are written as files, files that lie in the inbox are taken.

It has no feeds, because a file is one piece and is put away when it was taken.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from station.erp.contract import Desk, Outcome
from station.erp.folder import intake, kept_maps
from station.erp.folder.files import FOLDERS, FolderConnector, IncomingFile
from station.erp.frame import Frame
from station.erp.makeup import Setting, Setup
from station.erp.port import Report

WHOLE = frozenset({"whole", "整个", "整批"})
YES = frozenset({"yes", "y", "1", "true", "是"})


class FolderPort(Frame):
    """See the module; an empty path is the ``erp`` folder in the station's data."""

    kind: ClassVar[str] = "folder"
    settings: ClassVar[Sequence[Setting]] = (
        Setting(
            "path",
            "文件夹",
            "Folder",
            is_required=False,
            hint_zh="空着就是数据目录里的 erp",
            hint_en="empty: the folder erp in the station's data",
        ),
        Setting(
            "needs_marker",
            "等完成标记",
            "Wait for markers",
            default="no",
            is_required=False,
            hint_zh="yes: 文件旁有 .ok 才接收 (共享文件夹慢时)",
            hint_en="yes: take a file once its .ok lies beside it (slow shares)",
        ),
        Setting(
            "bad_documents",
            "有问题的单据",
            "Bad documents",
            default="aside",
            is_required=False,
            hint_zh="aside: 好的照收, 有问题的放一边, 在桌面改好再收; whole: 有一条不对就整个文件退回",
            hint_en="aside: take the good ones, set the bad ones aside to be mended at the desk; "
            "whole: one bad one sends the whole file back",
        ),
    )
    wants: ClassVar[frozenset[str]] = frozenset(
        {
            "order_state:CANCELED",
            "order_state:CANCELEDFAIL",
            "order_shortage",
            "stock_adjustment",
            "return_result",
        }
    )

    every_s: ClassVar[int] = 2
    noted_every_s: ClassVar[int] = 60

    def __init__(self, setup: Setup) -> None:
        path = setup.values.get("path", "")
        self._root = Path(path or Path(setup.values.get("data", ".")) / "erp")
        self._is_shared = bool(path)
        self._is_whole = setup.values.get("bad_documents", "").strip().lower() in WHOLE
        self._files = FolderConnector(
            self._root,
            ZoneInfo(setup.timezone),
            time.time,
            needs_marker=setup.values.get("needs_marker", "").strip().lower() in YES,
            is_shared=self._is_shared,
            is_whole=self._is_whole,
        )

    @property
    def is_asked(self) -> bool:
        """A folder that could be looked into is there."""
        return True

    @property
    def watches_cancels(self) -> bool:
        """Cancels come as files like everything else."""
        return True

    def look(self, desk: Desk) -> Sequence[Outcome]:
        """Look into the inbox once and take the files that are complete."""
        outcomes: list[Outcome] = []

        def take(file: IncomingFile) -> Sequence[Outcome] | None:
            results = intake.take_file(desk, file, is_whole=self._is_whole)
            outcomes.extend(results or ())
            return results

        with desk.db.read() as tx:
            maps = kept_maps.in_use(tx, desk.code)
        self._files.poll(take, lambda refusal: intake.note_refusal(desk, refusal), maps)
        return outcomes

    def deliver(self, doc: Any) -> str:
        """Write the confirmation; the same document gives the same file."""
        return self._files.write(doc).name

    def probe(self) -> Report:
        """Whether every folder is there and can be written."""
        report = Report()
        for name in FOLDERS:
            path = self._root / name
            try:
                if not self._is_shared:  # where a share belongs that is away, nothing must be made
                    path.mkdir(parents=True, exist_ok=True)
                mark = path / ".station-test.tmp"
                mark.write_bytes(b"")
                mark.unlink()
            except OSError as error:
                report.add(name, ok=False, text=f"{path}: {error.strerror or error}")
            else:
                files = sum(not item.name.startswith(".") for item in os.scandir(path))
                report.add(name, ok=True, text=f"{path}: {files}")
        return report
