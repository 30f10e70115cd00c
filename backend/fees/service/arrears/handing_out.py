"""Handing out the court file and printed notices; each time the court file leaves is in the audit trail."""

from __future__ import annotations

from sqlalchemy.orm import Session

from backend.fees.rules.arrears.refusals import NotYourStep, OutOfOrder
from backend.fees.rules.arrears.values import Side, State
from backend.fees.service.arrears import cases
from backend.fees.service.arrears.acts import open_for_writing
from backend.fees.service.arrears.notices import notice_html
from backend.infra.auth import Actor
from backend.infra.house import House


def notice(session: Session, house: House, actor: Actor, case_id: str, number: int) -> bytes:
    """Return a printed notice to somebody with a part in the case. Raises CaseUnknown."""
    row = cases.get_row(session, case_id)
    cases.parts_of(session, actor, row)
    return notice_html(house, cases.load(session, row), number)


def court_file(session: Session, house: House, actor: Actor, case_id: str) -> tuple[str, bytes]:
    """Return the name and content of the court file as it was made. For the firm's keepers.

    Raises:
        CaseUnknown, NotYourStep: this person may not.
        OutOfOrder: none was made, or something has happened since that stops it.
    """
    clerk, case = open_for_writing(session, house, actor, case_id)
    if Side.FIRM not in cases.parts_of(session, actor, case.row):
        raise NotYourStep("诉讼材料只提供给物业的收费人员")
    digest = case.standing.court_file
    if case.standing.state is not State.FILED or digest is None:
        raise OutOfOrder("没有现行有效的诉讼材料；有异议、分期或已缴清的，不能使用")
    clerk.record("court-file-downloaded", f"arrears-case:{case_id}", {"sha256": digest})
    return f"court-file-{case_id[:8]}.zip", house.files.read(digest)
