"""Statements made once, on the cursor of each driver that we support."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from backend.infra.config import Settings
from backend.infra.db import Instant, tune
from backend.infra.prepared import Prepared, inserting
from tests.houses import some_settings
from tests.postgres import postgres


class Colour(StrEnum):
    """A word stored as such."""

    RED = "red"
    BLUE = "blue"


class TestBase(DeclarativeBase):
    """Tables of this module alone."""

    __test__ = False


class Thing(TestBase):
    """One column of every type that our tables have."""

    __tablename__ = "things"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(20), unique=True)
    at: Mapped[datetime] = mapped_column(Instant)
    colour: Mapped[Colour | None] = mapped_column(
        sa.Enum(Colour, native_enum=False, values_callable=lambda members: [one.value for one in members])
    )
    labels: Mapped[list[str]] = mapped_column(sa.JSON)
    body: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    is_new: Mapped[bool]


COLUMNS = (Thing.name, Thing.at, Thing.colour, Thing.labels, Thing.body, Thing.is_new)
ADD = inserting(Thing, *(column.key for column in COLUMNS))
FIND = Prepared(sa.select(*COLUMNS).where(Thing.name == sa.bindparam("called")))
NEW = Prepared(
    sa.select(Thing.name).where(Thing.is_new.is_(True), Thing.colour == Colour.RED).order_by(Thing.id)
)
PAINT = Prepared(
    sa.update(Thing).where(Thing.name == sa.bindparam("called")).values(colour=sa.bindparam("colour"))
)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=timezone(timedelta(hours=8)))


def a_thing(**changes: object) -> dict[str, Any]:
    return {
        "name": "灯",
        "at": NOON,
        "colour": Colour.RED,
        "labels": ["甲", "乙"],
        "body": b"\0\xff",
        "is_new": True,
    } | changes


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    url = {} if request.param == "sqlite" else {"DATABASE_URL": request.getfixturevalue("postgres_url")}
    settings: Settings = some_settings(tmp_path, **url)
    made = sa.create_engine(settings.database_url)
    tune(made)
    TestBase.metadata.create_all(made)
    yield made
    TestBase.metadata.drop_all(made)
    made.dispose()


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    with Session(engine) as opened:
        yield opened


def test_what_is_written_is_read_back_with_its_types(session: Session) -> None:
    ADD.run(session, a_thing(), a_thing(name="门", colour=None, body=None, is_new=False))
    lamp = FIND.first(session, called="灯")
    assert lamp == ("灯", NOON, Colour.RED, ["甲", "乙"], b"\0\xff", True)
    assert lamp[1].tzinfo is UTC
    assert FIND.first(session, called="门") == ("门", NOON, None, ["甲", "乙"], None, False)


def test_the_library_reads_the_same_rows(session: Session) -> None:
    ADD.run(session, a_thing())
    thing = session.scalars(sa.select(Thing)).one()
    assert tuple(getattr(thing, column.key) for column in COLUMNS) == FIND.first(session, called="灯")


def test_values_that_stand_in_the_statement_need_not_be_given(session: Session) -> None:
    ADD.run(session, a_thing(), a_thing(name="门", colour=Colour.BLUE), a_thing(name="窗"))
    assert NEW.all(session) == [("灯",), ("窗",)]


def test_nothing_found_is_none(session: Session) -> None:
    assert FIND.first(session, called="灯") is None


def test_an_update_changes_the_row_that_it_names(session: Session) -> None:
    ADD.run(session, a_thing(), a_thing(name="门"))
    PAINT.run(session, {"called": "门", "colour": Colour.BLUE})
    assert NEW.all(session) == [("灯",)]


def test_what_the_session_holds_back_is_written_first(session: Session) -> None:
    session.add(Thing(**a_thing()))
    assert FIND.first(session, called="灯") is not None


def test_a_broken_constraint_is_the_library_s_error_and_shows_no_values(session: Session) -> None:
    ADD.run(session, a_thing())
    with pytest.raises(IntegrityError) as caught:
        ADD.run(session, a_thing())
    assert "甲" not in str(caught.value.params)


def test_a_missing_value_is_an_error_of_the_caller(session: Session) -> None:
    with pytest.raises(KeyError, match="called"):
        FIND.first(session)


def test_a_naive_instant_is_refused_as_everywhere(session: Session) -> None:
    with pytest.raises(ValueError, match="time zone"):
        ADD.run(session, a_thing(at=datetime(2026, 3, 2)))  # noqa: DTZ001  (what is refused)


def test_it_takes_part_in_the_session_s_transaction(engine: sa.Engine) -> None:
    with Session(engine) as session:
        ADD.run(session, a_thing())
        session.rollback()
        assert FIND.first(session, called="灯") is None
        ADD.run(session, a_thing())
        session.commit()
    with Session(engine) as other:
        assert FIND.first(other, called="灯") is not None
