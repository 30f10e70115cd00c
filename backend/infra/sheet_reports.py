"""An uploaded list given back with a column that says what is wrong with each row; it runs nothing."""

from __future__ import annotations

import io
from collections.abc import Mapping

from openpyxl import Workbook

from backend.infra.sheets import safe_cell
from backend.kernel.sheet import Sheet


def with_remarks(sheet: Sheet, header_row: int, remarks: Mapping[int, str], title: str) -> bytes:
    """Return a sheet as XLSX with one more column, headed `title`, of remarks by row number.

    A column of that name from an earlier report is left out. No cell is a formula: what an uploader typed as
    "=1+1" comes back as those four characters, marked as text, so that opening the report runs nothing.
    """
    rows = _without_old_report(sheet, header_row, title)
    heading = f"{title}\n{remarks[header_row]}" if header_row in remarks else title
    said = {**remarks, header_row: heading}
    width = max((len(cells) for cells in rows.values()), default=0)
    book = Workbook(write_only=True)
    page = book.create_sheet(title)
    for number in range(1, max([*rows, *said]) + 1):
        cells = rows.get(number, ())
        padding = (None,) * (width - len(cells))
        page.append([safe_cell(page, value) for value in (*cells, *padding, said.get(number))])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _without_old_report(sheet: Sheet, header_row: int, title: str) -> dict[int, tuple[object, ...]]:
    rows = dict(sheet.rows)
    old = {index for index, cell in enumerate(rows.get(header_row, ())) if str(cell).startswith(title)}
    return {
        number: tuple(cell for index, cell in enumerate(cells) if index not in old)
        for number, cells in rows.items()
    }
