"""Copy to each body of a ticket when it came in, so that its closed tickets are read from an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COLUMNS = ["organisation_id", "is_open", "submitted_at", "ticket_id"]
INDEX = "ix_ticket_bodies_organisation_id_is_open_submitted_at_ticket_id"


def upgrade() -> None:
    """Apply."""
    op.add_column("ticket_bodies", sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE ticket_bodies SET submitted_at ="
        " (SELECT submitted_at FROM tickets WHERE tickets.id = ticket_bodies.ticket_id)"
    )
    with op.batch_alter_table("ticket_bodies") as bodies:
        bodies.alter_column("submitted_at", existing_type=sa.DateTime(timezone=True), nullable=False)
    op.create_index(op.f(INDEX), "ticket_bodies", COLUMNS, unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_index(op.f(INDEX), table_name="ticket_bodies")
    with op.batch_alter_table("ticket_bodies") as bodies:
        bodies.drop_column("submitted_at")
