"""What is measured are books that agree."""

from __future__ import annotations

from pathlib import Path

from backend.fees import check_ledgers
from backend.infra.db import reading
from scripts.benchmarks.books import Size, fill
from scripts.benchmarks.town import Town
from tests.houses import NOON, SetClock, a_house, an_app
from tests.postgres import postgres

SMALL = Size(communities=3, large=45, small=20, months=3)


def test_the_books_of_the_bench_agree_and_have_as_many_postings_as_said(tmp_path: Path) -> None:
    with postgres() as url:
        town = Town(url, tmp_path / "books", NOON.date())
        fill(town, SMALL)
        house = a_house(town.folder, SetClock(), DATABASE_URL=url)
        app = an_app(house)
        with app.app_context():
            with reading() as session:
                report = check_ledgers(session, house)
            app.extensions["sqlalchemy"].engine.dispose()
    assert report.findings == ()
    assert (report.ledgers, report.postings) == (3, SMALL.postings)
    assert report.debits_fen == report.credits_fen > 0
