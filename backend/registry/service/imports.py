"""Importing a roll: read, compared, and written as a whole or not at all."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.identity import Role, require_role
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.infra.sheets import read_sheets
from backend.registry.models import RollImport
from backend.registry.roll_file import write_report
from backend.registry.rules.bodies import ImportUnknown, ReportAbsent
from backend.registry.rules.notes import WHOLE_FILE, Note, note
from backend.registry.rules.roll_sheet import ParsedRoll, parse_roll
from backend.registry.service.changes import Changes, apply_changes, plan_changes
from backend.registry.service.communities import get_community
from backend.registry.service.titles import note_title_changes

FILE = "roll-import.file"
NOTES = "roll-import.notes"


@dataclass(frozen=True, slots=True)
class UploadedRoll:
    """A file and what it says."""

    content: bytes
    roll: ParsedRoll


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of an upload; the counts are of units."""

    import_id: str
    dry_run: bool
    applied: bool
    rows: int
    created: int
    updated: int
    unchanged: int
    errors: Sequence[Note]
    warnings: Sequence[Note]


def check_may_import(session: Session, actor: Actor, community_id: str) -> None:
    """Refuse who may not import this community's roll. For its chair and administrators.

    Raises:
        RoleMissing, CommunityUnknown: what it says.
    """
    require_role(session, actor, (Role.CHAIR, Role.ADMINISTRATOR), community_id)
    get_community(session, community_id)


def read_roll(content: bytes) -> UploadedRoll:
    """Read an uploaded file; done outside any transaction, since a large one takes seconds.

    Raises:
        SheetUnreadable: no workbook and no CSV file.
    """
    return UploadedRoll(content, parse_roll(read_sheets(content)))


def import_roll(
    session: Session, house: House, actor: Actor, community_id: str, upload: UploadedRoll, *, dry_run: bool
) -> ImportReport:
    """Bring the registry to what a roll says, unless it has an error or the run is dry.

    The same roll again changes nothing. A unit that the roll no longer has is named and kept: a
    forgotten row must not take an owner's vote. For the community's chair and administrators.
    """
    check_may_import(session, actor, community_id)
    roll = upload.roll
    changes = Changes() if roll.errors else plan_changes(session, house.fields, community_id, roll.units)
    warnings = (*roll.warnings, *(note(WHOLE_FILE, None, "unit-absent", value=one) for one in changes.absent))
    applied = not (roll.errors or dry_run)
    if applied:
        apply_changes(session, changes)
        note_title_changes(session, house, community_id, changes.retitled)
        _forget_files(session, community_id)
    row = _keep(session, house, actor, community_id, upload, (*roll.errors, *warnings))
    row.dry_run, row.applied = dry_run, applied
    session.flush()
    counts = {"created": changes.created, "updated": changes.updated, "unchanged": changes.unchanged}
    report = ImportReport(
        row.id, dry_run, applied, roll.rows, **counts, errors=roll.errors, warnings=warnings
    )
    _record(session, house, actor, report, row)
    return report


def report_file(session: Session, house: House, actor: Actor, import_id: str) -> tuple[bytes, list[Note]]:
    """Return an uploaded file with what was said about it, for `write_report`. For who may import.

    Raises:
        ImportUnknown, ReportAbsent, RoleMissing: what it says.
    """
    row = session.get(RollImport, import_id)
    if row is None:
        raise ImportUnknown("没有这次名册导入；请核对编号")
    check_may_import(session, actor, row.community_id)
    if row.file is None or row.notes is None:
        raise ReportAbsent("这次导入没有需要改正之处，或其文件在之后的成功导入时已删除；请重新上传名册")
    content = base64.b64decode(house.fields.decrypt(FILE, row.file))
    notes = [Note(**one) for one in json.loads(house.fields.decrypt(NOTES, row.notes))]
    return content, notes


def _keep(
    session: Session,
    house: House,
    actor: Actor,
    community_id: str,
    upload: UploadedRoll,
    notes: Sequence[Note],
) -> RollImport:
    """Keep an upload, and its file only where there is something to tell about it."""
    row = RollImport(
        community_id=community_id,
        account_id=actor.account_id,
        at=house.clock(),
        file_sha256=hashlib.sha256(upload.content).hexdigest(),
    )
    if notes:
        text = json.dumps([asdict(one) for one in notes], ensure_ascii=False)
        row.notes = house.fields.encrypt(NOTES, text)
        row.file = house.fields.encrypt(FILE, base64.b64encode(upload.content).decode("ascii"))
    session.add(row)
    return row


def _forget_files(session: Session, community_id: str) -> None:
    """Delete earlier uploads: they are full of personal data, and superseded."""
    earlier = sa.update(RollImport).where(RollImport.community_id == community_id)
    session.execute(earlier.values(file=None, notes=None))


def _record(session: Session, house: House, actor: Actor, report: ImportReport, row: RollImport) -> None:
    detail: dict[str, object] = {
        "applied": report.applied,
        "created": report.created,
        "dry_run": report.dry_run,
        "errors": len(report.errors),
        "file_sha256": row.file_sha256,
        "import": row.id,
        "updated": report.updated,
    }
    record_act(
        session,
        at=house.clock(),
        actor=actor.account_id,
        act="roll-imported",
        subject=f"community:{row.community_id}",
        detail=detail,
    )


__all__ = [
    "ImportReport",
    "UploadedRoll",
    "check_may_import",
    "import_roll",
    "read_roll",
    "report_file",
    "write_report",
]
