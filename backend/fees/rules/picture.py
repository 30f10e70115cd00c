"""The picture of a year: one bar a month, what is paid and what is owed, drawn as SVG that runs nothing.

It must be readable on a phone of 390 px by old eyes: big figures beside every bar, and what is owed is told
by hatching and by words, not by colour alone. Contrast with white: text 16:1, paid 7:1, owed 5:1.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from backend.fees.rules.year import MONTHS, Sums, Year, most_billed
from backend.kernel.money import format_fen

WIDTH, TOP, ROW = 390, 132, 46
LEFT, LONGEST = 60, 182
_TEXT, _PAID, _OWED = "#1a1a1a", "#14548c", "#b3410e"
_HATCH = (
    '<defs><pattern id="owed" width="8" height="8" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect width="8" height="8" fill="#fff"/>'
    f'<rect width="5" height="8" fill="{_OWED}"/></pattern></defs>'
)


def draw_year(year: Year, label: str) -> str:
    """Return the picture of a unit's year."""
    height = TOP + ROW * len(MONTHS) + 12
    parts = [
        _opening(height),
        f'<title id="title">{escape(label)} {year.year} 年物业费用</title>',
        f'<desc id="desc">{escape(_told(year))}</desc>{_HATCH}',
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        *_head(year, label),
        *_bars(year),
        "</svg>",
    ]
    return "\n".join(parts)


def _opening(height: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}"'
        f' height="{height}" role="img" aria-labelledby="title desc" lang="zh-CN"'
        ' font-family="sans-serif" font-size="17">'
    )


def _head(year: Year, label: str) -> Iterator[str]:
    total = year.total
    yield _words(12, 30, f"{label}　{year.year} 年费用", size=21, bold=True)
    yield _words(12, 60, f"应缴合计 {format_fen(total.billed_fen)} 元", size=19)
    yield f'<rect x="12" y="76" width="22" height="16" fill="{_PAID}"/>'
    yield _words(42, 90, f"已缴 {format_fen(total.paid_fen)} 元")
    yield f'<rect x="12" y="102" width="22" height="16" fill="url(#owed)" stroke="{_OWED}"/>'
    yield _words(42, 116, f"未缴 {format_fen(total.owed_fen)} 元")


def _bars(year: Year) -> Iterator[str]:
    most = most_billed(list(year.months.values()))
    for month, sums in year.months.items():
        yield from _bar(TOP + ROW * (month - 1), month, sums, most)


def _bar(top: int, month: int, sums: Sums, most: int) -> Iterator[str]:
    yield _words(12, top + 25, f"{month}月")
    if not sums.billed_fen:
        yield _words(LEFT, top + 25, "无账单", colour="#595959", size=15)
        return
    paid, owed = (fen * LONGEST // most for fen in (sums.paid_fen, sums.owed_fen))
    if sums.paid_fen:
        yield f'<rect x="{LEFT}" y="{top + 6}" width="{max(paid, 2)}" height="28" fill="{_PAID}"/>'
    if sums.owed_fen:
        yield (
            f'<rect x="{LEFT + paid}" y="{top + 6}" width="{max(owed, 2)}" height="28" fill="url(#owed)"'
            f' stroke="{_OWED}"/>'
        )
    place = LEFT + paid + owed + 8
    yield _words(place, top + (18 if sums.owed_fen else 26), f"{format_fen(sums.billed_fen)}", size=16)
    if sums.owed_fen:
        yield _words(place, top + 36, f"未缴 {format_fen(sums.owed_fen)}", size=15, colour=_OWED)


def _words(x: int, y: int, text: str, *, size: int = 17, colour: str = _TEXT, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}"{weight}>{escape(text)}</text>'


def _told(year: Year) -> str:
    """Say in words what the picture shows, for those who hear it."""
    total = year.total
    whole = f"全年应缴 {format_fen(total.billed_fen)} 元，已缴 {format_fen(total.paid_fen)} 元，"
    parts = [f"{whole}未缴 {format_fen(total.owed_fen)} 元。"]
    for month, sums in year.months.items():
        if sums.billed_fen:
            owed = f"，未缴 {format_fen(sums.owed_fen)} 元" if sums.owed_fen else "，已缴清"
            parts.append(f"{month} 月应缴 {format_fen(sums.billed_fen)} 元{owed}。")
    return "".join(parts)
