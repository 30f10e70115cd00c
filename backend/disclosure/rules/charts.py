"""Pictures that an owner understands: bars with their names and amounts, as SVG without a script.

Every bar has its name above it and its amount beside the name, so nothing depends on a colour, on hovering or
on an axis. A description says the same in words to whoever cannot see it. Width 360, for a phone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from backend.kernel.money import FEN_PER_YUAN

WIDTH, MARGIN = 360, 16
INNER = WIDTH - 2 * MARGIN
LINE, BAR, GAP, HEADING = 20, 12, 12, 34
MOST_LETTERS = 16
INK, FAINT, PAPER, TRACK = "#1c2430", "#5a6472", "#ffffff", "#e9edf2"
COME, GO, KEPT, LOW = "#0b6e4f", "#b4541a", "#1f5fa8", "#b3261e"
"""Colours of money that comes, goes, stays, and of what is too low; each reads on white (4.5 to 1)."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: `amount` of the chart's scale; `shown` is the text beside its name."""

    name: str
    amount: int
    shown: str
    colour: str = COME


@dataclass(frozen=True, slots=True)
class Section:
    """Some bars under a heading; `shown` stands at the heading's end, `empty` where there is no bar."""

    heading: str
    bars: Sequence[Bar]
    shown: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture. `most` is the scale's end (the longest bar unless given), `mark` where a line is drawn."""

    title: str
    sections: Sequence[Section]
    note: str = ""
    most: int | None = None
    mark: int | None = None
    mark_name: str = ""


def yuan(fen: int) -> str:
    """Write an amount for a picture: 12,345.60元."""
    whole, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}元"


def percent(permille: int) -> str:
    """Write a share, which was rounded down to thousandths."""
    return f"{permille // 10}.{permille % 10}%"


def described(chart: Chart) -> str:
    """Say in words what a picture shows."""
    parts = [_in_words(section) for section in chart.sections]
    return "。".join([*parts, chart.note] if chart.note else parts) + "。"


def _in_words(section: Section) -> str:
    head = f"{section.heading}，{section.shown}" if section.shown else section.heading
    bars = "；".join(f"{bar.name} {bar.shown}" for bar in section.bars) or section.empty
    return f"{head}：{bars}" if bars else head


def svg_of(chart: Chart) -> bytes:
    """Draw a picture."""
    drawing = _Drawing(chart)
    body = "".join(drawing.parts())
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {drawing.height}" width="100%" '
        f'role="img" aria-labelledby="title desc" lang="zh-CN" font-family="sans-serif" font-size="14">'
    )
    words = (
        f'<title id="title">{escape(chart.title)}</title><desc id="desc">{escape(described(chart))}</desc>'
    )
    paper = f'<rect width="{WIDTH}" height="{drawing.height}" fill="{PAPER}"/>'
    return f"{head}{words}{paper}{body}</svg>\n".encode()


class _Drawing:
    """Where the next thing is drawn; `height` is known once all parts were drawn."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        amounts = [bar.amount for section in chart.sections for bar in section.bars]
        self._most = max(chart.most or max(amounts, default=0), 1)
        self.height = MARGIN

    def parts(self) -> Iterator[str]:
        """Yield the parts of the picture from top to bottom."""
        self.height += LINE
        yield _text(MARGIN, self.height, self._chart.title, size=17, weight="bold")
        if self._chart.mark is not None:
            self.height += LINE
            yield _text(MARGIN, self.height, f"┆ {self._chart.mark_name}", size=12, colour=LOW)
        for section in self._chart.sections:
            yield from self._section(section)
        if self._chart.note:
            yield from self._note(self._chart.note)
        self.height += MARGIN

    def _section(self, section: Section) -> Iterator[str]:
        self.height += HEADING
        yield _text(MARGIN, self.height, section.heading, weight="bold")
        yield _text(WIDTH - MARGIN, self.height, section.shown, weight="bold", anchor="end")
        self.height += 6
        yield f'<path d="M{MARGIN} {self.height}h{INNER}" stroke="{TRACK}" stroke-width="1"/>'
        for bar in section.bars:
            yield from self._bar(bar)
        if not section.bars and section.empty:
            self.height += LINE + 4
            yield _text(MARGIN, self.height, section.empty, colour=FAINT)

    def _bar(self, bar: Bar) -> Iterator[str]:
        self.height += GAP + 12
        yield f"<g><title>{escape(f'{bar.name} {bar.shown}')}</title>"
        yield _text(MARGIN, self.height, _short(bar.name))
        yield _text(WIDTH - MARGIN, self.height, bar.shown, anchor="end")
        self.height += 6
        length = min(max(bar.amount, 0) * INNER // self._most, INNER)
        yield _bar_of(self.height, INNER, TRACK)
        if bar.amount > 0:
            yield _bar_of(self.height, max(length, 2), bar.colour)
        if self._chart.mark is not None:
            place = MARGIN + self._chart.mark * INNER // self._most
            yield (
                f'<path d="M{place} {self.height - 3}v{BAR + 6}" stroke="{LOW}" stroke-width="2" '
                'stroke-dasharray="3 2"/>'
            )
        yield "</g>"
        self.height += BAR

    def _note(self, note: str) -> Iterator[str]:
        self.height += GAP
        for start in range(0, len(note), 25):
            self.height += 18
            yield _text(MARGIN, self.height, note[start : start + 25], size=12, colour=FAINT)


def _bar_of(top: int, length: int, colour: str) -> str:
    return f'<rect x="{MARGIN}" y="{top}" width="{length}" height="{BAR}" rx="3" fill="{colour}"/>'


def _text(  # noqa: PLR0913  (a text has these parts; all but the first are named at the call)
    x: int,
    y: int,
    text: str,
    *,
    size: int = 14,
    weight: str = "normal",
    anchor: str = "start",
    colour: str = INK,
) -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" '
        f'fill="{colour}">{escape(text)}</text>'
    )


def _short(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"
