"""Take note of titles that become others', and of whom owners let see their bills."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "title_changes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owners_left", sa.Integer(), nullable=False),
        sa.Column("owners_stayed", sa.Integer(), nullable=False),
        sa.Column("owners_came", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_title_changes_community_id_communities")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_title_changes_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_changes")),
    )
    op.create_index(
        op.f("ix_title_changes_community_id_at"), "title_changes", ["community_id", "at"], unique=False
    )
    op.create_index(op.f("ix_title_changes_unit_id"), "title_changes", ["unit_id"], unique=False)
    op.create_table(
        "fee_authorisations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("tenure", sa.SmallInteger(), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("residency_id", sa.String(length=32), nullable=False),
        sa.Column("granted_by", sa.String(length=32), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_fee_authorisations_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_fee_authorisations_community_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["accounts.id"], name=op.f("fk_fee_authorisations_granted_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["residency_id"], ["residencies.id"], name=op.f("fk_fee_authorisations_residency_id_residencies")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_fee_authorisations_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_authorisations")),
    )
    op.create_index(
        op.f("ix_fee_authorisations_account_id"), "fee_authorisations", ["account_id"], unique=False
    )
    op.create_index(
        "uq_fee_authorisations_standing",
        "fee_authorisations",
        ["unit_id", "account_id"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "title_answers",
        sa.Column("title_change_id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_title_answers_community_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["title_change_id"],
            ["title_changes.id"],
            name=op.f("fk_title_answers_title_change_id_title_changes"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_title_answers_unit_id_units")),
        sa.PrimaryKeyConstraint("title_change_id", name=op.f("pk_title_answers")),
    )
    op.create_index(op.f("ix_title_answers_community_id"), "title_answers", ["community_id"], unique=False)
    op.create_index(op.f("ix_title_answers_unit_id"), "title_answers", ["unit_id"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_index(op.f("ix_title_answers_unit_id"), table_name="title_answers")
    op.drop_index(op.f("ix_title_answers_community_id"), table_name="title_answers")
    op.drop_table("title_answers")
    op.drop_index(
        "uq_fee_authorisations_standing",
        table_name="fee_authorisations",
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.drop_index(op.f("ix_fee_authorisations_account_id"), table_name="fee_authorisations")
    op.drop_table("fee_authorisations")
    op.drop_index(op.f("ix_title_changes_unit_id"), table_name="title_changes")
    op.drop_index(op.f("ix_title_changes_community_id_at"), table_name="title_changes")
    op.drop_table("title_changes")
