"""Create the tables of the registry."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "organisations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
    )
    op.create_table(
        "communities",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_communities_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communities")),
    )
    op.create_table(
        "developers",
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("phone_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_developers_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("community_id", name=op.f("pk_developers")),
    )
    op.create_index(op.f("ix_developers_phone_hash"), "developers", ["phone_hash"], unique=False)
    op.create_table(
        "owners",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("document_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_owners_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owners")),
        sa.UniqueConstraint(
            "community_id", "document_hash", name=op.f("uq_owners_community_id_document_hash")
        ),
    )
    op.create_table(
        "roll_imports",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("file", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_roll_imports_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_roll_imports_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_imports")),
    )
    op.create_index(op.f("ix_roll_imports_community_id"), "roll_imports", ["community_id"], unique=False)
    op.create_table(
        "units",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("label", sa.String(length=130), nullable=False),
        sa.Column("building", sa.String(length=40), nullable=False),
        sa.Column("stair", sa.String(length=40), nullable=False),
        sa.Column("room", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("area", sa.Integer(), nullable=True),
        sa.Column("area_source", sa.String(length=16), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_units_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("community_id", "label", name=op.f("uq_units_community_id_label")),
    )
    op.create_table(
        "owner_phones",
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("phone_hash", sa.String(length=64), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_owner_phones_community_id_communities")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_owner_phones_owner_id_owners")),
        sa.PrimaryKeyConstraint("owner_id", "phone_hash", name=op.f("pk_owner_phones")),
    )
    op.create_index(op.f("ix_owner_phones_community_id"), "owner_phones", ["community_id"], unique=False)
    op.create_index(op.f("ix_owner_phones_phone_hash"), "owner_phones", ["phone_hash"], unique=False)
    op.create_table(
        "ownerships",
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_ownerships_community_id_communities")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_ownerships_owner_id_owners")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_ownerships_unit_id_units")),
        sa.PrimaryKeyConstraint("unit_id", "owner_id", name=op.f("pk_ownerships")),
    )
    op.create_index(op.f("ix_ownerships_community_id"), "ownerships", ["community_id"], unique=False)
    op.create_index(op.f("ix_ownerships_owner_id"), "ownerships", ["owner_id"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_index(op.f("ix_ownerships_owner_id"), table_name="ownerships")
    op.drop_index(op.f("ix_ownerships_community_id"), table_name="ownerships")
    op.drop_table("ownerships")
    op.drop_index(op.f("ix_owner_phones_phone_hash"), table_name="owner_phones")
    op.drop_index(op.f("ix_owner_phones_community_id"), table_name="owner_phones")
    op.drop_table("owner_phones")
    op.drop_table("units")
    op.drop_index(op.f("ix_roll_imports_community_id"), table_name="roll_imports")
    op.drop_table("roll_imports")
    op.drop_table("owners")
    op.drop_index(op.f("ix_developers_phone_hash"), table_name="developers")
    op.drop_table("developers")
    op.drop_table("communities")
    op.drop_table("organisations")
