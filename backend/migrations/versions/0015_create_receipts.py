"""Create receipts.

Receipts may only be inserted, as what stands in the books (0011). Payments from before have none, and say so.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "receipt_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_checks")),
    )
    op.create_index(op.f("ix_receipt_checks_address_at"), "receipt_checks", ["address", "at"], unique=False)
    op.create_index(op.f("ix_receipt_checks_at"), "receipt_checks", ["at"], unique=False)
    op.create_table(
        "receipts",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("undoes", sa.String(length=24), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entries.id"], name=op.f("fk_receipts_entry_id_journal_entries")
        ),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledgers.id"], name=op.f("fk_receipts_ledger_id_ledgers")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_receipts_payment_id_payments")
        ),
        sa.ForeignKeyConstraint(["undoes"], ["receipts.number"], name=op.f("fk_receipts_undoes_receipts")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_receipts")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_receipts_entry_id")),
        sa.UniqueConstraint("ledger_id", "year", "serial", name=op.f("uq_receipts_ledger_id_year_serial")),
    )
    op.create_index(op.f("ix_receipts_payment_id"), "receipts", ["payment_id"], unique=False)
    op.add_column(
        "payments", sa.Column("origin", sa.String(length=8), server_default="before", nullable=False)
    )
    _keep_for_ever()


def _keep_for_ever() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER receipts_kept BEFORE UPDATE OR DELETE ON receipts "
            "FOR EACH ROW EXECUTE FUNCTION kept_for_ever()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER receipts_no_{act.lower()} BEFORE {act} ON receipts "
            "BEGIN SELECT RAISE(ABORT, 'rows of receipts are never changed'); END"
        )


def downgrade() -> None:
    """Undo."""
    op.drop_column("payments", "origin")
    op.drop_index(op.f("ix_receipts_payment_id"), table_name="receipts")
    op.drop_table("receipts")
    op.drop_index(op.f("ix_receipt_checks_at"), table_name="receipt_checks")
    op.drop_index(op.f("ix_receipt_checks_address_at"), table_name="receipt_checks")
    op.drop_table("receipt_checks")
