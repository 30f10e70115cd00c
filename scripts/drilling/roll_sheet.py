"""ROLL.xlsx as the drill needs it: which unit belongs to which elector, and who can be reached by phone.

The server's import is the authority on this file and is tried before anything is held. What is refused
here are faults that would leave the drill not knowing who is who.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from pathlib import Path
from typing import TypeVar

from backend.voting.law.roll import Unit, UnitKind, UnitStatus
from scripts.drilling.faults import Fault, InputRefused, refuse_if
from scripts.drilling.roll_words import (
    COLUMNS,
    HEADER_WITHIN_ROWS,
    KINDS,
    MAY_LACK_AREA,
    REPORT_COLUMN,
    STATUSES,
    column_named,
)
from scripts.drilling.table import Page, Row, read_pages

Word = TypeVar("Word")
SPREADSHEET_DIGITS = 15
MOBILE = re.compile(r"1[3-9][0-9]{9}")
_PLACES = (
    ("楼栋", re.compile(r"([0-9A-Za-z]+)(?:号楼|[栋幢楼座#])")),
    ("单元", re.compile(r"([0-9A-Za-z]+)单元")),
    ("房号", re.compile(r"([0-9A-Za-z-]+)[室号房]")),
)
_SEPARATOR = re.compile(r"[、,;/\n]")
_DOCUMENT_NOISE = re.compile(r"[\s\-‐-―·'\"]")
_PHONE_NOISE = re.compile(r"[\s\-()]")
_NOTHING = frozenset({"", "无", "-", "--", "—", "——", "/", "暂无"})
_AREA_SUFFIX = re.compile(r"(?:m2|平方米|平米|平方)$", re.IGNORECASE)
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_FIGURE = re.compile(r"[0-9]{1,7}(?:\.[0-9]{1,40})?")


@dataclass(frozen=True, slots=True)
class RollLine:
    """One unit as the law counts it, in which row it stands, and its owners' mobile phones in their order."""

    unit: Unit
    row: int
    phones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RollSheet:
    """The whole roll, whatever any scope or rule pack counts of it."""

    path: Path
    lines: tuple[RollLine, ...]

    def units(self) -> list[Unit]:
        """Return the units as the law engine takes them; their id is the label 楼栋-单元-房号."""
        return [line.unit for line in self.lines]


def read_roll(path: Path) -> RollSheet:
    """Read a roll. Raises InputRefused naming row, column and remedy."""
    page, header = _roll_page(path, read_pages(path))
    places = _places(path, header)
    fills = _fills(page, header[0], places)
    lines: list[RollLine] = []
    faults: list[Fault] = []
    for number, cells in page.rows:
        if number > header[0]:
            values = {name: cells[at] if at < len(cells) else "" for name, at in places.items()}
            reading = _Reading(path.name, number, {**values, **fills.get(number, {})})
            lines += [line] if (line := reading.line()) else []
            faults += reading.faults
    refuse_if([*faults, *_repeated(path, lines)])
    if not lines:
        raise InputRefused([Fault(path.name, "no unit stands under the header", "enter one unit a row")])
    return RollSheet(path, tuple(lines))


def _roll_page(path: Path, pages: Sequence[Page]) -> tuple[Page, Row]:
    for page in pages:
        for row in page.rows[:HEADER_WITHIN_ROWS]:
            if sum(column_named(cell) is not None for cell in row[1]) >= 3:
                return page, row
    remedy = f"begin with a row that names the columns {'、'.join(COLUMNS)}"
    raise InputRefused([Fault(path.name, "no header row was found", remedy)])


def _places(path: Path, header: Row) -> dict[str, int]:
    row, cells = header
    places: dict[str, int] = {}
    faults = []
    for index, cell in enumerate(cells):
        column = column_named(cell)
        if not cell or cell.startswith(REPORT_COLUMN):
            continue
        if column is None:
            remedy = f"remove it, or name it one of {'、'.join(COLUMNS)}"
            faults.append(Fault(path.name, "the column is unknown", remedy, row, cell))
        elif places.setdefault(column, index) != index:
            faults.append(Fault(path.name, "the column stands twice", "keep one of them", row, cell))
    lacking = [column for column in COLUMNS if column not in places]
    faults += [Fault(path.name, "the column is missing", "add it", row, column) for column in lacking]
    refuse_if(faults)
    return places


def _fills(page: Page, header: int, places: Mapping[str, int]) -> dict[int, dict[str, str]]:
    """Spread merged cells of building and stair over the rows they span."""
    rows = dict(page.rows)
    spread: dict[int, dict[str, str]] = {}
    for first, last, index in page.merges:
        for column in ("楼栋", "单元"):
            if places[column] == index and first > header:
                for number in range(first, last + 1):
                    spread.setdefault(number, {})[column] = rows[first][index]
    return spread


class _Reading:
    """The reading of one row: asks each cell, keeps what is wrong, and goes on."""

    def __init__(self, file: str, row: int, cells: Mapping[str, str]) -> None:
        self._file = file
        self._row = row
        self._cells = cells
        self.faults: list[Fault] = []

    def line(self) -> RollLine | None:
        """Return the unit of this row unless there are faults."""
        building, stair, room = (_bare(form, self._cells[column]) for column, form in _PLACES)
        for column, text in (("楼栋", building), ("房号", room)):
            if not text:
                self._refuse(column, "the cell is empty", "say where the unit is")
        kind = self._word("用途", KINDS, "住宅, 商铺, 办公, 车位, 储藏 or 其他")
        status = self._word("状态", STATUSES, "已交付, 已售未交付 or 未售")
        area = self._area(kind)
        owners, phones = self._owners(status)
        if self.faults or kind is None or status is None:
            return None
        unit = Unit(f"{building}-{stair}-{room}", building, stair, kind, area, status, owners)
        return RollLine(unit, self._row, phones)

    def _word(self, column: str, words: Mapping[str, Word], wanted: str) -> Word | None:
        text = self._cells[column]
        if text not in words:
            self._refuse(column, f"{text!r} is unknown" if text else "the cell is empty", f"write {wanted}")
        return words.get(text)

    def _area(self, kind: UnitKind | None) -> int | None:
        text = _AREA_SUFFIX.sub("", self._cells["建筑面积"].replace(" ", ""))
        if text in _NOTHING:
            if kind not in MAY_LACK_AREA:
                remedy = "enter the area of the register, else of the survey, else of the contract"
                self._refuse("建筑面积", "the unit has no area", remedy)
            return None
        dm2 = _dm2(text.replace(",", "") if _THOUSANDS.fullmatch(text) else text)
        if dm2 is None:
            remedy = "write square metres above 0 with at most two decimals, such as 89.50"
            self._refuse("建筑面积", f"{text!r} is no area", remedy)
        return dm2

    def _owners(self, status: UnitStatus | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
        documents = _people(self._cells["证件号"])
        owners = tuple(_DOCUMENT_NOISE.sub("", one).upper() for one in documents)
        if status is UnitStatus.DELIVERED and not all(owners or ("",)):
            self._refuse("证件号", "a delivered unit needs its owners' documents", "enter one for each owner")
        if len(set(owners)) != len(owners):
            self._refuse("证件号", "one document stands twice", "enter each co-owner's own")
        phones = [_PHONE_NOISE.sub("", one).removeprefix("+86") for one in _people(self._cells["手机号"])]
        return owners, tuple(phone for phone in phones if MOBILE.fullmatch(phone))

    def _refuse(self, column: str, problem: str, remedy: str) -> None:
        self.faults.append(Fault(self._file, problem, remedy, self._row, column))


def _bare(form: re.Pattern[str], text: str) -> str:
    text = " ".join(text.split())
    found = form.fullmatch(text)
    return found[1] if found else text


def _dm2(text: str) -> int | None:
    """Return exact 0.01 m2; digits beyond the 15 a spreadsheet keeps are residue of binary storage."""
    if not _FIGURE.fullmatch(text):
        return None
    exact = Decimal(text)
    if len(exact.as_tuple().digits) > SPREADSHEET_DIGITS:
        exact = Context(prec=SPREADSHEET_DIGITS).plus(exact)
    hundredths = exact * 100
    return int(hundredths) if hundredths == int(hundredths) > 0 else None


def _people(text: str) -> list[str]:
    if text in _NOTHING:
        return []
    folded = unicodedata.normalize("NFKC", text)
    return [part.strip() for part in _SEPARATOR.split(folded)]


def _repeated(path: Path, lines: Sequence[RollLine]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for line in lines:
        earlier = first.setdefault(line.unit.id, line.row)
        if earlier != line.row:
            problem = f"unit {line.unit.id} stands in row {earlier} already"
            yield Fault(path.name, problem, "remove one of the rows", line.row, "房号")
