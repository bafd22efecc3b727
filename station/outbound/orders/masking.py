"""Hiding personal data on visible labels (GB/T 41833-2022, P19, T60). Pure; any text is safe.

In doubt more is hidden: couriers find the door in their own app, strangers read the label.
"""

from __future__ import annotations

import re

_DIGIT = r"\d①-⑳Ⅰ-ⅻ"  # digits of any script, circled and Roman ones
_HAN = "零〇一二三四五六七八九十百两廿壹贰叁肆伍陆柒捌玖拾"
_SIGN = f"A-Za-z{_DIGIT}{_HAN}东西南北甲乙丙丁戊己庚辛"
_DASH = "-—–－#/"
_TOKEN = re.compile(
    rf"(?P<token>[{_SIGN}]++(?:[{_DASH}]++[{_SIGN}]++)*+)"
    r"(?=(?P<room>\s*+(?:号|单元|栋|幢|座|室|房|层|楼|户|铺|排))?"  # 3号楼, 二单元, A座
    r"(?P<road>国道|省道|县道|大街|大道|弄)?"  # 318国道: a place everybody knows, as are
    r"(?P<near>期|区|路|街|环|巷|村|组|队)?)"  # 2期 and 五路, when the number is short
)
_TELLS = re.compile(rf"[{_DIGIT}]|[{_HAN}]{{3}}|[{_HAN}][{_DASH}]|[{_DASH}][{_HAN}]")  # 1502, 一五零二, 三-二
_INDOORS = re.compile(r"\*\*(?=\s*+(?:号楼|单元|栋|幢|座|室|房|层|楼))")
_NUMBER = re.compile(rf"[{_DIGIT}{_HAN}]+")
_PHONE = re.compile(r"\d(?:[\s().-]{0,2}\d){6,}")
_SHORT_NUMBER = 2
_HIDDEN_DIGITS = 6
_SHORT_NAME = 2


def mask_name(name: str) -> str:
    """Keep the first character; with three or more also the last: 张*丰.

    Characters that do not print are dropped first: hiding them would hide nothing.
    """
    name = "".join(filter(str.isprintable, name)).strip()
    if len(name) <= 1:
        return "*" * len(name)
    if len(name) == _SHORT_NAME:
        return f"{name[0]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def mask_phone(phone: str) -> str:
    """Hide all but the first three and last two digits, and always six: 138******78.

    Digits of any script count, 一三八 too. With six digits or fewer nothing of the number is shown.
    """
    digits = [i for i, char in enumerate(phone) if char.isnumeric()]
    spare = max(0, len(digits) - _HIDDEN_DIGITS)
    last = min(2, spare)
    first = min(3, spare - last)
    hidden = set(digits[first : len(digits) - last])
    return "".join("*" if i in hidden else char for i, char in enumerate(phone))


def mask_note(note: str) -> str:
    """Hide telephone numbers in a buyer's or seller's free words: seven digits or more, however separated."""
    return _PHONE.sub(lambda match: mask_phone(match[0]), note)


def mask_address(address: str) -> str:
    """Hide building, unit and room numbers, marked or not; an address without any loses its last third.

    Behind a building every number is hidden, whatever follows it: 3号楼1502，放门口.
    """
    address = address.strip()
    masked = _TOKEN.sub(_hide, address)
    indoors = _INDOORS.search(masked)
    if indoors:
        masked = masked[: indoors.end()] + _NUMBER.sub("**", masked[indoors.end() :])
    if masked == address:
        keep = len(address) * 2 // 3
        return address[:keep] + "*" * (len(address) - keep)
    return masked


def _hide(match: re.Match[str]) -> str:
    token = match["token"]
    if match["room"]:
        return "**"
    is_public = match["road"] or (match["near"] and len(token) <= _SHORT_NUMBER)
    return token if is_public or not _TELLS.search(token) else "**"
