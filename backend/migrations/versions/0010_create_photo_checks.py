"""Create the table of photos that WeChat was asked about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "photo_checks",
        sa.Column("trace", sa.String(length=128), nullable=False),
        sa.Column("photo_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signature", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], name=op.f("fk_photo_checks_photo_id_photos")),
        sa.PrimaryKeyConstraint("trace", name=op.f("pk_photo_checks")),
        sa.UniqueConstraint("signature", name=op.f("uq_photo_checks_signature")),
    )
    op.create_index(op.f("ix_photo_checks_photo_id"), "photo_checks", ["photo_id"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_table("photo_checks")
