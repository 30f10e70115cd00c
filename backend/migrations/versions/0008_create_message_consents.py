"""Create consents to WeChat messages and links to mini-programs; note how a message went out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
NEW = ("subject", "link", "is_urgent", "is_important")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "message_consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("openid_hash", sa.String(length=64), nullable=False),
        sa.Column("template_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_message_consents_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_message_consents_message_id_messages")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_consents")),
    )
    op.create_index(op.f("ix_message_consents_message_id"), "message_consents", ["message_id"], unique=False)
    op.create_index(
        op.f("ix_message_consents_openid_hash_template_id_used_at"),
        "message_consents",
        ["openid_hash", "template_id", "used_at"],
        unique=False,
    )
    op.create_table(
        "message_deliveries",
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trace", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_message_deliveries_message_id_messages")
        ),
        sa.PrimaryKeyConstraint("message_id", "channel", name=op.f("pk_message_deliveries")),
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
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("subject", sa.String(length=64), nullable=False, server_default=""))
        messages.add_column(sa.Column("link", sa.String(length=200), nullable=False, server_default=""))
        messages.add_column(sa.Column("is_urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
        messages.add_column(sa.Column("is_important", sa.Boolean(), nullable=False, server_default=sa.true()))
        messages.add_column(sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("messages") as messages:  # the defaults were for the rows of before
        for name in NEW:
            messages.alter_column(name, server_default=None)
    op.execute("UPDATE outbox SET kind = 'message-delivery' WHERE kind = 'message-sms'")


def downgrade() -> None:
    """Undo."""
    op.execute("UPDATE outbox SET kind = 'message-sms' WHERE kind = 'message-delivery'")
    with op.batch_alter_table("messages") as messages:
        for name in ("read_at", *NEW):
            messages.drop_column(name)
    op.drop_table("wechat_identities")
    op.drop_table("message_deliveries")
    op.drop_index(op.f("ix_message_consents_openid_hash_template_id_used_at"), table_name="message_consents")
    op.drop_index(op.f("ix_message_consents_message_id"), table_name="message_consents")
    op.drop_table("message_consents")
