"""Contracts, vouchers, records: uploaded once, named by entries, shown to the owners of the community."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.disclosure.models import EntryPaper, Paper, StepPaper
from backend.disclosure.rules.impersonal import check_impersonal
from backend.disclosure.rules.refusals import PaperRefused, PaperUnknown
from backend.disclosure.service.keeper import Keeper, Looker, check_sees_papers
from backend.infra.bulk import insert_rows
from backend.infra.images import make_picture

MOST_BYTES = 20 * 2**20
PDF, JPEG = "application/pdf", "image/jpeg"
_PDF_START = b"%PDF-"
MOST_PAPERS = 20


def prepare(content: bytes) -> tuple[bytes, str]:
    """Return the bytes to keep and their media type; a photo is made anew, without place or device.

    Done outside any transaction, since a large photo takes seconds.

    Raises:
        PaperRefused, PhotoRefused: no PDF and no photo, damaged, or too large.
    """
    if len(content) > MOST_BYTES:
        raise PaperRefused(f"文件超过 {MOST_BYTES // 2**20} MB；请压缩后再上传")
    if content.startswith(_PDF_START):
        return content, PDF
    return make_picture(content).jpeg, JPEG


def keep(keeper: Keeper, name: str, content: bytes, media: str) -> Paper:
    """Keep a document. Raises PersonalText: its name holds a phone or a document number."""
    check_impersonal(name)
    row = Paper(
        community_id=keeper.community_id,
        name=name,
        media=media,
        sha256=keeper.house.files.keep(content),
        size=len(content),
        at=keeper.now,
        recorded_by=keeper.account_id,
    )
    keeper.session.add(row)
    keeper.session.flush()
    keeper.record("disclosure-paper-kept", f"paper:{row.id}", {"sha256": row.sha256})
    return row


def check_known(session: Session, community_id: str, paper_ids: Sequence[str]) -> None:
    """Refuse documents of another community, or that do not exist. Raises PaperUnknown."""
    query = sa.select(Paper.id).where(Paper.community_id == community_id, Paper.id.in_(paper_ids))
    if set(session.scalars(query)) != set(paper_ids):
        raise PaperUnknown("有凭证不存在，或不属于本小区；请重新上传")


def attach_to_entry(keeper: Keeper, entry_id: int, paper_ids: Iterable[str]) -> None:
    """Name documents as vouchers of an entry. The caller checked that they are known."""
    rows = [{"entry_id": entry_id, "paper_id": paper_id} for paper_id in dict.fromkeys(paper_ids)]
    insert_rows(keeper.session, EntryPaper, rows)


def attach_to_step(keeper: Keeper, step_id: str, paper_ids: Iterable[str]) -> None:
    """Name documents of a step of the emergency procedure. The caller checked that they are known."""
    rows = [{"step_id": step_id, "paper_id": paper_id} for paper_id in dict.fromkeys(paper_ids)]
    insert_rows(keeper.session, StepPaper, rows)


def papers_of_entries(session: Session, entry_ids: Sequence[int]) -> dict[int, list[Paper]]:
    """Return the vouchers of entries."""
    query = (
        sa.select(EntryPaper.entry_id, Paper)
        .join(Paper, Paper.id == EntryPaper.paper_id)
        .where(EntryPaper.entry_id.in_(entry_ids))
        .order_by(Paper.at, Paper.id)
    )
    found: dict[int, list[Paper]] = {}
    for entry_id, paper in session.execute(query):
        found.setdefault(entry_id, []).append(paper)
    return found


def papers_of_steps(session: Session, step_ids: Sequence[str]) -> dict[str, list[Paper]]:
    """Return the documents of steps."""
    query = (
        sa.select(StepPaper.step_id, Paper)
        .join(Paper, Paper.id == StepPaper.paper_id)
        .where(StepPaper.step_id.in_(step_ids))
        .order_by(Paper.at, Paper.id)
    )
    found: dict[str, list[Paper]] = {}
    for step_id, paper in session.execute(query):
        found.setdefault(step_id, []).append(paper)
    return found


def open_paper(looker: Looker, paper_id: str) -> tuple[Paper, bytes]:
    """Return a document and its bytes, for the owners of the community and those in post.

    Raises:
        SightRefused, PaperUnknown: what it says.
    """
    check_sees_papers(looker)
    row = looker.session.get(Paper, paper_id)
    if row is None or row.community_id != looker.community_id:
        raise PaperUnknown("本小区没有这份凭证；请核对编号")
    return row, looker.house.files.read(row.sha256)
