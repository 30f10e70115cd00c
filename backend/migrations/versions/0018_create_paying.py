"""Create the tables of paying by WeChat, of refunds, and of reconciliation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

FOR_EVER = ("channel_notices", "pay_order_bills", "reconciliations")
"""Tables whose rows are never changed, beside those of the ledger."""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "channel_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_channel_days")),
    )
    op.create_table(
        "channel_notices",
        sa.Column("notice_id", sa.String(length=36), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_channel_notices")),
    )
    op.create_table(
        "channel_incidents",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.String(length=400), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_channel_incidents_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_incidents")),
        sa.UniqueConstraint("key", name=op.f("uq_channel_incidents_key")),
    )
    op.create_index(
        op.f("ix_channel_incidents_community_id"), "channel_incidents", ["community_id"], unique=False
    )
    op.create_table(
        "differences",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("ours_fen", sa.BigInteger(), nullable=True),
        sa.Column("theirs_fen", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=32), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_differences_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_differences")),
        sa.UniqueConstraint("key", name=op.f("uq_differences_key")),
    )
    op.create_index(op.f("ix_differences_community_id"), "differences", ["community_id"], unique=False)
    op.create_table(
        "reconciliations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("ours", sa.Integer(), nullable=False),
        sa.Column("ours_fen", sa.BigInteger(), nullable=False),
        sa.Column("theirs", sa.Integer(), nullable=False),
        sa.Column("theirs_fen", sa.BigInteger(), nullable=False),
        sa.Column("differences", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_reconciliations_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliations")),
    )
    op.create_index(
        op.f("ix_reconciliations_community_id_at"), "reconciliations", ["community_id", "at"], unique=False
    )
    op.create_table(
        "pay_orders",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("tenure", sa.SmallInteger(), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("mchid", sa.String(length=32), nullable=False),
        sa.Column("appid", sa.String(length=32), nullable=False),
        sa.Column("out_trade_no", sa.String(length=32), nullable=False),
        sa.Column("description", sa.String(length=127), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(length=512), nullable=True),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("open_key", sa.String(length=64), nullable=True),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_check_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_pay_orders_community_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_pay_orders_payment_id_payments")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_pay_orders_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_orders")),
        sa.UniqueConstraint("open_key", name=op.f("uq_pay_orders_open_key")),
        sa.UniqueConstraint("out_trade_no", name=op.f("uq_pay_orders_out_trade_no")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_pay_orders_payment_id")),
    )
    op.create_index(op.f("ix_pay_orders_community_id"), "pay_orders", ["community_id"], unique=False)
    op.create_index(op.f("ix_pay_orders_next_check_at"), "pay_orders", ["next_check_at"], unique=False)
    op.create_index(op.f("ix_pay_orders_unit_id"), "pay_orders", ["unit_id"], unique=False)
    op.create_table(
        "refunds",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("tenure", sa.SmallInteger(), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.String(length=32), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("is_approved", sa.Boolean(), nullable=True),
        sa.Column("decision_note", sa.String(length=200), nullable=False),
        sa.Column("out_refund_no", sa.String(length=64), nullable=True),
        sa.Column("slip", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(length=200), nullable=False),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("next_check_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_refunds_community_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entries.id"], name=op.f("fk_refunds_entry_id_journal_entries")
        ),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_refunds_payment_id_payments")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_refunds_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_refunds_entry_id")),
        sa.UniqueConstraint("out_refund_no", name=op.f("uq_refunds_out_refund_no")),
    )
    op.create_index(op.f("ix_refunds_community_id"), "refunds", ["community_id"], unique=False)
    op.create_index(op.f("ix_refunds_next_check_at"), "refunds", ["next_check_at"], unique=False)
    op.create_index(op.f("ix_refunds_payment_id"), "refunds", ["payment_id"], unique=False)
    op.create_index(op.f("ix_refunds_unit_id"), "refunds", ["unit_id"], unique=False)
    op.create_table(
        "pay_order_bills",
        sa.Column("order_id", sa.String(length=32), nullable=False),
        sa.Column("bill_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["bill_id"], ["bills.id"], name=op.f("fk_pay_order_bills_bill_id_bills")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["pay_orders.id"], name=op.f("fk_pay_order_bills_order_id_pay_orders")
        ),
        sa.PrimaryKeyConstraint("order_id", "bill_id", name=op.f("pk_pay_order_bills")),
    )
    op.create_index(op.f("ix_pay_order_bills_bill_id"), "pay_order_bills", ["bill_id"], unique=False)
    _keep_for_ever()


def _keep_for_ever() -> None:
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
    op.drop_index(op.f("ix_pay_order_bills_bill_id"), table_name="pay_order_bills")
    op.drop_table("pay_order_bills")
    op.drop_index(op.f("ix_refunds_unit_id"), table_name="refunds")
    op.drop_index(op.f("ix_refunds_payment_id"), table_name="refunds")
    op.drop_index(op.f("ix_refunds_next_check_at"), table_name="refunds")
    op.drop_index(op.f("ix_refunds_community_id"), table_name="refunds")
    op.drop_table("refunds")
    op.drop_index(op.f("ix_pay_orders_unit_id"), table_name="pay_orders")
    op.drop_index(op.f("ix_pay_orders_next_check_at"), table_name="pay_orders")
    op.drop_index(op.f("ix_pay_orders_community_id"), table_name="pay_orders")
    op.drop_table("pay_orders")
    op.drop_index(op.f("ix_reconciliations_community_id_at"), table_name="reconciliations")
    op.drop_table("reconciliations")
    op.drop_index(op.f("ix_differences_community_id"), table_name="differences")
    op.drop_table("differences")
    op.drop_index(op.f("ix_channel_incidents_community_id"), table_name="channel_incidents")
    op.drop_table("channel_incidents")
    op.drop_table("channel_notices")
    op.drop_table("channel_days")
