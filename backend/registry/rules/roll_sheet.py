"""How a roll sheet becomes units: every row is read, and everything wrong with it is said at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backend.kernel.sheet import Sheet
from backend.registry.rules.header import (
    HEADER_WITHIN_ROWS,
    Column,
    Header,
    header_missing,
    is_header,
    read_header,
)
from backend.registry.rules.notes import WHOLE_FILE, Note, note
from backend.registry.rules.row import RollUnit, read_row

MOST_ROWS = 20_000

FILLED_DOWN = frozenset({Column.BUILDING, Column.STAIR})
"""Columns in which a merged cell means every row it spans; in the others it could mean anything."""


@dataclass(frozen=True, slots=True)
class ParsedRoll:
    """What a file says. Where `errors` is not empty, `units` is incomplete and must not be used."""

    units: tuple[RollUnit, ...]
    errors: tuple[Note, ...]
    warnings: tuple[Note, ...]
    rows: int = 0


def parse_roll(sheets: Sequence[Sheet]) -> ParsedRoll:
    """Read the one sheet of a file that is a roll."""
    found = [(sheet, place) for sheet in sheets if (place := _header_place(sheet)) is not None]
    if len(found) != 1:
        return ParsedRoll((), (_no_single_roll(sheets, [sheet for sheet, _ in found]),), ())
    sheet, place = found[0]
    ignored = tuple(
        note(WHOLE_FILE, None, "sheet-ignored", value=other.name)
        for other in sheets
        if other is not sheet and other.rows
    )
    header, errors = read_header(*sheet.rows[place])
    body = sheet.rows[place + 1 :]
    errors += _size_errors(body)
    if errors:
        return ParsedRoll((), tuple(errors), ignored, len(body))
    return _read_body(sheet, header, body, ignored)


def header_row_of(sheets: Sequence[Sheet]) -> tuple[Sheet, int] | None:
    """Return the sheet that is a roll and the row number of its header, None where there is none."""
    for sheet in sheets:
        place = _header_place(sheet)
        if place is not None:
            return sheet, sheet.rows[place][0]
    return None


def _header_place(sheet: Sheet) -> int | None:
    rows = sheet.rows[:HEADER_WITHIN_ROWS]
    return next((index for index, (_, cells) in enumerate(rows) if is_header(cells)), None)


def _no_single_roll(sheets: Sequence[Sheet], rolls: Sequence[Sheet]) -> Note:
    if rolls:
        return note(WHOLE_FILE, None, "several-rolls", value=rolls[0].name, other=rolls[1].name)
    return header_missing() if any(sheet.rows for sheet in sheets) else note(WHOLE_FILE, None, "file-empty")


def _size_errors(body: Sequence[object]) -> list[Note]:
    if not body:
        return [note(WHOLE_FILE, None, "no-units")]
    return [note(WHOLE_FILE, None, "too-many-rows", limit=MOST_ROWS)] if len(body) > MOST_ROWS else []


def _read_body(
    sheet: Sheet, header: Header, body: Sequence[tuple[int, tuple[object, ...]]], warnings: tuple[Note, ...]
) -> ParsedRoll:
    fills, errors = _fills(sheet, header)
    units: list[RollUnit] = []
    advice = list(warnings)
    for number, cells in body:
        unit, row_errors, row_warnings = read_row(number, _by_column(header, cells, fills.get(number, {})))
        errors += row_errors + _beyond(header, number, cells)
        advice += row_warnings
        if unit is not None:
            units.append(unit)
    errors += _repeated_units(units)
    advice += _owner_differences(units)
    return ParsedRoll(tuple(units), _in_order(errors), _in_order(advice), len(body))


def _in_order(notes: Sequence[Note]) -> tuple[Note, ...]:
    return tuple(sorted(notes, key=lambda one: one.row))


def _by_column(
    header: Header, cells: tuple[object, ...], fills: dict[Column, object]
) -> dict[Column, object]:
    values = {column: cells[place] if place < len(cells) else None for column, place in header.places.items()}
    return {**values, **fills}


def _beyond(header: Header, number: int, cells: tuple[object, ...]) -> list[Note]:
    known = set(header.places.values()) | header.ignored
    strays = (str(cell) for index, cell in enumerate(cells) if index not in known and cell not in (None, ""))
    return [note(number, None, "beyond-header", value=stray[:40]) for stray in strays if stray.strip()]


def _fills(sheet: Sheet, header: Header) -> tuple[dict[int, dict[Column, object]], list[Note]]:
    columns = {place: column for column, place in header.places.items()}
    rows = dict(sheet.rows)
    fills: dict[int, dict[Column, object]] = {}
    errors: list[Note] = []
    for merge in sheet.merges:
        if merge.first_row <= header.row:
            continue
        column = columns.get(merge.first_column)
        if merge.first_column != merge.last_column or column not in FILLED_DOWN:
            errors.append(note(merge.first_row, column, "merged-cells", value=merge.name))
            continue
        value = rows.get(merge.first_row, ())[merge.first_column : merge.first_column + 1]
        for number in range(merge.first_row, min(merge.last_row, merge.first_row + MOST_ROWS) + 1):
            fills.setdefault(number, {})[column] = value[0] if value else None
    return fills, errors


def _repeated_units(units: Sequence[RollUnit]) -> Iterator[Note]:
    first: dict[str, int] = {}
    for unit in units:
        label = unit.place.label
        earlier = first.setdefault(label, unit.row)
        if earlier != unit.row:
            yield note(unit.row, Column.ROOM, "unit-repeated", value=label, other=earlier)


def _owner_differences(units: Sequence[RollUnit]) -> Iterator[Note]:
    """Warn where one document goes with two names, which may be two people counted as one head."""
    names: dict[str, tuple[str, int]] = {}
    phones: dict[str, tuple[str, int]] = {}
    for unit in units:
        for owner in unit.owners:
            name, row = names.setdefault(owner.document, (owner.name, unit.row))
            if name != owner.name:
                tail = owner.document[-4:]
                yield note(unit.row, Column.OWNERS, "owner-name-differs", value=tail, other=row)
            if not owner.phone:
                continue
            phone, row = phones.setdefault(owner.document, (owner.phone, unit.row))
            if phone != owner.phone:
                yield note(unit.row, Column.PHONES, "owner-phone-differs", value=owner.name, other=row)
