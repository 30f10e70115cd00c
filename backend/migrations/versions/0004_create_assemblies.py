"""Create assemblies: drafts, people, steps, the key ceremony, verdicts."""

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
