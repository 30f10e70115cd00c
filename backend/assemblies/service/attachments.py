"""Files that are posted with an item (附件): uploaded by the chair, named in the draft, read by everybody.

An item names a file by its SHA-256, and the manifest fixes that, so nobody can exchange it afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import identity, registry
from backend.assemblies.models import Assembly, AttachmentFile
from backend.assemblies.rules import AttachmentMissing, AttachmentRefused, AttachmentUnknown
from backend.infra.auth import Actor
from backend.infra.house import House

MOST_BYTES = 20 * 1024 * 1024
TYPES = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}
"""What is taken, by how it begins: what every phone shows without another program."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An uploaded file: what a draft names it by, and its length."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it is handed out."""

    name: str
    content_type: str
    content: bytes


def keep(session: Session, house: House, actor: Actor, community_id: str, content: bytes) -> Kept:
    """Keep a file that a draft will name. For the chair.

    Raises:
        CommunityUnknown, RoleMissing: what it says.
        AttachmentRefused: too long, or no PDF, PNG or JPEG.
    """
    registry.get_community(session, community_id)
    identity.require_role(session, actor, identity.Role.CHAIR, community_id=community_id)
    content_type = _type_of(content)
    digest = house.files.keep(content)
    if session.get(AttachmentFile, (community_id, digest)) is None:
        session.add(
            AttachmentFile(
                community_id=community_id,
                sha256=digest,
                content_type=content_type,
                account_id=actor.account_id,
                at=house.clock(),
            )
        )
    return Kept(digest, len(content))


def read(session: Session, house: House, assembly: Assembly, sha256: str) -> Document:
    """Return a file that an item of the assembly names.

    Raises:
        AttachmentUnknown: no item names it, or it was never uploaded.
    """
    names = {one["sha256"]: one["name"] for item in assembly.items for one in item.attachments}
    row = session.get(AttachmentFile, (assembly.community_id, sha256)) if sha256 in names else None
    if row is None:
        raise AttachmentUnknown("没有这个附件，或召集人尚未上传；请向业主委员会询问")
    return Document(names[sha256], row.content_type, house.files.read(sha256))


def check_uploaded(session: Session, assembly: Assembly) -> None:
    """Refuse to post a notice whose attachments nobody could read.

    Raises:
        AttachmentMissing: names those that were not uploaded.
    """
    wanted = {one["sha256"]: one["name"] for item in assembly.items for one in item.attachments}
    query = select(AttachmentFile.sha256).where(AttachmentFile.community_id == assembly.community_id)
    missing = sorted(wanted[one] for one in wanted.keys() - set(session.scalars(query)))
    if missing:
        raise AttachmentMissing(f"附件“{'”“'.join(missing)}”还没有上传；请先上传，业主才能在公告期内查看")


def _type_of(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise AttachmentRefused(f"附件最大 {MOST_BYTES // 2**20} MB；请压缩后再上传")
    for beginning, content_type in TYPES.items():
        if content.startswith(beginning):
            return content_type
    raise AttachmentRefused("附件只接受 PDF、PNG 或 JPEG 文件；其他格式请先另存为 PDF")
