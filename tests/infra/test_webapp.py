"""The built app at /app/: what is served, for how long it is kept, and what leads out of its folder."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from backend.infra.house import House
from tests.houses import an_app

SCRIPT = "console.log('app')"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as the build makes it, beside a file that nobody may fetch."""
    built = tmp_path / "h5"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<!doctype html>app", encoding="utf-8")
    (built / "assets" / "index-abc.js").write_text(SCRIPT, encoding="utf-8")
    (built / "assets" / "index-abc.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    (tmp_path / "secret.json").write_text("{}", encoding="utf-8")
    return built


@pytest.fixture
def browser(house: House, folder: Path) -> Iterator[FlaskClient]:
    """A client of a house that serves the folder."""
    app = an_app(replace(house, settings=replace(house.settings, webapp_dir=folder)))
    yield app.test_client()
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def test_the_start_page_is_asked_for_again_each_time(browser: FlaskClient) -> None:
    with browser.get("/app/") as answer:
        assert answer.text == "<!doctype html>app"
        assert answer.headers["Cache-Control"] == "no-cache"
        assert answer.content_type == "text/html; charset=utf-8"


def test_hashed_assets_are_kept_for_a_year(browser: FlaskClient) -> None:
    with browser.get("/app/assets/index-abc.js") as answer:
        assert answer.text == SCRIPT
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.content_type.startswith("text/javascript")


def test_a_browser_that_reads_gzip_gets_what_the_build_packed(browser: FlaskClient) -> None:
    with browser.get("/app/assets/index-abc.js", headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.data).decode() == SCRIPT
        assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_browser_that_reads_brotli_gets_the_smaller_file(browser: FlaskClient, folder: Path) -> None:
    (folder / "assets" / "index-abc.js.br").write_bytes(b"packed smaller")
    with browser.get("/app/assets/index-abc.js", headers={"Accept-Encoding": "gzip, deflate, br"}) as answer:
        assert answer.headers["Content-Encoding"] == "br"
        assert answer.content_type.startswith("text/javascript")
        assert answer.data == b"packed smaller"


def test_every_part_forbids_scripts_from_elsewhere_and_framing(browser: FlaskClient) -> None:
    for address in ("/app/", "/app/assets/index-abc.js"):
        with browser.get(address) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'self'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe-eval" not in policy
            assert "script-src" not in policy
            assert "worker-src 'self';" in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name",
    [
        "../secret.json",
        "%2e%2e/secret.json",
        "..%2fsecret.json",
        "assets/../../secret.json",
        "assets/%2e%2e/%2e%2e/secret.json",
        "/etc/passwd.json",
        "..%5csecret.json",
    ],
)
def test_no_name_leads_out_of_the_folder(browser: FlaskClient, name: str) -> None:
    for encoding in ("identity", "gzip"):
        with browser.get(f"/app/{name}", headers={"Accept-Encoding": encoding}) as answer:
            assert answer.status_code in {308, 404}
            assert answer.data != b"{}"


def test_a_file_of_a_kind_that_no_browser_needs_is_not_served(browser: FlaskClient, folder: Path) -> None:
    (folder / ".stamp").write_text("x", encoding="ascii")
    with browser.get("/app/.stamp") as answer:
        assert answer.status_code == 404


def test_without_a_build_the_answer_says_what_to_do(browser: FlaskClient, folder: Path) -> None:
    (folder / "index.html").unlink()
    with browser.get("/app/") as answer:
        assert answer.status_code == 503
        assert answer.content_type == "text/plain; charset=utf-8"
        assert "scripts/run" in answer.text


def test_the_bare_address_leads_to_the_app(browser: FlaskClient) -> None:
    with browser.get("/") as answer:
        assert answer.status_code == 302
        assert answer.headers["Location"] == "/app/"
