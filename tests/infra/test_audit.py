"""The audit trail breaks visibly wherever it is touched."""

from __future__ import annotations

import pytest
from flask import Flask

from backend.infra.audit import AuditBroken, record_act, verify_trail
from backend.infra.db import transaction
from tests.houses import NOON


@pytest.fixture
def trail(app: Flask) -> Flask:
    """An application whose trail has five entries."""
    with app.app_context():
        for number in range(5):
            with transaction() as session:
                detail = {"number": number}
                record_act(
                    session, at=NOON, actor="a", act="act-done", subject=f"thing:{number}", detail=detail
                )
    return app


def verify(app: Flask) -> tuple[int, str]:
    with app.app_context(), transaction() as session:
        return verify_trail(session)


def test_an_honest_trail_holds(trail: Flask) -> None:
    height, digest = verify(trail)
    assert height == 5
    assert len(digest) == 64


def test_an_empty_trail_holds(app: Flask) -> None:
    assert verify(app)[0] == 0


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_entries SET detail = '{}' WHERE height = 3",
        "UPDATE audit_entries SET actor = 'b' WHERE height = 1",
        "UPDATE audit_entries SET at = '2026-03-02 04:00:01.000000' WHERE height = 2",
        "UPDATE audit_entries SET act = 'undone' WHERE height = 5",
        "UPDATE audit_entries SET subject = 'thing:9' WHERE height = 5",
        "UPDATE audit_entries SET parent = hash WHERE height = 4",
        "DELETE FROM audit_entries WHERE height = 1",
        "DELETE FROM audit_entries WHERE height = 3",
        "DELETE FROM audit_entries WHERE height = 5",
        "DELETE FROM audit_head",
        "UPDATE audit_entries SET height = 9 WHERE height = 5",
    ],
)
def test_any_change_to_the_trail_is_found(trail: Flask, tampering: str) -> None:
    with trail.app_context(), transaction() as session:
        session.connection().exec_driver_sql(tampering)
    with pytest.raises(AuditBroken):
        verify(trail)


def test_an_act_that_is_rolled_back_leaves_no_entry(trail: Flask) -> None:
    with trail.app_context():
        with pytest.raises(ZeroDivisionError), transaction() as session:
            record_act(session, at=NOON, actor="a", act="act-done", subject="thing:9")
            raise ZeroDivisionError
        with transaction() as session:
            record_act(session, at=NOON, actor="a", act="act-done", subject="thing:10")
    assert verify(trail)[0] == 6
