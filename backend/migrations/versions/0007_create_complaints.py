"""Create complaints, with who serves a community, who lives there, photos, consents and years."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.complaints.rules.first_categories import first_categories

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
NEW = ("subject", "link", "is_urgent", "is_important")
"""Columns of messages that rows of before get a value for."""


def upgrade() -> None:
    """Apply."""
    categories = op.create_table(
        "complaint_categories",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("parent", sa.String(length=40), nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("keywords", sa.String(length=200), nullable=False),
        sa.Column("priority", sa.String(length=2), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("needs_proof", sa.Boolean(), nullable=False),
        sa.Column("radius_m", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent"],
            ["complaint_categories.code"],
            name=op.f("fk_complaint_categories_parent_complaint_categories"),
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_complaint_categories")),
    )
    op.bulk_insert(categories, first_categories())
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
        "open311_keys",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_open311_keys_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open311_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_open311_keys_key_hash")),
    )
    op.create_table(
        "photos",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("thumbnail_sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=True),
        sa.Column("review", sa.String(length=16), nullable=False),
        sa.Column("reviewed_by", sa.String(length=32), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_photos_account_id_accounts")),
        sa.ForeignKeyConstraint(
            ["reviewed_by"], ["accounts.id"], name=op.f("fk_photos_reviewed_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photos")),
    )
    op.create_index(op.f("ix_photos_account_id_at"), "photos", ["account_id", "at"], unique=False)
    op.create_index(op.f("ix_photos_owner"), "photos", ["owner"], unique=False)
    op.create_index(op.f("ix_photos_sha256"), "photos", ["sha256"], unique=False)
    op.create_index(op.f("ix_photos_thumbnail_sha256"), "photos", ["thumbnail_sha256"], unique=False)
    op.create_table(
        "reply_templates",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_reply_templates_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_templates")),
    )
    op.create_index(
        op.f("ix_reply_templates_organisation_id"), "reply_templates", ["organisation_id"], unique=False
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
    op.create_table(
        "work_years",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("entered_by", sa.String(length=32), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["accounts.id"], name=op.f("fk_work_years_entered_by_accounts")
        ),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_work_years")),
    )
    op.create_table(
        "community_bodies",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("duty", sa.String(length=16), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_community_bodies_community_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_community_bodies_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_bodies")),
    )
    op.create_index(
        op.f("ix_community_bodies_community_id"), "community_bodies", ["community_id"], unique=False
    )
    op.create_index(
        op.f("ix_community_bodies_organisation_id"), "community_bodies", ["organisation_id"], unique=False
    )
    op.create_table(
        "complaint_settings",
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("promises", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_complaint_settings_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("community_id", name=op.f("pk_complaint_settings")),
    )
    op.create_table(
        "residencies",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("bond", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_residencies_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_residencies_community_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["accounts.id"], name=op.f("fk_residencies_decided_by_accounts")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_residencies_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_residencies")),
    )
    op.create_index(op.f("ix_residencies_account_id"), "residencies", ["account_id"], unique=False)
    op.create_index(
        op.f("ix_residencies_community_id_state_asked_at"),
        "residencies",
        ["community_id", "state", "asked_at"],
        unique=False,
    )
    op.create_index(op.f("ix_residencies_unit_id"), "residencies", ["unit_id"], unique=False)
    op.create_table(
        "tickets",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("place_kind", sa.String(length=24), nullable=False),
        sa.Column("building", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=True),
        sa.Column("spot", sa.String(length=200), nullable=False),
        sa.Column("lat_e7", sa.Integer(), nullable=True),
        sa.Column("long_e7", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("photos", sa.JSON(), nullable=False),
        sa.Column("reporter_id", sa.String(length=32), nullable=True),
        sa.Column("entered_by", sa.String(length=32), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("priority", sa.String(length=2), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("firm_id", sa.String(length=32), nullable=True),
        sa.Column("street_id", sa.String(length=32), nullable=True),
        sa.Column("assignee_id", sa.String(length=32), nullable=True),
        sa.Column("merged_into", sa.String(length=32), nullable=True),
        sa.Column("whistles", sa.Integer(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("responded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("response_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("response_met", sa.Boolean(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution_met", sa.Boolean(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("satisfaction", sa.SmallInteger(), nullable=True),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("callback", sa.String(length=24), nullable=True),
        sa.Column("appeal_open", sa.Boolean(), nullable=False),
        sa.Column("publication", sa.String(length=24), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_tickets_community_id_communities")
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["accounts.id"], name=op.f("fk_tickets_entered_by_accounts")),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["accounts.id"], name=op.f("fk_tickets_reporter_id_accounts")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_tickets_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("number", name=op.f("uq_tickets_number")),
    )
    op.create_index(
        op.f("ix_tickets_community_id_submitted_at"),
        "tickets",
        ["community_id", "submitted_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_tickets_firm_id_submitted_at"), "tickets", ["firm_id", "submitted_at"], unique=False
    )
    op.create_index(op.f("ix_tickets_merged_into"), "tickets", ["merged_into"], unique=False)
    op.create_index(
        op.f("ix_tickets_reporter_id_submitted_at"), "tickets", ["reporter_id", "submitted_at"], unique=False
    )
    op.create_index(
        op.f("ix_tickets_street_id_submitted_at"), "tickets", ["street_id", "submitted_at"], unique=False
    )
    op.create_index(op.f("ix_tickets_wake_at"), "tickets", ["wake_at"], unique=False)
    op.create_table(
        "hotline_numbers",
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_hotline_numbers_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_hotline_numbers")),
    )
    op.create_index(op.f("ix_hotline_numbers_ticket_id"), "hotline_numbers", ["ticket_id"], unique=False)
    op.create_table(
        "open311_tokens",
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["key_id"], ["open311_keys.id"], name=op.f("fk_open311_tokens_key_id_open311_keys")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_open311_tokens_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_open311_tokens")),
    )
    op.create_index(op.f("ix_open311_tokens_key_id_at"), "open311_tokens", ["key_id", "at"], unique=False)
    op.create_index(op.f("ix_open311_tokens_ticket_id"), "open311_tokens", ["ticket_id"], unique=False)
    op.create_table(
        "ticket_bodies",
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("part", sa.String(length=24), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_ticket_bodies_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_bodies_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("ticket_id", "organisation_id", name=op.f("pk_ticket_bodies")),
    )
    op.create_index(
        op.f("ix_ticket_bodies_organisation_id_is_open_due_at_ticket_id"),
        "ticket_bodies",
        ["organisation_id", "is_open", "due_at", "ticket_id"],
        unique=False,
    )
    op.create_table(
        "ticket_events",
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("party", sa.String(length=24), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("organisation_id", sa.String(length=32), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("photos", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_events_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("ticket_id", "number", name=op.f("pk_ticket_events")),
    )
    op.create_table(
        "ticket_whistles",
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_reporter", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_ticket_whistles_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_whistles_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("ticket_id", "account_id", name=op.f("pk_ticket_whistles")),
    )
    op.create_index(
        op.f("ix_ticket_whistles_account_id_at"), "ticket_whistles", ["account_id", "at"], unique=False
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
    op.drop_index(op.f("ix_ticket_whistles_account_id_at"), table_name="ticket_whistles")
    op.drop_table("ticket_whistles")
    op.drop_table("ticket_events")
    op.drop_index(
        op.f("ix_ticket_bodies_organisation_id_is_open_due_at_ticket_id"), table_name="ticket_bodies"
    )
    op.drop_table("ticket_bodies")
    op.drop_index(op.f("ix_open311_tokens_ticket_id"), table_name="open311_tokens")
    op.drop_index(op.f("ix_open311_tokens_key_id_at"), table_name="open311_tokens")
    op.drop_table("open311_tokens")
    op.drop_index(op.f("ix_hotline_numbers_ticket_id"), table_name="hotline_numbers")
    op.drop_table("hotline_numbers")
    op.drop_index(op.f("ix_tickets_wake_at"), table_name="tickets")
    op.drop_index(op.f("ix_tickets_street_id_submitted_at"), table_name="tickets")
    op.drop_index(op.f("ix_tickets_reporter_id_submitted_at"), table_name="tickets")
    op.drop_index(op.f("ix_tickets_merged_into"), table_name="tickets")
    op.drop_index(op.f("ix_tickets_firm_id_submitted_at"), table_name="tickets")
    op.drop_index(op.f("ix_tickets_community_id_submitted_at"), table_name="tickets")
    op.drop_table("tickets")
    op.drop_index(op.f("ix_residencies_unit_id"), table_name="residencies")
    op.drop_index(op.f("ix_residencies_community_id_state_asked_at"), table_name="residencies")
    op.drop_index(op.f("ix_residencies_account_id"), table_name="residencies")
    op.drop_table("residencies")
    op.drop_table("complaint_settings")
    op.drop_index(op.f("ix_community_bodies_organisation_id"), table_name="community_bodies")
    op.drop_index(op.f("ix_community_bodies_community_id"), table_name="community_bodies")
    op.drop_table("community_bodies")
    op.drop_table("work_years")
    op.drop_table("wechat_identities")
    op.drop_index(op.f("ix_reply_templates_organisation_id"), table_name="reply_templates")
    op.drop_table("reply_templates")
    op.drop_index(op.f("ix_photos_thumbnail_sha256"), table_name="photos")
    op.drop_index(op.f("ix_photos_sha256"), table_name="photos")
    op.drop_index(op.f("ix_photos_owner"), table_name="photos")
    op.drop_index(op.f("ix_photos_account_id_at"), table_name="photos")
    op.drop_table("photos")
    op.drop_table("open311_keys")
    op.drop_table("message_deliveries")
    op.drop_index(op.f("ix_message_consents_openid_hash_template_id_used_at"), table_name="message_consents")
    op.drop_index(op.f("ix_message_consents_message_id"), table_name="message_consents")
    op.drop_table("message_consents")
    op.drop_table("complaint_categories")
