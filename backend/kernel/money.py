"""Money as an exact integer of fen (0.01 yuan), and the two rules by which a part of money is found.

No amount is ever a binary float: what cannot be read as fen is refused, never rounded. Where a rule must
round (`half_up`) or divide (`split_fen`), it does so here, so that no fen is lost or made anywhere else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from backend.kernel.refusal import BadInput

FEN_PER_YUAN = 100
MOST_FEN = 10**12
"""Ten thousand million yuan: more is a slip of the hand, and JSON carries it exactly."""

_FIGURE = re.compile(r"([0-9]{1,11})(?:\.([0-9]{1,40}))?")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_YUAN = re.compile(r"^[¥￥]|(?:元|圆|人民币|RMB|CNY)$|^(?:人民币|RMB|CNY)", re.IGNORECASE)
_NAMED_YUAN = re.compile(r"RMB|CNY", re.IGNORECASE)
_FOREIGN = re.compile(r"[$€£₩₽฿]|[A-Za-z]{3}|美元|港元|港币|欧元|英镑|日元", re.IGNORECASE)
_EXPONENT = re.compile(r"[0-9.]+[eE][+-]?[0-9]+")


class AmountUnreadable(BadInput):
    """What should be an amount of money is no plain figure, such as an empty cell or 1e3."""

    code = "amount-unreadable"
    title = "金额无法识别"


class AmountTooPrecise(BadInput):
    """An amount has a part of a fen."""

    code = "amount-too-precise"
    title = "金额多于两位小数"


class AmountNegative(BadInput):
    """An amount is below zero, where a correction by an opposite entry is the only way to take money back."""

    code = "amount-negative"
    title = "金额不能为负数"


class CurrencyForeign(BadInput):
    """An amount is in another currency than yuan."""

    code = "currency-foreign"
    title = "只接受人民币金额"


def parse_fen(text: str) -> int:
    """Read yuan as people write them ("12.34", "1,234.5元", "¥8") and return fen; nothing is rounded.

    Raises:
        AmountUnreadable: no plain figure; exponents are among these.
        AmountTooPrecise, AmountNegative, CurrencyForeign: what it says.
    """
    plain = _YUAN.sub("", text.strip().replace(" ", ""))
    _check_kind(text, plain)
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    figure = _FIGURE.fullmatch(plain)
    if figure is None:
        raise AmountUnreadable(f"“{text}”不是金额；请填写至多两位小数的人民币元数，例如 12.34")
    decimals = (figure[2] or "").rstrip("0")
    if len(decimals) > 2:
        raise AmountTooPrecise(f"“{text}”多于两位小数；金额精确到分，系统不代为取舍，请改正")
    fen = int(figure[1]) * FEN_PER_YUAN + int(decimals.ljust(2, "0"))
    if fen > MOST_FEN:
        raise AmountUnreadable(f"“{text}”超出范围；请核对金额")
    return fen


def format_fen(fen: int) -> str:
    """Write fen as yuan with two decimals, for people to read."""
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}{yuan}.{rest:02d}"


def half_up(numerator: int, denominator: int) -> int:
    """Return a fraction that is not negative as the nearest integer; a half goes up."""
    if numerator < 0 or denominator <= 0:
        raise ValueError(f"{numerator}/{denominator} is no amount to be rounded")
    return (2 * numerator + denominator) // (2 * denominator)


def split_fen(total: int, weights: Sequence[int]) -> list[int]:
    """Divide fen in proportion to weights by largest remainders; the parts add up to the whole.

    Each part differs from its exact share by less than a fen. Of equal remainders the earlier gets the fen.

    Raises:
        ValueError: nothing to divide among, or something is negative.
    """
    whole = sum(weights)
    if total < 0 or whole <= 0 or min(weights) < 0:
        raise ValueError(f"{total} fen cannot be divided among {len(weights)} weights of {whole} in all")
    shares = [divmod(total * weight, whole) for weight in weights]
    parts = [part for part, _ in shares]
    by_remainder = sorted(range(len(weights)), key=lambda place: -shares[place][1])
    for place in islice(by_remainder, total - sum(parts)):
        parts[place] += 1
    return parts


def _check_kind(text: str, plain: str) -> None:
    if _EXPONENT.fullmatch(plain):
        raise AmountUnreadable(f"“{text}”是科学计数法；请写成普通数字，例如 1200.00")
    if plain.startswith(("-", "−", "－", "(")) or text.strip().startswith(("-", "(")):
        raise AmountNegative(f"“{text}”是负数；金额须为正数，多收或错收请用冲销更正")
    if _FOREIGN.search(_NAMED_YUAN.sub("", text)):
        raise CurrencyForeign(f"“{text}”不是人民币；请按人民币元填写")
