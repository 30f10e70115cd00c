"""create_assemblies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "assemblies",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("rule_pack", sa.String(length=64), nullable=False),
        sa.Column("notice_date", sa.Date(), nullable=False),
        sa.Column("voting_days", sa.Integer(), nullable=False),
        sa.Column("max_changes", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trustees", sa.LargeBinary(), nullable=True),
        sa.Column("result", sa.LargeBinary(), nullable=True),
        sa.Column("result_signature", sa.String(length=128), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_assemblies_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assemblies")),
    )
    op.create_index(op.f("ix_assemblies_community_id"), "assemblies", ["community_id"], unique=False)
    op.create_table(
        "assembly_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assembly_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("matter", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assembly_id"], ["assemblies.id"], name=op.f("fk_assembly_items_assembly_id_assemblies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assembly_items")),
        sa.UniqueConstraint("assembly_id", "item_id", name=op.f("uq_assembly_items_assembly_id_item_id")),
    )
    op.create_index(op.f("ix_assembly_items_assembly_id"), "assembly_items", ["assembly_id"], unique=False)
    op.create_table(
        "assembly_objections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assembly_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assembly_id"], ["assemblies.id"], name=op.f("fk_assembly_objections_assembly_id_assemblies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assembly_objections")),
    )
    op.create_index(
        op.f("ix_assembly_objections_assembly_id"), "assembly_objections", ["assembly_id"], unique=False
    )
    op.create_table(
        "assembly_opinions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assembly_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assembly_id"], ["assemblies.id"], name=op.f("fk_assembly_opinions_assembly_id_assemblies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assembly_opinions")),
    )
    op.create_index(
        op.f("ix_assembly_opinions_assembly_id"), "assembly_opinions", ["assembly_id"], unique=False
    )
    op.create_table(
        "assembly_people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assembly_id", sa.String(length=36), nullable=False),
        sa.Column(
            "office",
            sa.Enum(
                "registrar", "trustee", "auditor", "counter", name="office", native_enum=False, length=16
            ),
            nullable=False,
        ),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sign_key", sa.String(length=64), nullable=True),
        sa.Column("seal_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["assembly_id"], ["assemblies.id"], name=op.f("fk_assembly_people_assembly_id_assemblies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assembly_people")),
        sa.UniqueConstraint(
            "assembly_id",
            "office",
            "account_id",
            name=op.f("uq_assembly_people_assembly_id_office_account_id"),
        ),
    )
    op.create_index(op.f("ix_assembly_people_assembly_id"), "assembly_people", ["assembly_id"], unique=False)
    op.create_table(
        "assembly_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assembly_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "create",
                "review",
                "notice",
                "freeze",
                "ready",
                "preliminary",
                "final",
                name="step",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assembly_id"], ["assemblies.id"], name=op.f("fk_assembly_steps_assembly_id_assemblies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assembly_steps")),
        sa.UniqueConstraint("assembly_id", "step", name=op.f("uq_assembly_steps_assembly_id_step")),
    )
    op.create_index(op.f("ix_assembly_steps_assembly_id"), "assembly_steps", ["assembly_id"], unique=False)
    op.create_table(
        "ceremony_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assembly_id", sa.String(length=36), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["assembly_id"], ["assemblies.id"], name=op.f("fk_ceremony_messages_assembly_id_assemblies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ceremony_messages")),
        sa.UniqueConstraint(
            "assembly_id", "round", "index", name=op.f("uq_ceremony_messages_assembly_id_round_index")
        ),
    )
    op.create_index(
        op.f("ix_ceremony_messages_assembly_id"), "ceremony_messages", ["assembly_id"], unique=False
    )
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
    op.create_table(
        "verdicts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assembly_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=24), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assembly_id"], ["assemblies.id"], name=op.f("fk_verdicts_assembly_id_assemblies")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["assembly_people.id"], name=op.f("fk_verdicts_person_id_assembly_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdicts")),
        sa.UniqueConstraint("assembly_id", "person_id", name=op.f("uq_verdicts_assembly_id_person_id")),
    )
    op.create_index(op.f("ix_verdicts_assembly_id"), "verdicts", ["assembly_id"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_index(op.f("ix_verdicts_assembly_id"), table_name="verdicts")
    op.drop_table("verdicts")
    op.drop_index(op.f("ix_roll_entries_elector_id"), table_name="roll_entries")
    op.drop_index(op.f("ix_roll_entries_election_uuid"), table_name="roll_entries")
    op.drop_table("roll_entries")
    op.drop_index(op.f("ix_papers_election_uuid"), table_name="papers")
    op.drop_table("papers")
    op.drop_index(op.f("ix_paper_entries_election_uuid"), table_name="paper_entries")
    op.drop_table("paper_entries")
    op.drop_index(op.f("ix_cosignatures_election_uuid"), table_name="cosignatures")
    op.drop_table("cosignatures")
    op.drop_index(op.f("ix_casts_elector_id"), table_name="casts")
    op.drop_index(op.f("ix_casts_election_uuid"), table_name="casts")
    op.drop_table("casts")
    op.drop_table("board_heads")
    op.drop_index(op.f("ix_board_events_payload"), table_name="board_events")
    op.drop_table("board_events")
    op.drop_table("board_data")
    op.drop_index(op.f("ix_electors_assembly_id"), table_name="electors")
    op.drop_table("electors")
    op.drop_index(op.f("ix_elections_assembly_id"), table_name="elections")
    op.drop_table("elections")
    op.drop_index(op.f("ix_ceremony_messages_assembly_id"), table_name="ceremony_messages")
    op.drop_table("ceremony_messages")
    op.drop_index(op.f("ix_assembly_steps_assembly_id"), table_name="assembly_steps")
    op.drop_table("assembly_steps")
    op.drop_index(op.f("ix_assembly_people_assembly_id"), table_name="assembly_people")
    op.drop_table("assembly_people")
    op.drop_index(op.f("ix_assembly_opinions_assembly_id"), table_name="assembly_opinions")
    op.drop_table("assembly_opinions")
    op.drop_index(op.f("ix_assembly_objections_assembly_id"), table_name="assembly_objections")
    op.drop_table("assembly_objections")
    op.drop_index(op.f("ix_assembly_items_assembly_id"), table_name="assembly_items")
    op.drop_table("assembly_items")
    op.drop_index(op.f("ix_assemblies_community_id"), table_name="assemblies")
    op.drop_table("assemblies")
