"""Valid rolls made of plainly fictional people; a test states only what matters to it."""

import csv
import io

from openpyxl import Workbook

from backend.kernel.sheet import Sheet
from backend.registry.rules.documents import RESIDENT_CHECKS, RESIDENT_WEIGHTS
from backend.registry.rules.header import Column

HEADER = tuple(Column)
ADMINISTRATIVE_AREA = "999999"
"""No place has this code, so no real person has such a number."""


def a_document(number: int = 1) -> str:
    """Return a resident number with a right check digit, of nobody."""
    body = f"{ADMINISTRATIVE_AREA}19800101{number % 1000:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, RESIDENT_WEIGHTS, strict=True))
    return body + RESIDENT_CHECKS[total % 11]


def a_phone(number: int = 1) -> str:
    """Return a mobile number for tests."""
    return f"1990000{number:04d}"


def a_row(  # one keyword for each column
    *,
    building: object = "3",
    stair: object = "1",
    room: object = "502",
    use: object = "住宅",
    area: object = "89.50",
    source: object = "登记",
    status: object = "已交付",
    owners: object = "甲某",
    documents: object = None,
    phones: object = None,
) -> tuple[object, ...]:
    """Return the cells of one row, valid unless told otherwise."""
    documents = a_document() if documents is None else documents
    phones = a_phone() if phones is None else phones
    return (building, stair, room, use, area, source, status, owners, documents, phones)


def a_sheet(*rows: tuple[object, ...], header: tuple[object, ...] = HEADER, merges=()) -> Sheet:
    """Return a sheet as a reader hands it over; its header stands in row 1."""
    return Sheet("名册", list(enumerate((header, *rows), start=1)), merges)


def a_workbook(
    *rows: tuple[object, ...], header: tuple[object, ...] = HEADER, merged: tuple[str, ...] = ()
) -> bytes:
    """Return an XLSX file with one sheet."""
    book = Workbook(write_only=not merged)  # quicker, but it cannot merge
    page = book.active or book.create_sheet()
    for row in (header, *rows):
        page.append(row)
    for area in merged:
        page.merge_cells(area)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def a_csv(*rows: tuple[object, ...], header: tuple[object, ...] = HEADER, encoding: str = "utf-8") -> bytes:
    """Return a CSV file."""
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows((header, *rows))
    return stream.getvalue().encode(encoding)
