"""Create fees.

Entries, postings, bills and payments may only be inserted: triggers refuse to change or delete a row. A later
migration that copies one of these tables on SQLite (batch mode) must make its triggers anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FOR_EVER = ("journal_entries", "postings", "bills", "payments")
"""Tables whose rows are never changed."""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "ledger_checks",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accounts", sa.BigInteger(), nullable=False),
        sa.Column("postings", sa.BigInteger(), nullable=False),
        sa.Column("findings", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_ledger_checks")),
    )
    op.create_table(
        "charge_runs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("due_day", sa.Date(), nullable=False),
        sa.Column("bills", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_charge_runs_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge_runs")),
    )
    op.create_index(
        op.f("ix_charge_runs_community_id_at"), "charge_runs", ["community_id", "at"], unique=False
    )
    op.create_table(
        "fee_items",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("split_by", sa.String(length=8), nullable=False),
        sa.Column("kinds", sa.String(length=200), nullable=False),
        sa.Column("buildings", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_fee_items_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_items")),
        sa.UniqueConstraint("community_id", "name", name=op.f("uq_fee_items_community_id_name")),
    )
    op.create_table(
        "ledgers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("last_entry", sa.Integer(), nullable=False),
        sa.Column("last_account", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_ledgers_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledgers")),
        sa.UniqueConstraint("community_id", name=op.f("uq_ledgers_community_id")),
    )
    op.create_table(
        "fee_prices",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("price_e4", sa.BigInteger(), nullable=False),
        sa.Column("clause", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["fee_items.id"], name=op.f("fk_fee_prices_item_id_fee_items")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_prices")),
    )
    op.create_index(op.f("ix_fee_prices_item_id"), "fee_prices", ["item_id"], unique=False)
    op.create_table(
        "handovers",
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_handovers_community_id_communities")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_handovers_unit_id_units")),
        sa.PrimaryKeyConstraint("unit_id", "day", name=op.f("pk_handovers")),
    )
    op.create_index(op.f("ix_handovers_community_id"), "handovers", ["community_id"], unique=False)
    op.create_table(
        "journal_entries",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("business_key", sa.String(length=160), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.Column("memo", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledgers.id"], name=op.f("fk_journal_entries_ledger_id_ledgers")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"],
            ["journal_entries.id"],
            name=op.f("fk_journal_entries_reverses_id_journal_entries"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entries")),
        sa.UniqueConstraint(
            "ledger_id", "business_key", name=op.f("uq_journal_entries_ledger_id_business_key")
        ),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_journal_entries_reverses_id")),
    )
    op.create_table(
        "ledger_accounts",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledgers.id"], name=op.f("fk_ledger_accounts_ledger_id_ledgers")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_ledger_accounts_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_accounts")),
        sa.UniqueConstraint("ledger_id", "name", name=op.f("uq_ledger_accounts_ledger_id_name")),
    )
    op.create_index(op.f("ix_ledger_accounts_unit_id"), "ledger_accounts", ["unit_id"], unique=False)
    op.create_table(
        "meters",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("serial", sa.String(length=40), nullable=False),
        sa.Column("rolls_at_e3", sa.BigInteger(), nullable=False),
        sa.Column("most_a_day_e3", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_meters_community_id_communities")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["fee_items.id"], name=op.f("fk_meters_item_id_fee_items")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_meters_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meters")),
        sa.UniqueConstraint("community_id", "serial", name=op.f("uq_meters_community_id_serial")),
    )
    op.create_index(op.f("ix_meters_item_id"), "meters", ["item_id"], unique=False)
    op.create_index(op.f("ix_meters_unit_id"), "meters", ["unit_id"], unique=False)
    op.create_table(
        "shared_costs",
        sa.Column("run_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("cost_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["fee_items.id"], name=op.f("fk_shared_costs_item_id_fee_items")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["charge_runs.id"], name=op.f("fk_shared_costs_run_id_charge_runs")
        ),
        sa.PrimaryKeyConstraint("run_id", "item_id", name=op.f("pk_shared_costs")),
    )
    op.create_index(op.f("ix_shared_costs_item_id"), "shared_costs", ["item_id"], unique=False)
    op.create_table(
        "bills",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("tenure", sa.SmallInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("due_day", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.String(length=32), nullable=True),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["journal_entries.id"], name=op.f("fk_bills_id_journal_entries")),
        sa.ForeignKeyConstraint(["item_id"], ["fee_items.id"], name=op.f("fk_bills_item_id_fee_items")),
        sa.ForeignKeyConstraint(["run_id"], ["charge_runs.id"], name=op.f("fk_bills_run_id_charge_runs")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_bills_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bills")),
    )
    op.create_index(
        op.f("ix_bills_item_id_until_first_day"), "bills", ["item_id", "until", "first_day"], unique=False
    )
    op.create_index(op.f("ix_bills_run_id"), "bills", ["run_id"], unique=False)
    op.create_index(op.f("ix_bills_unit_id"), "bills", ["unit_id"], unique=False)
    op.create_table(
        "meter_readings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("meter_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("value_e3", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("usage_e3", sa.BigInteger(), nullable=False),
        sa.Column("rolled_over", sa.Boolean(), nullable=False),
        sa.Column("override", sa.String(length=24), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=32), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["meter_id"], ["meters.id"], name=op.f("fk_meter_readings_meter_id_meters")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meter_readings")),
    )
    op.create_index(
        op.f("ix_meter_readings_meter_id_day"), "meter_readings", ["meter_id", "day"], unique=False
    )
    op.create_table(
        "payments",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("tenure", sa.SmallInteger(), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["journal_entries.id"], name=op.f("fk_payments_id_journal_entries")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_payments_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
    )
    op.create_index(op.f("ix_payments_unit_id"), "payments", ["unit_id"], unique=False)
    op.create_table(
        "billed_readings",
        sa.Column("reading_id", sa.String(length=32), nullable=False),
        sa.Column("bill_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["bill_id"], ["bills.id"], name=op.f("fk_billed_readings_bill_id_bills")),
        sa.ForeignKeyConstraint(
            ["reading_id"], ["meter_readings.id"], name=op.f("fk_billed_readings_reading_id_meter_readings")
        ),
        sa.PrimaryKeyConstraint("reading_id", "bill_id", name=op.f("pk_billed_readings")),
    )
    op.create_index(op.f("ix_billed_readings_bill_id"), "billed_readings", ["bill_id"], unique=False)
    op.create_table(
        "postings",
        sa.Column("entry_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("bill_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_postings_moves_something")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ledger_accounts.id"], name=op.f("fk_postings_account_id_ledger_accounts")
        ),
        sa.ForeignKeyConstraint(["bill_id"], ["bills.id"], name=op.f("fk_postings_bill_id_bills")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entries.id"], name=op.f("fk_postings_entry_id_journal_entries")
        ),
        sa.PrimaryKeyConstraint("entry_id", "line", name=op.f("pk_postings")),
    )
    op.create_index(op.f("ix_postings_account_id_day"), "postings", ["account_id", "day"], unique=False)
    op.create_index(op.f("ix_postings_bill_id"), "postings", ["bill_id"], unique=False)
    _keep_for_ever()


def _keep_for_ever() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION kept_for_ever() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME; END $$"
        )
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
    op.drop_index(op.f("ix_postings_bill_id"), table_name="postings")
    op.drop_index(op.f("ix_postings_account_id_day"), table_name="postings")
    op.drop_table("postings")
    op.drop_index(op.f("ix_billed_readings_bill_id"), table_name="billed_readings")
    op.drop_table("billed_readings")
    op.drop_index(op.f("ix_payments_unit_id"), table_name="payments")
    op.drop_table("payments")
    op.drop_index(op.f("ix_meter_readings_meter_id_day"), table_name="meter_readings")
    op.drop_table("meter_readings")
    op.drop_index(op.f("ix_bills_unit_id"), table_name="bills")
    op.drop_index(op.f("ix_bills_run_id"), table_name="bills")
    op.drop_index(op.f("ix_bills_item_id_until_first_day"), table_name="bills")
    op.drop_table("bills")
    op.drop_index(op.f("ix_shared_costs_item_id"), table_name="shared_costs")
    op.drop_table("shared_costs")
    op.drop_index(op.f("ix_meters_unit_id"), table_name="meters")
    op.drop_index(op.f("ix_meters_item_id"), table_name="meters")
    op.drop_table("meters")
    op.drop_index(op.f("ix_ledger_accounts_unit_id"), table_name="ledger_accounts")
    op.drop_table("ledger_accounts")
    op.drop_table("journal_entries")
    op.drop_index(op.f("ix_handovers_community_id"), table_name="handovers")
    op.drop_table("handovers")
    op.drop_index(op.f("ix_fee_prices_item_id"), table_name="fee_prices")
    op.drop_table("fee_prices")
    op.drop_table("ledgers")
    op.drop_table("fee_items")
    op.drop_index(op.f("ix_charge_runs_community_id_at"), table_name="charge_runs")
    op.drop_table("charge_runs")
    op.drop_table("ledger_checks")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION kept_for_ever()")
