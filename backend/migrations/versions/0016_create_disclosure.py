"""Create disclosure.

What stands in the books, is published or was asked may only be inserted: triggers refuse to change or delete
a row (the function is of the migration that created fees). A later migration that copies one of these tables
on SQLite (batch mode) must make its triggers anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

FOR_EVER = (
    "book_entries",
    "book_postings",
    "common_sources",
    "disclosure_papers",
    "enquiries",
    "enquiry_answers",
    "entry_papers",
    "entry_reviews",
    "first_deposits",
    "fund_projects",
    "fund_steps",
    "income_splits",
    "publications",
    "step_papers",
)
"""Tables whose rows are never changed."""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "book_checks",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("postings", sa.BigInteger(), nullable=False),
        sa.Column("findings", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_book_checks")),
    )
    op.create_table(
        "books",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_entry", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_books_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_books")),
        sa.UniqueConstraint("community_id", "kind", name=op.f("uq_books_community_id_kind")),
    )
    op.create_table(
        "disclosure_papers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("media", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_disclosure_papers_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure_papers")),
    )
    op.create_index(
        op.f("ix_disclosure_papers_community_id"), "disclosure_papers", ["community_id"], unique=False
    )
    op.create_table(
        "disclosure_rules",
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_disclosure_rules_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("community_id", name=op.f("pk_disclosure_rules")),
    )
    op.create_table(
        "publications",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("due_day", sa.Date(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_publications_community_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["publications.id"], name=op.f("fk_publications_replaces_id_publications")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.UniqueConstraint(
            "community_id",
            "kind",
            "first_day",
            "version",
            name=op.f("uq_publications_community_id_kind_first_day_version"),
        ),
    )
    op.create_table(
        "common_sources",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("counterparty", sa.String(length=100), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("terms", sa.String(length=200), nullable=False),
        sa.Column("contract_id", sa.String(length=32), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_common_sources_community_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["disclosure_papers.id"],
            name=op.f("fk_common_sources_contract_id_disclosure_papers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_common_sources")),
        sa.UniqueConstraint("community_id", "name", name=op.f("uq_common_sources_community_id_name")),
    )
    op.create_table(
        "fund_projects",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("budget_fen", sa.BigInteger(), nullable=False),
        sa.Column("ground", sa.String(length=16), nullable=False),
        sa.Column("assembly_id", sa.String(length=36), nullable=True),
        sa.Column("item_id", sa.String(length=64), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("danger", sa.String(length=16), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "(ground = 'vote') = (assembly_id IS NOT NULL AND item_id IS NOT NULL)",
            name=op.f("ck_fund_projects_has_its_ground"),
        ),
        sa.ForeignKeyConstraint(
            ["assembly_id"], ["assemblies.id"], name=op.f("fk_fund_projects_assembly_id_assemblies")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_fund_projects_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_projects")),
    )
    op.create_index(
        op.f("ix_fund_projects_assembly_id_item_id"),
        "fund_projects",
        ["assembly_id", "item_id"],
        unique=False,
    )
    op.create_index(op.f("ix_fund_projects_community_id"), "fund_projects", ["community_id"], unique=False)
    op.create_table(
        "income_splits",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("assembly_id", sa.String(length=36), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["assembly_id"], ["assemblies.id"], name=op.f("fk_income_splits_assembly_id_assemblies")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_income_splits_community_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_income_splits")),
        sa.UniqueConstraint("community_id", "number", name=op.f("uq_income_splits_community_id_number")),
    )
    op.create_table(
        "book_entries",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("voucher", sa.String(length=120), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("memo", sa.String(length=200), nullable=False),
        sa.Column("source_id", sa.String(length=32), nullable=True),
        sa.Column("split_id", sa.String(length=32), nullable=True),
        sa.Column("project_id", sa.String(length=32), nullable=True),
        sa.Column("caused_by_id", sa.BigInteger(), nullable=True),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_book_entries_book_id_books")),
        sa.ForeignKeyConstraint(
            ["caused_by_id"], ["book_entries.id"], name=op.f("fk_book_entries_caused_by_id_book_entries")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["fund_projects.id"], name=op.f("fk_book_entries_project_id_fund_projects")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["book_entries.id"], name=op.f("fk_book_entries_reverses_id_book_entries")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["common_sources.id"], name=op.f("fk_book_entries_source_id_common_sources")
        ),
        sa.ForeignKeyConstraint(
            ["split_id"], ["income_splits.id"], name=op.f("fk_book_entries_split_id_income_splits")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_entries")),
        sa.UniqueConstraint("book_id", "voucher", name=op.f("uq_book_entries_book_id_voucher")),
        sa.UniqueConstraint("caused_by_id", name=op.f("uq_book_entries_caused_by_id")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_book_entries_reverses_id")),
    )
    op.create_index(
        op.f("ix_book_entries_book_id_day_id"), "book_entries", ["book_id", "day", "id"], unique=False
    )
    op.create_index(op.f("ix_book_entries_project_id"), "book_entries", ["project_id"], unique=False)
    op.create_table(
        "fund_steps",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["fund_projects.id"], name=op.f("fk_fund_steps_project_id_fund_projects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_steps")),
        sa.UniqueConstraint("project_id", "kind", name=op.f("uq_fund_steps_project_id_kind")),
    )
    op.create_table(
        "book_postings",
        sa.Column("entry_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_book_postings_moves_something")),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_book_postings_book_id_books")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["book_entries.id"], name=op.f("fk_book_postings_entry_id_book_entries")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_book_postings_unit_id_units")),
        sa.PrimaryKeyConstraint("entry_id", "line", name=op.f("pk_book_postings")),
    )
    op.create_index(
        op.f("ix_book_postings_book_id_account_day"),
        "book_postings",
        ["book_id", "account", "day"],
        unique=False,
    )
    op.create_index(op.f("ix_book_postings_unit_id_day"), "book_postings", ["unit_id", "day"], unique=False)
    op.create_table(
        "enquiries",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("community_id", sa.String(length=32), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_enquiries_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_enquiries_community_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["book_entries.id"], name=op.f("fk_enquiries_entry_id_book_entries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiries")),
    )
    op.create_index(
        op.f("ix_enquiries_community_id_asked_at"), "enquiries", ["community_id", "asked_at"], unique=False
    )
    op.create_index(op.f("ix_enquiries_entry_id"), "enquiries", ["entry_id"], unique=False)
    op.create_table(
        "entry_papers",
        sa.Column("entry_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("paper_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["book_entries.id"], name=op.f("fk_entry_papers_entry_id_book_entries")
        ),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["disclosure_papers.id"], name=op.f("fk_entry_papers_paper_id_disclosure_papers")
        ),
        sa.PrimaryKeyConstraint("entry_id", "paper_id", name=op.f("pk_entry_papers")),
    )
    op.create_table(
        "entry_reviews",
        sa.Column("entry_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["book_entries.id"], name=op.f("fk_entry_reviews_entry_id_book_entries")
        ),
        sa.PrimaryKeyConstraint("entry_id", "number", name=op.f("pk_entry_reviews")),
    )
    op.create_table(
        "first_deposits",
        sa.Column("entry_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["book_entries.id"], name=op.f("fk_first_deposits_entry_id_book_entries")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_first_deposits_unit_id_units")),
        sa.PrimaryKeyConstraint("entry_id", "unit_id", name=op.f("pk_first_deposits")),
    )
    op.create_index(op.f("ix_first_deposits_unit_id"), "first_deposits", ["unit_id"], unique=False)
    op.create_table(
        "step_papers",
        sa.Column("step_id", sa.String(length=32), nullable=False),
        sa.Column("paper_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["disclosure_papers.id"], name=op.f("fk_step_papers_paper_id_disclosure_papers")
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["fund_steps.id"], name=op.f("fk_step_papers_step_id_fund_steps")
        ),
        sa.PrimaryKeyConstraint("step_id", "paper_id", name=op.f("pk_step_papers")),
    )
    op.create_table(
        "enquiry_answers",
        sa.Column("enquiry_id", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["enquiry_id"], ["enquiries.id"], name=op.f("fk_enquiry_answers_enquiry_id_enquiries")
        ),
        sa.PrimaryKeyConstraint("enquiry_id", name=op.f("pk_enquiry_answers")),
    )
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
    op.drop_table("enquiry_answers")
    op.drop_table("step_papers")
    op.drop_index(op.f("ix_first_deposits_unit_id"), table_name="first_deposits")
    op.drop_table("first_deposits")
    op.drop_table("entry_reviews")
    op.drop_table("entry_papers")
    op.drop_index(op.f("ix_enquiries_entry_id"), table_name="enquiries")
    op.drop_index(op.f("ix_enquiries_community_id_asked_at"), table_name="enquiries")
    op.drop_table("enquiries")
    op.drop_index(op.f("ix_book_postings_unit_id_day"), table_name="book_postings")
    op.drop_index(op.f("ix_book_postings_book_id_account_day"), table_name="book_postings")
    op.drop_table("book_postings")
    op.drop_table("fund_steps")
    op.drop_index(op.f("ix_book_entries_project_id"), table_name="book_entries")
    op.drop_index(op.f("ix_book_entries_book_id_day_id"), table_name="book_entries")
    op.drop_table("book_entries")
    op.drop_table("income_splits")
    op.drop_index(op.f("ix_fund_projects_community_id"), table_name="fund_projects")
    op.drop_index(op.f("ix_fund_projects_assembly_id_item_id"), table_name="fund_projects")
    op.drop_table("fund_projects")
    op.drop_table("common_sources")
    op.drop_table("publications")
    op.drop_table("disclosure_rules")
    op.drop_index(op.f("ix_disclosure_papers_community_id"), table_name="disclosure_papers")
    op.drop_table("disclosure_papers")
    op.drop_table("books")
    op.drop_table("book_checks")
