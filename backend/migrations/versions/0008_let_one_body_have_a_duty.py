"""Let one body at a time have a duty, one word of a person stand for a home, and grants be found by body."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

CURRENT = sa.text("until IS NULL")
STANDING = sa.text("state IN ('asked', 'confirmed')")


def upgrade() -> None:
    """Apply."""
    op.create_index(op.f("ix_role_grants_organisation_id"), "role_grants", ["organisation_id"], unique=False)
    op.create_index(
        "uq_community_bodies_current",
        "community_bodies",
        ["community_id", "duty", "department"],
        unique=True,
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.add_column("residencies", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "uq_residencies_standing",
        "residencies",
        ["account_id", "unit_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index("uq_residencies_standing", table_name="residencies")
    op.drop_column("residencies", "ended_at")
    op.drop_index("uq_community_bodies_current", table_name="community_bodies")
    op.drop_index(op.f("ix_role_grants_organisation_id"), table_name="role_grants")
