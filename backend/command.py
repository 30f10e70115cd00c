"""Commands for whoever operates the server: `python -m backend.command --help`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from flask import Flask

from backend import demo
from backend.app import create_app
from backend.disclosure import check_books
from backend.disclosure import lines_of as lines_of_books
from backend.fees import check_ledgers, lines_of
from backend.identity import Role, ensure_account, grant_role
from backend.infra.audit import AuditBroken, verify_trail
from backend.infra.config import Settings, SettingsError
from backend.infra.db import Base, reading, transaction
from backend.infra.house import House, open_house
from backend.infra.logs import set_up_logs
from backend.infra.migrating import WrongVersion, draft, migrate
from backend.infra.receipt_keys import rotate_receipt_key
from backend.infra.secrets import KeysUnusable
from backend.infra.wechatpay.errors import PaymentKeysUnusable
from backend.kernel.clock import ClockError
from backend.kernel.refusal import Refusal

OPENAPI = Path("docs/openapi.json")


class BooksDisagree(Exception):
    """A rule of the books does not hold; what was printed says which."""


def main(arguments: list[str]) -> int:
    """Carry out one command and return its exit status: 0 done, 1 refused."""
    asked = _parser().parse_args(arguments)
    set_up_logs()
    try:
        settings = Settings.from_environment(os.environ)
        if asked.command == "demo":
            demo.check_may_seed(settings)  # before a data folder is begun
        house = open_house(settings)
        _act(asked, house)
    except (
        SettingsError,
        KeysUnusable,
        PaymentKeysUnusable,
        WrongVersion,
        ClockError,
        Refusal,
        AuditBroken,
        BooksDisagree,
    ) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def openapi_text(app: Flask) -> str:
    """Return the description of the API as it stands in docs/openapi.json."""
    document = app.test_client().get("/api/openapi.json").get_json()
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _act(asked: argparse.Namespace, house: House) -> None:
    match asked.command:
        case "migrate":
            migrate(house.settings)
        case "admin":
            migrate(house.settings)
            _make_administrator(house, asked.phone)
        case "demo":
            migrate(house.settings)
            _make_demo(house)
        case "openapi":
            OPENAPI.write_text(openapi_text(create_app(house)), encoding="utf-8")
        case "draft-migration":
            sys.stdout.write(f"{draft(house.settings, asked.name, Base.metadata)}\n")
        case name:
            _BY_NAME[name](house)


def _make_administrator(house: House, phone: str) -> None:
    with create_app(house).app_context(), transaction() as session:
        account = ensure_account(session, house, phone=phone)
        grant_role(
            session,
            house,
            granted_by="system",
            account_id=account.id,
            role=Role.ADMINISTRATOR,
            community_id=None,
            organisation_id=None,
        )
    sys.stdout.write("administrator appointed; they sign in with this phone and a one-time code\n")


def _make_demo(house: House) -> None:
    with create_app(house).app_context():
        with transaction() as session:
            assembly_id = demo.seed(session, house)
        with reading() as session:
            sys.stdout.write(demo.describe(session, house, assembly_id))


def _verify_trail(house: House) -> None:
    with create_app(house).app_context(), reading() as session:
        height, digest = verify_trail(session)
    sys.stdout.write(f"audit trail holds: {height} entries, head {digest}\n")


def _check_ledgers(house: House) -> None:
    with create_app(house).app_context(), reading() as session:
        report = check_ledgers(session, house)
    sys.stdout.writelines(f"{line}\n" for line in lines_of(report))
    if report.findings:
        raise BooksDisagree("the books do not agree")


def _check_disclosed(house: House) -> None:
    with create_app(house).app_context(), reading() as session:
        report = check_books(session)
    sys.stdout.writelines(f"{line}\n" for line in lines_of_books(report))
    if report.findings:
        raise BooksDisagree("the books do not agree")


def _rotate_receipt_key(house: House) -> None:
    keys = rotate_receipt_key(house.settings.data_dir / "keys")
    sys.stdout.write(
        f"receipts will be signed by key {keys.id} once the server and its worker are restarted; "
        f"those signed by key {house.receipt_keys.id} and earlier stay valid\n"
    )


_BY_NAME: Mapping[str, Callable[[House], None]] = {
    "audit-trail": _verify_trail,
    "ledger-check": _check_ledgers,
    "book-check": _check_disclosed,
    "rotate-receipt-key": _rotate_receipt_key,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m backend.command", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("migrate", help="bring the database to this version")
    admin = commands.add_parser("admin", help="appoint an administrator by phone")
    admin.add_argument("phone")
    commands.add_parser(
        "demo", help="enter a fictional community into an empty data folder, print its logins"
    )
    commands.add_parser("audit-trail", help="verify the audit trail and print its head")
    commands.add_parser("ledger-check", help="check every ledger, print counts and disagreements")
    commands.add_parser("rotate-receipt-key", help="let a fresh key sign receipts; old ones stay valid")
    commands.add_parser("book-check", help="check the books of common income and the maintenance fund")
    commands.add_parser("openapi", help="write docs/openapi.json anew")
    drafting = commands.add_parser(
        "draft-migration", help="draft the next migration from the tables in the code"
    )
    drafting.add_argument("name", help="what it does, e.g. create_units")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
