"""Create the table of files that items of an assembly name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "assembly_attachments",
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content_type", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_assembly_attachments_community_id_communities"),
        ),
        sa.PrimaryKeyConstraint("community_id", "sha256", name=op.f("pk_assembly_attachments")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("assembly_attachments")
