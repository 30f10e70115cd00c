"""The same questions on PostgreSQL: answered by indexes, and changed by one writer at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.identity import Role
from backend.infra.db import reading
from backend.infra.migrating import migrate
from backend.registry import communities_served, communities_with_post, homes_of, posts_in, staff_phones
from tests.houses import SetClock, a_house, an_app, some_settings
from tests.postgres import postgres
from tests.registry.test_residents import HOME
from tests.registry.town import PHONES, Town, open_town

MANY = 500
FILL = """
INSERT INTO communities (id, name, created_at) SELECT 'c' || n, '园' || n, now() FROM numbers;
INSERT INTO organisations (id, name, kind, created_at)
  SELECT 'f' || n, '物业' || n, 'firm', now() FROM numbers;
INSERT INTO community_bodies (id, community_id, organisation_id, duty, department, since)
  SELECT 'bf' || n, 'c' || n, 'f' || n, 'firm', '', now() FROM numbers;
INSERT INTO community_bodies (id, community_id, organisation_id, duty, department, since)
  SELECT 'bs' || n, 'c' || n, '{street}', 'street', '', now() FROM numbers;
INSERT INTO accounts (id, phone, phone_hash, created_at) SELECT 'a' || n, 'x', 'x' || n, now() FROM numbers;
INSERT INTO role_grants (id, account_id, role, organisation_id, granted_at)
  SELECT 'g' || n, 'a' || n, 'firm_worker', 'f' || n, now() FROM numbers;
INSERT INTO residencies (id, community_id, unit_id, account_id, bond, state, note, asked_at)
  SELECT 'r' || n, '{community}', '{unit}', 'a' || n, 'family', 'confirmed', '', now() FROM numbers;
"""
SCANS = sa.text("SELECT relname, seq_scan, coalesce(idx_scan, 0) FROM pg_stat_xact_user_tables")


@pytest.fixture(scope="module")
def town_there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town on PostgreSQL whose street serves hundreds of communities, each with a firm and its worker."""
    folder: Path = tmp_path_factory.mktemp("there") / "data"
    with postgres() as url:
        house = a_house(folder, SetClock(), DATABASE_URL=url)
        migrate(some_settings(folder, DATABASE_URL=url))
        town = open_town(an_app(house), house)
        town.staff_everything()
        with town.app.app_context():
            engine = town.app.extensions["sqlalchemy"].engine
        _fill(engine, town)
        yield town
        engine.dispose()


def _fill(engine: sa.Engine, town: Town) -> None:
    with engine.begin() as connection:
        unit = connection.exec_driver_sql("SELECT id FROM units LIMIT 1").scalar_one()
        known = {"street": town.bodies["street"], "community": town.community, "unit": unit}
        connection.exec_driver_sql(
            f"CREATE TEMP TABLE numbers AS SELECT n FROM generate_series(1, {MANY}) AS n"
        )
        connection.exec_driver_sql(FILL.format(**known))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _scans(town: Town, act: Callable[[Session], Any]) -> tuple[Any, dict[str, tuple[int, int]]]:
    """Ask something; return the answer, and how often each table was read as a whole and by an index."""
    with town.app.app_context(), reading() as session:
        before = _counts(session)
        found = act(session)
        after = _counts(session)
    grown = {
        table: (whole - before.get(table, (0, 0))[0], by_index - before.get(table, (0, 0))[1])
        for table, (whole, by_index) in after.items()
    }
    return found, {table: counts for table, counts in grown.items() if counts != (0, 0)}


def _counts(session: Session) -> dict[str, tuple[int, int]]:
    return {table: (whole, by_index) for table, whole, by_index in session.execute(SCANS)}


def test_the_posts_of_a_person_in_a_community_are_two_indexed_questions(town_there: Town) -> None:
    actor = town_there.actor("street")
    found, scans = _scans(town_there, lambda session: posts_in(session, actor, "c7"))
    assert [post.role for post in found] == [Role.STREET_OFFICER]
    assert scans == {"role_grants": (0, 1), "community_bodies": (0, 1)}


def test_a_street_officers_communities_are_two_questions_for_hundreds(town_there: Town) -> None:
    actor = town_there.actor("street")
    found, scans = _scans(
        town_there, lambda session: communities_with_post(session, actor, (Role.STREET_OFFICER,))
    )
    assert len(found) == MANY + 1
    assert scans["role_grants"] == (0, 1)
    assert sum(scans["community_bodies"]) == 1  # half of the table is wanted, so it may be read as a whole


def test_a_firms_communities_are_found_by_index(town_there: Town) -> None:
    _, scans = _scans(town_there, lambda session: communities_served(session, "f7"))
    assert scans == {"community_bodies": (0, 1)}


def test_whom_to_tell_is_found_by_index_among_all_staff(town_there: Town) -> None:
    firm, roles, house = town_there.bodies["firm"], (Role.FIRM_DISPATCHER,), town_there.desk.house
    found, scans = _scans(
        town_there, lambda session: staff_phones(session, house, firm, town_there.community, roles)
    )
    assert found == [PHONES["dispatcher"]]
    assert scans == {"community_bodies": (0, 1), "role_grants": (0, 1), "accounts": (0, 1)}


def test_a_persons_homes_are_found_by_index_among_all_residencies(town_there: Town) -> None:
    actor = town_there.actor("officer")
    found, scans = _scans(town_there, lambda session: homes_of(session, actor))
    assert found == []
    assert scans["residencies"] == (0, 1)


def test_of_bodies_entered_at_once_one_serves_and_the_others_are_history(town_there: Town) -> None:
    place = town_there.another_community()
    forms = [
        {"duty": "firm", "organisation_id": town_there.bodies[name]}
        for name in ("firm", "rival", "firm", "rival")
    ]
    path = f"/communities/{place}/bodies"
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda form: town_there.ask("POST", path, body=form).status_code, forms))
    assert answers == [204] * 4
    assert len(town_there.get(path)["items"]) == 1


def test_a_role_granted_at_once_is_granted_once_and_gone_when_revoked(town_there: Town) -> None:
    town_there.actor("tenant")
    form = {"phone": PHONES["tenant"], "name": "某", "role": "firm_worker"}
    path = f"/organisations/{town_there.bodies['rival']}/staff"
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: town_there.ask("POST", path, body=form).status_code, range(4)))
    assert answers == [201] * 4
    grants = [one for one in town_there.get(path)["items"] if one["role"] == "firm_worker"]
    assert len(grants) == 1


def test_a_home_asked_for_at_once_is_asked_for_once_and_decided_once(town_there: Town) -> None:
    path, tenant, officer = (
        f"/communities/{town_there.community}/residencies",
        town_there.who("tenant"),
        town_there.who("officer"),
    )
    assert tenant != officer  # both are signed in before they act at once
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: town_there.ask("POST", path, "tenant", HOME), range(4)))
        assert sorted(one.status_code for one in answers) == [201, 409, 409, 409]
        (mine,) = [one.get_json()["id"] for one in answers if one.status_code == 201]
        decision = f"/residencies/{mine}/decision"
        words = [{"confirm": True}, {"confirm": False}]
        codes = list(
            pool.map(lambda word: town_there.ask("POST", decision, "officer", word).status_code, words)
        )
    assert sorted(codes) == [200, 404]
