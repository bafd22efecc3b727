"""Numbers as people read them on paper. All arithmetic is on integers: fen and grams."""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def yuan(fen: int) -> str:
    """Return money given in fen as ``¥12.34``."""
    sign = "-" if fen < 0 else ""
    return f"{sign}¥{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def kilograms(grams: int) -> str:
    """Return a weight given in grams as ``1.234 kg``; nothing for an unknown weight (0)."""
    return f"{grams // 1000}.{grams % 1000:03d} kg" if grams else ""


def capitals(fen: int) -> str:
    """Return money given in fen in the capital numerals of Chinese accounts (大写), e.g. ``壹佰元整``."""
    sign = "负" if fen < 0 else ""
    whole, jiao, part = abs(fen) // 100, abs(fen) // 10 % 10, abs(fen) % 10
    text = _whole(whole) + "元" if whole or not (jiao or part) else ""
    if jiao:
        text += _DIGITS[jiao] + "角"
    elif part and whole:
        text += "零"
    text += _DIGITS[part] + "分" if part else "整"
    return sign + text


def _whole(number: int) -> str:
    if number == 0:
        return _DIGITS[0]
    text, is_gap = "", False
    for place in range(len(_GROUPS) - 1, -1, -1):
        group = number // 10_000**place % 10_000
        if group == 0:
            is_gap = bool(text)
            continue
        if text and (is_gap or group < 1000):  # noqa: PLR2004 - a group below a thousand starts with a gap
            text += _DIGITS[0]
        text += _group(group) + _GROUPS[place]
        is_gap = False
    return text


def _group(number: int) -> str:
    text, is_gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit == 0:
            is_gap = bool(text)
            continue
        text += (_DIGITS[0] if is_gap else "") + _DIGITS[digit] + _PLACES[place]
        is_gap = False
    return text
