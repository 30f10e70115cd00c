"""Paper: what printed pages have in common. A page loads nothing from anywhere and prints on A4."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from datetime import date

STYLE = """
@page { size: A4; margin: 13mm 18mm }
* { box-sizing: border-box }
body { font: 10pt/1.5 "Noto Serif CJK SC", "Source Han Serif SC", SimSun, "Songti SC", serif; color: #111;
  max-width: 174mm; margin: 0 auto; padding: 6mm 0 }
@media print { body { padding: 0 } }
h1 { font-size: 18pt; text-align: center; letter-spacing: 2pt; margin: 0 0 2mm; line-height: 1.3 }
h2 { font-size: 10.5pt; margin: 2.6mm 0 .6mm }
p { margin: 1mm 0 } ol, ul { margin: .6mm 0; padding-left: 6mm } li { margin: .2mm 0 }
table { border-collapse: collapse; width: 100%; margin: 1.6mm 0; font-size: 9pt; line-height: 1.4 }
th, td { border: .3mm solid #555; padding: 1mm 1.8mm; text-align: left; vertical-align: top }
th { background: #f0f0f0; font-weight: 600 } td.n, th.n { text-align: right; white-space: nowrap }
td.d, th.d { white-space: nowrap }
thead { display: table-header-group } tr { break-inside: avoid }
.meta { display: flex; justify-content: space-between; font-size: 9.5pt; color: #333 }
.box { border: .5mm solid #111; padding: 2mm 3.5mm; margin: 3mm 0; break-inside: avoid }
.box b { font-size: 12.5pt } .sign { text-align: right; margin-top: 3mm; break-inside: avoid }
.slip { border-top: .3mm dashed #555; margin-top: 4mm; padding-top: 2mm; break-inside: avoid }
.slip td { height: 7mm } .note { font-size: 9pt; color: #333 } code { font-size: 8pt; word-break: break-all }
.drill { border: .5mm solid #a40000; color: #a40000; text-align: center; padding: 1mm; margin-bottom: 3mm }
"""
DRILL = "<p class=drill>演练：本页仅用于演练，不产生任何法律效力。</p>"


def page(title: str, body: str, *, is_drill: bool) -> str:
    """Return a whole page. `body` is HTML; the title is text."""
    drill = DRILL if is_drill else ""
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body>{drill}{body}</body></html>\n"
    )


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    figures: frozenset[int] = frozenset(),
    days: frozenset[int] = frozenset(),
) -> str:
    """Return a table of texts; columns in `figures` are set to the right, those in `days` are not broken."""
    marks = [
        " class=n" if place in figures else " class=d" if place in days else "" for place in range(len(heads))
    ]
    head = "".join(f"<th{mark}>{escape(text)}</th>" for mark, text in zip(marks, heads, strict=True))
    body = "".join(
        "<tr>"
        + "".join(f"<td{mark}>{escape(cell)}</td>" for mark, cell in zip(marks, row, strict=True))
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def escape(text: str) -> str:
    """Return a text as HTML."""
    return html.escape(text)


def in_words(day: date) -> str:
    """Return a day as Chinese letters write it."""
    return f"{day.year}年{day.month}月{day.day}日"
