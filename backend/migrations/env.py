"""Run by Alembic: migrates the connection that `backend.infra.migrating` hands it."""

from typing import Literal

from alembic import context

from backend.infra.db import Instant


def _render(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our own type as the plain one that it is stored as: a migration must outlive our code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Instant) else False


configuration = context.config
context.configure(
    connection=configuration.attributes["connection"],
    target_metadata=configuration.attributes.get("metadata"),
    render_item=_render,
    compare_type=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
