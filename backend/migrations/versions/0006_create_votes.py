"""Create what is kept beside the boards: casts, papers, co-signatures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "casts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("elector_id", sa.Integer(), nullable=False),
        sa.Column("tracker", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("device_key", sa.String(length=64), nullable=False),
        sa.Column("device_signature", sa.String(length=128), nullable=False),
        sa.Column("receipt", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["election_uuid"], ["elections.uuid"], name=op.f("fk_casts_election_uuid_elections")
        ),
        sa.ForeignKeyConstraint(["elector_id"], ["electors.id"], name=op.f("fk_casts_elector_id_electors")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_casts")),
        sa.UniqueConstraint("election_uuid", "tracker", name=op.f("uq_casts_election_uuid_tracker")),
    )
    op.create_index(op.f("ix_casts_election_uuid"), "casts", ["election_uuid"], unique=False)
    op.create_index(op.f("ix_casts_elector_id"), "casts", ["elector_id"], unique=False)
    op.create_table(
        "cosignatures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["election_uuid"], ["elections.uuid"], name=op.f("fk_cosignatures_election_uuid_elections")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["assembly_people.id"], name=op.f("fk_cosignatures_person_id_assembly_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cosignatures")),
        sa.UniqueConstraint(
            "election_uuid",
            "person_id",
            "signature",
            name=op.f("uq_cosignatures_election_uuid_person_id_signature"),
        ),
    )
    op.create_index(op.f("ix_cosignatures_election_uuid"), "cosignatures", ["election_uuid"], unique=False)
    op.create_table(
        "paper_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["election_uuid"], ["elections.uuid"], name=op.f("fk_paper_entries_election_uuid_elections")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["assembly_people.id"], name=op.f("fk_paper_entries_person_id_assembly_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_entries")),
        sa.UniqueConstraint(
            "election_uuid", "person_id", name=op.f("uq_paper_entries_election_uuid_person_id")
        ),
    )
    op.create_index(op.f("ix_paper_entries_election_uuid"), "paper_entries", ["election_uuid"], unique=False)
    op.create_table(
        "papers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("elector_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["election_uuid"], ["elections.uuid"], name=op.f("fk_papers_election_uuid_elections")
        ),
        sa.ForeignKeyConstraint(["elector_id"], ["electors.id"], name=op.f("fk_papers_elector_id_electors")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers")),
        sa.UniqueConstraint("election_uuid", "elector_id", name=op.f("uq_papers_election_uuid_elector_id")),
    )
    op.create_index(op.f("ix_papers_election_uuid"), "papers", ["election_uuid"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_index(op.f("ix_papers_election_uuid"), table_name="papers")
    op.drop_table("papers")
    op.drop_index(op.f("ix_paper_entries_election_uuid"), table_name="paper_entries")
    op.drop_table("paper_entries")
    op.drop_index(op.f("ix_cosignatures_election_uuid"), table_name="cosignatures")
    op.drop_table("cosignatures")
    op.drop_index(op.f("ix_casts_elector_id"), table_name="casts")
    op.drop_index(op.f("ix_casts_election_uuid"), table_name="casts")
    op.drop_table("casts")
