"""Create elections with their rolls and their boards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "elections",
        sa.Column("uuid", sa.String(length=32), nullable=False),
        sa.Column("assembly_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("heads_total", sa.Integer(), nullable=False),
        sa.Column("area_total", sa.BigInteger(), nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=True),
        sa.Column("manifest", sa.LargeBinary(), nullable=True),
        sa.Column("roll", sa.LargeBinary(), nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paper", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assembly_id"], ["assemblies.id"], name=op.f("fk_elections_assembly_id_assemblies")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_elections")),
    )
    op.create_index(op.f("ix_elections_assembly_id"), "elections", ["assembly_id"], unique=False)
    op.create_table(
        "electors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assembly_id", sa.String(length=36), nullable=False),
        sa.Column("pseudonym", sa.String(length=32), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("owner_ids", sa.JSON(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assembly_id"], ["assemblies.id"], name=op.f("fk_electors_assembly_id_assemblies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_electors")),
        sa.UniqueConstraint("assembly_id", "key", name=op.f("uq_electors_assembly_id_key")),
        sa.UniqueConstraint("assembly_id", "pseudonym", name=op.f("uq_electors_assembly_id_pseudonym")),
    )
    op.create_index(op.f("ix_electors_assembly_id"), "electors", ["assembly_id"], unique=False)
    op.create_table(
        "board_data",
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["election_uuid"], ["elections.uuid"], name=op.f("fk_board_data_election_uuid_elections")
        ),
        sa.PrimaryKeyConstraint("election_uuid", "digest", name=op.f("pk_board_data")),
    )
    op.create_table(
        "board_events",
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column(
            "chain", sa.Enum("heads", "area", name="chain", native_enum=False, length=8), nullable=False
        ),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=24), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.String(length=64), nullable=True),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["election_uuid"], ["elections.uuid"], name=op.f("fk_board_events_election_uuid_elections")
        ),
        sa.PrimaryKeyConstraint("election_uuid", "chain", "height", name=op.f("pk_board_events")),
    )
    op.create_index(op.f("ix_board_events_payload"), "board_events", ["payload"], unique=False)
    op.create_table(
        "board_heads",
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column(
            "chain", sa.Enum("heads", "area", name="chain", native_enum=False, length=8), nullable=False
        ),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["election_uuid"], ["elections.uuid"], name=op.f("fk_board_heads_election_uuid_elections")
        ),
        sa.PrimaryKeyConstraint("election_uuid", "chain", name=op.f("pk_board_heads")),
    )
    op.create_table(
        "roll_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("election_uuid", sa.String(length=32), nullable=False),
        sa.Column("elector_id", sa.Integer(), nullable=False),
        sa.Column("area", sa.BigInteger(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=True),
        sa.Column(
            "channel", sa.Enum("e", "paper", name="channel", native_enum=False, length=8), nullable=True
        ),
        sa.Column("casts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["election_uuid"], ["elections.uuid"], name=op.f("fk_roll_entries_election_uuid_elections")
        ),
        sa.ForeignKeyConstraint(
            ["elector_id"], ["electors.id"], name=op.f("fk_roll_entries_elector_id_electors")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_entries")),
        sa.UniqueConstraint(
            "election_uuid", "credential", name=op.f("uq_roll_entries_election_uuid_credential")
        ),
        sa.UniqueConstraint(
            "election_uuid", "elector_id", name=op.f("uq_roll_entries_election_uuid_elector_id")
        ),
    )
    op.create_index(op.f("ix_roll_entries_election_uuid"), "roll_entries", ["election_uuid"], unique=False)
    op.create_index(op.f("ix_roll_entries_elector_id"), "roll_entries", ["elector_id"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_index(op.f("ix_roll_entries_elector_id"), table_name="roll_entries")
    op.drop_index(op.f("ix_roll_entries_election_uuid"), table_name="roll_entries")
    op.drop_table("roll_entries")
    op.drop_table("board_heads")
    op.drop_index(op.f("ix_board_events_payload"), table_name="board_events")
    op.drop_table("board_events")
    op.drop_table("board_data")
    op.drop_index(op.f("ix_electors_assembly_id"), table_name="electors")
    op.drop_table("electors")
    op.drop_index(op.f("ix_elections_assembly_id"), table_name="elections")
    op.drop_table("elections")
