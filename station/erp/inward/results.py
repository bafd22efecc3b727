"""What came of a document, in words: the office reads them in answers, people at the desk on the pages."""

from __future__ import annotations

RESULTS: dict[str, tuple[str, str]] = {
    "NEW": ("已收, 新单", "taken, new"),
    "REPLACED": ("已收, 换成新内容", "taken, replaces what was known"),
    "TAKEN": ("已收", "taken"),
    "SAME": ("内容和现有的一样, 没有动", "says the same as what is known, nothing was changed"),
    "OLD": ("版本不比现有的新, 没有动", "not newer than what is known, nothing was changed"),
    "KNOWN": (
        "这个内容的文件已经收过, 没有动",
        "a file of this content was taken before, nothing was changed",
    ),
    "LATE": ("来得太晚, 作业已开始: 已停下等人看", "too late, work on it has begun: a person looks at it"),
    "TOO_LATE": ("已经发走, 停不了", "it has left already and cannot be stopped"),
    "UNKNOWN": ("没有这张单", "there is no such document"),
    "CANCELLED": ("已取消", "cancelled"),
    "ALREADY": ("早已取消, 没有动", "was cancelled before, nothing was changed"),
    "INTERCEPTING": ("货已在路上, 正在拦截", "its goods are on their way and are being intercepted"),
    "STOPPED": ("已取消的单, 没有动", "the document is stopped, nothing was changed"),
    "REVIVED": ("取消后又恢复, 重新开始", "cancelled before, begins anew"),
    "HELD": ("已停下等人确认", "held for a person"),
    "PROBLEM": ("没有接收, 放在“未接收”里", "not taken over, see those set aside"),
    "ASIDE": ("没有接收, 可在桌面改好再收", "set aside, mend it at the desk"),
    "NOTE": ("说明", "to know"),
}


USUAL = frozenset({"NEW", "REPLACED", "TAKEN", "CANCELLED"})
"""Results that need no reason."""


def sentence(result: str) -> tuple[str, str]:
    """A result in Chinese and in English; one that nobody knows stands for itself."""
    return RESULTS.get(result, (result, result))
