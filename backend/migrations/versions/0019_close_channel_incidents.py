"""Let people close incidents of the payment channel, with a note."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("channel_incidents") as table:
        table.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("closed_by", sa.String(length=32), nullable=True))
        table.add_column(sa.Column("note", sa.String(length=200), nullable=False, server_default=""))
    with op.batch_alter_table("channel_incidents") as table:  # the default was for the rows of before
        table.alter_column("note", server_default=None)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("channel_incidents") as table:
        table.drop_column("note")
        table.drop_column("closed_by")
        table.drop_column("closed_at")
