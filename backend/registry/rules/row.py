"""One row of a roll: a unit with its owners, or everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from backend.registry.rules.cells import CellRefused, area_in, is_mobile, people_in, phone_in, text_in
from backend.registry.rules.documents import LONGEST_DOCUMENT, advice_on, one_spelling
from backend.registry.rules.header import Column
from backend.registry.rules.notes import Note, note
from backend.registry.rules.units import (
    KIND_WORDS,
    KINDS_OFTEN_UNMEASURED,
    SOURCE_WORDS,
    STATUS_WORDS,
    AreaSource,
    UnitPlace,
    place_of,
)
from backend.voting.law.roll import UnitKind, UnitStatus

LONGEST_PLACE = 40
LONGEST_NAME = 100

Word = TypeVar("Word")


@dataclass(frozen=True, slots=True)
class RollOwner:
    """A person or body on a title. `document` tells owners apart; `phone` is empty where there is none."""

    name: str
    document: str
    phone: str


@dataclass(frozen=True, slots=True)
class RollUnit:
    """A unit as a roll states it; `area` in dm2, None only for kinds often unmeasured."""

    row: int
    place: UnitPlace
    kind: UnitKind
    area: int | None
    area_source: AreaSource | None
    status: UnitStatus
    owners: tuple[RollOwner, ...]


def read_row(number: int, cells: Mapping[Column, object]) -> tuple[RollUnit | None, list[Note], list[Note]]:
    """Read one row; return its unit unless there are errors, then the errors, then the warnings."""
    reading = _Reading(number, cells)
    place = place_of(
        reading.short(Column.BUILDING), reading.short(Column.STAIR, needed=False), reading.short(Column.ROOM)
    )
    kind = reading.word(Column.USE, KIND_WORDS, "use-unknown")
    status = reading.word(Column.STATUS, STATUS_WORDS, "status-unknown")
    area, source = reading.area(kind)
    owners = reading.owners(status)
    if reading.errors or kind is None or status is None:
        return None, reading.errors, reading.warnings
    return RollUnit(number, place, kind, area, source, status, owners), [], reading.warnings


class _Reading:
    """The reading of one row: asks each cell, keeps what is wrong, and goes on."""

    def __init__(self, number: int, cells: Mapping[Column, object]) -> None:
        self._number = number
        self._cells = cells
        self.errors: list[Note] = []
        self.warnings: list[Note] = []

    def short(self, column: Column, *, needed: bool = True) -> str:
        """Return a cell as one line of text."""
        found = self._text(column)
        text = " ".join((found or "").split())
        if needed and found is not None and not text:
            self._refuse(column, "value-missing")
        self._limit(column, text, LONGEST_PLACE)
        return text

    def word(self, column: Column, words: Mapping[str, Word], code: str) -> Word | None:
        """Return what one of the known words means."""
        before = len(self.errors)
        text = self.short(column)
        if text and text not in words and len(self.errors) == before:
            self._refuse(column, code, value=text)
        return words.get(text)

    def area(self, kind: UnitKind | None) -> tuple[int | None, AreaSource | None]:
        """Return the area and where it comes from (法释〔2009〕7号 art. 8 demands one of three sources)."""
        try:
            area = area_in(self._cells[Column.AREA])
        except CellRefused as refused:
            self._refuse(Column.AREA, refused.code, **refused.values)
            return None, None
        if area is None:
            self._no_area(kind)
            return None, None
        text = self._text(Column.AREA_SOURCE)
        source = SOURCE_WORDS.get(text or "")
        if source is None and text is not None:
            code = "area-source-unknown" if text else "area-source-missing"
            self._refuse(Column.AREA_SOURCE, code, value=text)
        return area, source

    def owners(self, status: UnitStatus | None) -> tuple[RollOwner, ...]:
        """Return the owners in the order of the row."""
        before = len(self.errors)
        columns = (Column.OWNERS, Column.DOCUMENTS, Column.PHONES)
        names, documents, phones = (self._people(column) for column in columns)
        if len(self.errors) > before:
            return ()
        if not (names and documents):
            self._no_owners(names, status, is_blank=not (names or documents or phones))
            return ()
        phones = phones or ("",) * len(names)
        if not len(names) == len(documents) == len(phones):
            counts = {"names": len(names), "documents": len(documents), "phones": len(phones)}
            self._refuse(Column.OWNERS, "owner-count-differs", **counts)
            return ()
        owners = tuple(map(self._owner, names, documents, phones))
        self._check_distinct(owners)
        if status is UnitStatus.DELIVERED and not self.errors:
            self._advise_on_phones(owners)
        return owners

    def _owner(self, name: str, document: str, phone: str) -> RollOwner:
        name = " ".join(name.split())
        document = one_spelling(document)
        if not name:
            self._refuse(Column.OWNERS, "value-missing")
        if not document:
            self._refuse(Column.DOCUMENTS, "document-missing", value=name)
        self._limit(Column.OWNERS, name, LONGEST_NAME)
        self._limit(Column.DOCUMENTS, document, LONGEST_DOCUMENT)
        advice = advice_on(document) if document else None
        if advice:
            self._warn(Column.DOCUMENTS, advice, value=name)
        return RollOwner(name, document, self._phone(phone))

    def _phone(self, text: str) -> str:
        try:
            return phone_in(text)
        except CellRefused as refused:
            self._refuse(Column.PHONES, refused.code, **refused.values)
            return ""

    def _advise_on_phones(self, owners: tuple[RollOwner, ...]) -> None:
        """Warn of owners who can vote on paper only; before delivery the developer votes."""
        for owner in owners:
            if not owner.phone:
                self._warn(Column.PHONES, "phone-missing", value=owner.name)
            elif not is_mobile(owner.phone):
                self._warn(Column.PHONES, "phone-not-mobile", value=owner.name)

    def _check_distinct(self, owners: tuple[RollOwner, ...]) -> None:
        seen: set[str] = set()
        for owner in owners:
            if owner.document and owner.document in seen:
                self._refuse(Column.DOCUMENTS, "owner-repeated", value=owner.document[-4:])
            seen.add(owner.document)

    def _no_area(self, kind: UnitKind | None) -> None:
        if kind in KINDS_OFTEN_UNMEASURED:
            self._warn(Column.AREA, "area-unmeasured")
        else:
            self._refuse(Column.AREA, "area-missing")

    def _no_owners(self, names: tuple[str, ...], status: UnitStatus | None, *, is_blank: bool) -> None:
        """Refuse a delivered unit without owners; before delivery the developer stands for it."""
        if status is UnitStatus.DELIVERED and names:
            self._refuse(Column.DOCUMENTS, "document-missing", value="、".join(names))
        elif status is UnitStatus.DELIVERED:
            self._refuse(Column.OWNERS, "owner-missing")
        elif not is_blank:
            self._warn(Column.OWNERS, "owner-ignored")

    def _people(self, column: Column) -> tuple[str, ...]:
        try:
            return people_in(self._cells[column])
        except CellRefused as refused:
            self._refuse(column, refused.code, **refused.values)
            return ()

    def _text(self, column: Column) -> str | None:
        """Return a cell's text, None when it was refused and nothing more need be said of it."""
        try:
            return text_in(self._cells[column])
        except CellRefused as refused:
            self._refuse(column, refused.code, **refused.values)
            return None

    def _limit(self, column: Column, text: str, limit: int) -> None:
        if len(text) > limit:
            self._refuse(column, "text-too-long", limit=limit)

    def _refuse(self, column: Column, code: str, **values: object) -> None:
        self.errors.append(note(self._number, column, code, **values))

    def _warn(self, column: Column, code: str, **values: object) -> None:
        self.warnings.append(note(self._number, column, code, **values))
