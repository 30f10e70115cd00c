"""Create the table of voting codes sealed to owners' devices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "sealed_codes",
        sa.Column("elector_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("sign_key", sa.String(length=64), nullable=False),
        sa.Column("seal_key", sa.String(length=64), nullable=False),
        sa.Column("box", sa.String(length=400), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("signed_by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_sealed_codes_device_id_devices")
        ),
        sa.ForeignKeyConstraint(
            ["elector_id"], ["electors.id"], name=op.f("fk_sealed_codes_elector_id_electors")
        ),
        sa.PrimaryKeyConstraint("elector_id", "device_id", name=op.f("pk_sealed_codes")),
    )
    op.create_index(op.f("ix_sealed_codes_account_id"), "sealed_codes", ["account_id"])


def downgrade() -> None:
    """Undo."""
    op.drop_index(op.f("ix_sealed_codes_account_id"), table_name="sealed_codes")
    op.drop_table("sealed_codes")
