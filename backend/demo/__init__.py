"""A community that does not exist, for trying the system out: `scripts/run --demo`.

Everything is entered through the services that serve everybody else, in one transaction: the folder holds
the whole demo or nothing of it. The assembly stands NOTICED with its roll frozen and its people appointed,
so that what follows (keys, credentials, the key ceremony, READY) is done with the tools. Tickets of the last
two months stand in every state. Four quarters of common income are published; the fund paid a repair.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.assemblies.service import standing
from backend.demo.assembly import prepare_assembly
from backend.demo.complaints import enter_tickets
from backend.demo.disclosure import enter_books
from backend.demo.fees import enter_fees
from backend.demo.people import (
    ADMINISTRATOR,
    COMMUNITY,
    DEVELOPER,
    OFFICIALS,
    ORGANISATIONS,
    SERVING,
    STAFF,
    acting,
    owner_name,
    owner_phone,
)
from backend.demo.roll import roll
from backend.identity import Account, Role, ensure_account, grant_role
from backend.infra.audit import AuditEntry, record_act
from backend.infra.auth import Actor
from backend.infra.config import Settings, SettingsError
from backend.infra.house import House
from backend.infra.outbox import OutboxRow
from backend.kernel.clock import CHINA, format_instant
from backend.messages.service import everybody
from backend.messages.service.deliveries import DELIVERY
from backend.messages.service.everybody import TO_OWNERS
from backend.registry.service import bodies, communities, imports, posts

SEEDED = "demo-seeded"
PEOPLE = (*OFFICIALS, *STAFF)


def check_may_seed(settings: Settings) -> None:
    """Refuse where people could take the demo for the real thing.

    Raises:
        SettingsError: the server is told to run in production.
    """
    if settings.mode != "development":
        raise SettingsError(f"the demo is for MODE=development only, and this is MODE={settings.mode}")


def seed(session: Session, house: House) -> str:
    """Enter the whole demo unless it was entered before, and return the id of its assembly.

    Raises:
        SettingsError: the database holds something else, which a demo must not be mixed with.
    """
    done = session.scalar(sa.select(AuditEntry.subject).where(AuditEntry.act == SEEDED))
    if done is not None:
        return done.removeprefix("assembly:")
    if session.scalar(sa.select(Account.id).limit(1)) is not None:
        raise SettingsError(
            f"{house.settings.data_dir} holds data that is not the demo's; name an empty folder in DATA_DIR"
        )
    chair, community = _found(session, house)
    enter_tickets(session, house, community)
    today = house.clock().astimezone(CHINA).date()
    enter_books(session, house, community, today)
    enter_fees(session, house, community, today)
    _tell_of_the_past(session, house)
    assembly = prepare_assembly(session, house, community, chair)
    record_act(session, at=house.clock(), actor="system", act=SEEDED, subject=f"assembly:{assembly}")
    return assembly


def describe(session: Session, house: House, assembly_id: str) -> str:
    """Return what a newcomer needs: who can sign in, how, and where to look."""
    assembly = standing.get_assembly(session, assembly_id)
    url, opens = house.settings.public_url, assembly.opens_at
    sms = house.settings.data_dir / "outbox" / "sms.jsonl"
    rows = [("administrator", ADMINISTRATOR, "演示管理员", "")]
    rows += [
        (one.role.value, one.phone, one.name, ORGANISATIONS[one.body][0]) for one in (*OFFICIALS, *STAFF)
    ]
    rows += [
        ("developer", DEVELOPER[1], DEVELOPER[0], ""),
        ("owner", owner_phone(1), owner_name(1), "1-1-101"),
    ]
    return "\n".join(
        (
            "",
            f"Demo community {COMMUNITY}; nothing in it is real. Sign in by phone and one-time code:",
            "",
            *(f"  {role:<20}{phone:<13}{name}  {body}".rstrip() for role, phone, name, body in rows),
            "",
            f'  ask for a code:  POST {url}/api/v1/sign-in/codes  {{"phone": "{OFFICIALS[0].phone}"}}',
            f"  read the code:   here on the console, or in {sms}",
            "",
            f"  app     {url}/app/",
            f"  API     {url}/api/docs",
            f"  board   {url}/api/v1/communities/{assembly.community_id}/board/tickets",
            f"  Open311 {url}/open311/v2/requests.json",
            f"  health  {url}/healthz",
            f"  assembly, {assembly.title}; voting opens {opens and format_instant(opens)}:",
            f"          {url}/api/v1/assemblies/{assembly_id}  (`missing` says what comes next)",
            "",
            "  next, for each role by its tool, in a folder of its own; for the registrar:",
            f"    scripts/registrar sign-in --folder FOLDER --server {url} --assembly {assembly_id} \\",
            f"      --phone {OFFICIALS[2].phone} --otp-file {sms}",
            "    scripts/registrar join --folder FOLDER",
            "",
            "",
        )
    )


def _found(session: Session, house: House) -> tuple[Actor, str]:
    """Enter organisations, community, people and roll; return the chair and the community's id."""
    admin = _administrator(session, house)
    made = {
        key: communities.create_organisation(session, house, admin, name=name, kind=kind.value)
        for key, (name, kind) in ORGANISATIONS.items()
    }
    community = communities.create_community(
        session, house, admin, name=COMMUNITY, organisation_id=made["committee"]
    )
    name, phone = DEVELOPER
    communities.set_developer(session, house, admin, community, name=name, phone=phone)
    for one in OFFICIALS:
        named = {"phone": one.phone, "name": one.name, "role": one.role.value}
        communities.appoint(session, house, admin, community, **named, organisation_id=made[one.body])
    _serve(session, house, admin, community, made)
    chair = acting(session, house, OFFICIALS[0].phone)
    upload = imports.read_roll(roll())
    report = imports.import_roll(session, house, chair, community, upload, dry_run=False)
    if not report.applied:
        raise ValueError(f"the demo's own roll is refused: {report.errors}")
    return chair, community


def _tell_of_the_past(session: Session, house: House) -> None:
    """Put what has long happened into the inboxes as of then; nobody is written to about it."""
    waiting = sa.select(OutboxRow).where(OutboxRow.kind == TO_OWNERS, OutboxRow.done_at.is_(None))
    while rows := session.scalars(waiting).all():
        for row in rows:
            everybody.tell_some(session, _at(house, row.due_at), json.loads(row.payload))
            row.done_at = house.clock()
        session.flush()
    told = sa.update(OutboxRow).where(OutboxRow.kind == DELIVERY)
    session.execute(told.values(done_at=house.clock()))


def _at(house: House, moment: datetime) -> House:
    return replace(house, clock=lambda: moment)


def _administrator(session: Session, house: House) -> Actor:
    account = ensure_account(session, house, phone=ADMINISTRATOR, name="演示管理员")
    grant_role(
        session,
        house,
        granted_by="system",
        account_id=account.id,
        role=Role.ADMINISTRATOR,
        community_id=None,
        organisation_id=None,
    )
    return acting(session, house, ADMINISTRATOR)


def _serve(session: Session, house: House, admin: Actor, community: str, made: dict[str, str]) -> None:
    """Enter who serves the community, and their people."""
    for key, duty, department in SERVING:
        service = {"duty": duty, "department": department, "organisation_id": made[key]}
        bodies.set_body(session, house, admin, community, **service)
    for one in STAFF:
        named = {"phone": one.phone, "name": one.name, "role": one.role.value}
        posts.appoint_for(session, house, admin, made[one.body], **named)
