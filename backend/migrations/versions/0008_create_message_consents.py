"""Create consents to WeChat messages and links to mini-programs; note how a message went out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "message_consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_message_consents_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_consents")),
    )
    op.create_index(
        op.f("ix_message_consents_account_id_template_used_at"),
        "message_consents",
        ["account_id", "template", "used_at"],
        unique=False,
    )
    op.create_table(
        "wechat_identities",
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("openid", sa.Text(), nullable=False),
        sa.Column("openid_hash", sa.String(length=64), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_wechat_identities_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_wechat_identities")),
        sa.UniqueConstraint("openid_hash", name=op.f("uq_wechat_identities_openid_hash")),
    )
    op.add_column("messages", sa.Column("channel", sa.String(length=16), nullable=True))
    op.add_column("messages", sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Undo."""
    op.drop_column("messages", "read_at")
    op.drop_column("messages", "channel")
    op.drop_table("wechat_identities")
    op.drop_index(op.f("ix_message_consents_account_id_template_used_at"), table_name="message_consents")
    op.drop_table("message_consents")
