"""Money in the capitals in which receipts and cheques write it: 人民币壹仟零伍拾元零贰分.

The forms are those of the rules for filling in bills, 正确填写票据和结算凭证的基本规定, annexed to the
Payment and Settlement Measures of the People's Bank of China (1997). Where these allow two forms, one is
always written: a zero between yuan and jiao where the last digit of the yuan is zero, and 整 whenever no fen
follow.
"""

from __future__ import annotations

from collections.abc import Iterator

from backend.kernel.money import FEN_PER_YUAN

DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")
_GROUP = 10_000
MOST_CAPITALS = 10**14 - 1
"""The greatest amount in fen that can be written."""


def in_capitals(fen: int) -> str:
    """Write an amount of money in Chinese capitals; below zero with 负 before it.

    Raises:
        ValueError: a million million yuan or more.
    """
    if abs(fen) > MOST_CAPITALS:
        raise ValueError(f"{fen} fen is more than can be written")
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    jiao, last = divmod(rest, 10)
    whole = f"{_whole(yuan)}元" if yuan or not rest else ""
    return f"人民币{'负' if fen < 0 else ''}{whole}{_parts(yuan, jiao, last)}"


def _parts(yuan: int, jiao: int, fen: int) -> str:
    """Write what follows the yuan."""
    if jiao == fen == 0:
        return "整"
    needs_zero = yuan > 0 and (jiao == 0 or yuan % 10 == 0)
    written = f"{DIGITS[jiao]}角" if jiao else ""
    return ("零" if needs_zero else "") + written + (f"{DIGITS[fen]}分" if fen else "整")


def _whole(number: int) -> str:
    """Write a whole number; between groups a zero stands for those that are missing."""
    if number == 0:
        return DIGITS[0]
    written = ""
    for place, group in _groups(number):
        if group == 0:
            continue
        written += DIGITS[0] if written and group < _GROUP // 10 else ""
        written += _four(group) + _GROUPS[place]
    return written


def _groups(number: int) -> Iterator[tuple[int, int]]:
    """Return the groups of four digits, the highest first."""
    for place in reversed(range(len(_GROUPS))):
        yield place, number // _GROUP**place % _GROUP


def _four(group: int) -> str:
    written, is_gap = "", False
    for place in reversed(range(len(_PLACES))):
        digit = group // 10**place % 10
        if digit == 0:
            is_gap = bool(written)
            continue
        written += (DIGITS[0] if is_gap else "") + DIGITS[digit] + _PLACES[place]
        is_gap = False
    return written
