"""Create due process for arrears.

Events and terms may only be inserted: triggers refuse to change or delete a row. A later migration that
copies one of these tables on SQLite (batch mode) must make its triggers anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

FOR_EVER = ("arrears_events", "arrears_terms")
"""Tables whose rows are never changed."""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "arrears_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_arrears_terms_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrears_terms")),
    )
    op.create_index(op.f("ix_arrears_terms_community_id"), "arrears_terms", ["community_id"], unique=False)
    op.create_table(
        "arrears_cases",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("tenure", sa.SmallInteger(), nullable=False),
        sa.Column("firm_id", sa.String(length=32), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("disputed", sa.JSON(), nullable=False),
        sa.Column("last_reminder", sa.Date(), nullable=True),
        sa.Column("mediation_open", sa.Boolean(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_arrears_cases_community_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["organisations.id"], name=op.f("fk_arrears_cases_firm_id_organisations")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_arrears_cases_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrears_cases")),
    )
    op.create_index(
        op.f("ix_arrears_cases_community_id_state_opened_at"),
        "arrears_cases",
        ["community_id", "state", "opened_at"],
        unique=False,
    )
    op.create_index(op.f("ix_arrears_cases_unit_id"), "arrears_cases", ["unit_id"], unique=False)
    op.create_table(
        "arrears_events",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("side", sa.String(length=24), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("photos", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["arrears_cases.id"], name=op.f("fk_arrears_events_case_id_arrears_cases")
        ),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_arrears_events")),
    )
    _keep_for_ever()


def _keep_for_ever() -> None:
    """Use the function that migration 0011 made on PostgreSQL."""
    if op.get_bind().dialect.name == "postgresql":
        for table in FOR_EVER:
            op.execute(
                f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION kept_for_ever()"
            )
        return
    for table in FOR_EVER:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END"
            )


def downgrade() -> None:
    """Undo."""
    op.drop_table("arrears_events")
    op.drop_index(op.f("ix_arrears_cases_unit_id"), table_name="arrears_cases")
    op.drop_index(op.f("ix_arrears_cases_community_id_state_opened_at"), table_name="arrears_cases")
    op.drop_table("arrears_cases")
    op.drop_index(op.f("ix_arrears_terms_community_id"), table_name="arrears_terms")
    op.drop_table("arrears_terms")
