"""The least that a Flask server can do with a ballot: read it, store it durably, answer. A yardstick."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from flask import Flask, Response, jsonify, request


@contextmanager
def bare_server(folder: Path) -> Iterator[Flask]:
    """Make an application whose one view adds a row to a SQLite file (WAL, synchronous=FULL)."""
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as database:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            database.execute(f"PRAGMA {pragma}")
        database.execute("CREATE TABLE ballots (id INTEGER PRIMARY KEY, body TEXT)")
        app = Flask("bare")

        def store(uuid: str) -> Response:
            database.execute("BEGIN IMMEDIATE")
            database.execute("INSERT INTO ballots (body) VALUES (?)", [request.get_json()["ballot"]])
            database.commit()
            answer = jsonify(uuid=uuid)
            answer.status_code = 201
            return answer

        app.add_url_rule("/api/v1/elections/<uuid>/ballots", "store", store, methods=["POST"])
        yield app
