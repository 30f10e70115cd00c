"""The file for a court: made only when every earlier stage has run, and kept as it was made."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from backend.fees.rules.arrears import court_pages as pages
from backend.fees.rules.arrears import guards
from backend.fees.rules.arrears.events import ClaimedBill, Event
from backend.fees.rules.arrears.story import story_of
from backend.fees.rules.arrears.values import Kind
from backend.fees.rules.arrears.wording import KIND_NAMES, SIDE_NAMES
from backend.fees.rules.wording import KINDS
from backend.fees.service.arrears.claims import overdue_claims
from backend.fees.service.arrears.scene import Act, Scene
from backend.fees.service.statements import Movement, statement_of
from backend.infra.house import House
from backend.infra.photos import content_of, get_photo
from backend.kernel.clock import CHINA
from backend.kernel.money import format_fen
from backend.registry import get_community, get_unit, organisation_name

Files = list[tuple[str, bytes]]
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
"""The same for every file, so that the same content has the same digest."""


def make_court_file(scene: Scene, _act: Act) -> dict[str, Any]:
    """Make the file, keep it, and return its digest with what it claims.

    Raises:
        StageMissing, TooEarly, NothingOverdue: not now.
    """
    clerk, case = scene.clerk, scene.case
    guards.check_filing(case.standing, clerk.today, case.calendar)
    claims = overdue_claims(clerk.session, case.row.unit_id, case.row.tenure, clerk.today)
    bills = guards.filed_bills(case.standing, claims)
    heading = _heading(scene)
    files = [*_pages(scene, heading, bills), *_notices(clerk.house, case.events)]
    files += _photos(clerk.session, clerk.house, case.events)
    packed = _packed(heading, files)
    return {
        "sha256": clerk.house.files.keep(packed),
        "size": len(packed),
        "bills": [bill.to_json() for bill in bills],
        "files": len(files),
    }


def _heading(scene: Scene) -> pages.Heading:
    session, row = scene.clerk.session, scene.case.row
    return pages.Heading(
        community=get_community(session, row.community_id).name,
        label=get_unit(session, row.unit_id).label,
        firm=organisation_name(session, row.firm_id),
        day=scene.clerk.today,
        is_drill=scene.clerk.house.is_drill,
    )


def _pages(scene: Scene, heading: pages.Heading, bills: Sequence[ClaimedBill]) -> Files:
    row = scene.case.row
    statement = statement_of(scene.clerk.session, row.unit_id, scene.clerk.today, tenure=row.tenure)
    sums = (
        f"截至 {statement.day}：应收未收 {format_fen(statement.owed_fen)} 元，"
        f"其中逾期 {format_fen(statement.arrears_fen)} 元，预存 {format_fen(statement.prepaid_fen)} 元。"
    )
    account = pages.account_page(heading, [_line(one) for one in statement.movements], sums)
    course = pages.course_page(heading, [_row(event) for event in scene.case.events])
    return [
        (pages.CLAIM, pages.claim_page(heading, bills).encode()),
        (pages.ACCOUNT, account.encode()),
        (pages.COURSE, course.encode()),
    ]


def _line(one: Movement) -> tuple[str, ...]:
    owed, prepaid = format_fen(one.owed_fen), format_fen(one.prepaid_fen)
    return (str(one.day), str(one.entry_id), KINDS[one.kind], one.memo, owed, prepaid)


def _row(event: Event) -> tuple[str, ...]:
    words = "；".join(part for part in (story_of(event), event.text) if part)
    photos = "、".join(pages.photo_name(event.number, place + 1) for place in range(len(event.photos)))
    at = f"{event.at.astimezone(CHINA):%Y-%m-%d %H:%M}"
    return (str(event.number), at, SIDE_NAMES[event.side], KIND_NAMES[event.kind], words, photos)


def _notices(house: House, events: Sequence[Event]) -> Files:
    return [
        (pages.notice_name(event.facts["reference"]), house.files.read(event.facts["sha256"]))
        for event in events
        if event.kind is Kind.NOTICED
    ]


def _photos(session: Session, house: House, events: Sequence[Event]) -> Files:
    return [
        (
            pages.photo_name(event.number, place),
            content_of(house, get_photo(session, photo_id), thumbnail=False),
        )
        for event in events
        for place, photo_id in enumerate(event.photos, start=1)
    ]


def _packed(heading: pages.Heading, files: Files) -> bytes:
    """Return everything in one ZIP, in front the list of contents with digests."""
    digests = [(name, hashlib.sha256(content).hexdigest()) for name, content in files]
    index = (pages.INDEX, pages.index_page(heading, digests).encode())
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [index, *files, (pages.SUMS, pages.sums_text(digests).encode())]:
            archive.writestr(zipfile.ZipInfo(name, ZIP_DATE), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()
