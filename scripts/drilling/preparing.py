"""From an empty server to an assembly that is ready to open: roll, agenda, notice, codes, keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from scripts.drilling.agenda import Agenda, Item
from scripts.drilling.company import KINDS, Company
from scripts.drilling.faults import DrillFailed, Fault, InputRefused
from scripts.drilling.people import CallRefused, Person, together
from scripts.drilling.roll_sheet import RollSheet
from scripts.drilling.stage import CHINA

NOTICE_HOUR = time(9, 0, tzinfo=CHINA)
DRAFTED_BEFORE = timedelta(days=7)
KEYED = ("registrar", "trustee", "auditor", "counter")
MOST_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Door:
    """One elector as the registrar knows them: where the notice with the code is delivered."""

    pseudonym: str
    labels: tuple[str, ...]
    elections: frozenset[str]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What voting needs: every door, the election of each scope, where the notices lie, who lost theirs."""

    doors: Sequence[Door]
    elections: Mapping[str, str]
    notices: Path
    reissued: Door


def notice_instant(agenda: Agenda) -> datetime:
    """Return 09:00 of the notice day in +08:00."""
    return datetime.combine(agenda.notice_date, NOTICE_HOUR)


def found_community(company: Company, agenda: Agenda, roll: RollSheet) -> str:
    """Have the administrator enter bodies, community, developer, offices and the roll; returns its id.

    Raises InputRefused with the service's own words about the roll.
    """
    admin = company.administrator
    bodies = {seat.official.organisation: KINDS.get(seat.official, "other") for seat in company.seats}
    ids = {
        name: admin.call("POST", "/organisations", {"name": name, "kind": kind})["id"]
        for name, kind in bodies.items()
    }
    community = str(admin.call("POST", "/communities", {"name": agenda.community})["id"])
    if agenda.developer:
        developer = {"name": agenda.developer.name, "phone": agenda.developer.phone}
        admin.call("PUT", f"/communities/{community}/developer", developer)
    for seat in company.seats:
        grant = {"phone": seat.person.phone, "name": seat.person.name, "role": seat.role}
        body = ids[seat.official.organisation]
        answer = admin.call("POST", f"/communities/{community}/grants", {**grant, "organisation_id": body})
        seat.person.account = str(answer["account_id"])
    _import_roll(admin, community, roll)
    return community


def _import_roll(admin: Person, community: str, roll: RollSheet) -> None:
    for dry_run in ("true", "false"):
        path = f"/communities/{community}/roll-imports?dry_run={dry_run}"
        try:
            report = admin.call("POST", path, upload=roll.path)
        except CallRefused as refusal:
            detail = str(refusal.body.get("detail") or refusal)
            raise InputRefused([Fault(roll.path.name, detail, "correct the file")]) from None
        if report["errors"]:
            raise InputRefused(_note(roll.path.name, note) for note in report["errors"])


def _note(file: str, note: Mapping[str, Any]) -> Fault:
    problem, _, remedy = str(note["detail"]).rstrip("。").partition("。")
    return Fault(file, problem, remedy or "correct it", note["row"] or None, note["column"])


def convene(company: Company, agenda: Agenda, community: str) -> str:
    """Draft the assembly, have the community advise on it, post the notice on its day; returns its id.

    Raises InputRefused with the service's own words about the agenda.
    """
    chair = company.one("chair")
    try:
        answer = chair.call("POST", f"/communities/{community}/assemblies", draft_of(agenda))
    except CallRefused as refusal:
        raise InputRefused([Fault("ASSEMBLY.toml", str(refusal), "correct it")]) from None
    assembly = str(answer["id"])
    company.convened(assembly)
    step(chair, "review")
    company.one("community_officer").call(
        "POST", f"/assemblies/{assembly}/opinions", {"text": "已审阅，无不同意见。（演练）"}
    )
    chair.stage.clock.move(notice_instant(agenda))
    step(chair, "notice")
    return assembly


def draft_of(agenda: Agenda) -> dict[str, Any]:
    """Return the assembly as the service takes it."""
    return {
        "title": agenda.title,
        "rule_pack": agenda.pack.id,
        "notice_date": agenda.notice_date.isoformat(),
        "voting_days": agenda.voting_days,
        "max_changes": agenda.max_changes,
        "threshold": agenda.threshold,
        "items": [_item(item) for item in agenda.items],
    }


def _item(item: Item) -> dict[str, Any]:
    draft: dict[str, Any] = {"id": item.id, "title": item.title, "matter": item.matter, "scope": item.scope}
    draft |= {"text": item.text, "kind": "vote" if item.seats is None else "election"}
    if item.seats is not None:
        candidates = [
            {"id": one.id, "name": one.name, "party_member": one.party_member} for one in item.candidates
        ]
        draft |= {"seats": item.seats, "candidates": candidates}
    return draft


def step(chair: Person, name: str) -> dict[str, Any]:
    """Take the assembly one step on."""
    answer: dict[str, Any] = chair.call("POST", f"/assemblies/{chair.assembly}/steps", {"step": name})
    return answer


def make_ready(company: Company, voters_first: Sequence[str]) -> Prepared:
    """Appoint, freeze the roll, make and deliver codes, hold the key ceremony, open the boards.

    One notice is lost and its code made anew: that of the first unit in `voters_first`, so that the new code
    is put to use.
    """
    chair, registrar = company.one("chair"), company.one("registrar")
    _appoint(company)
    frozen = step(chair, "freeze")
    registrar.must("registrar", "codes")
    doors = _doors(registrar)
    notices = registrar.folder / "notices"
    printing = registrar.start("registrar", "notices", "--out", str(notices))
    lost = _lost(doors, voters_first)
    hold_ceremony(company.all("trustee"))
    if registrar.finish(printing, "registrar", "notices").status:
        raise DrillFailed("the registrar could not write the notices")
    registrar.must("registrar", "reissue", "--elector", lost.pseudonym, "--out", str(notices))
    step(chair, "ready")
    together(company.all("trustee"), lambda trustee: trustee.must("trustee", "check"))
    elections = {one["scope"]: str(one["uuid"]) for one in frozen["elections"]}
    return Prepared(doors, elections, notices, lost)


def _appoint(company: Company) -> None:
    """Appoint in the order of the agenda, which numbers the trustees; then all publish their keys."""
    chair, keyed = company.one("chair"), [seat for seat in company.seats if seat.role in KEYED]
    for seat in keyed:
        body = {"role": seat.role, "account_id": seat.person.account, "name": seat.person.name}
        chair.call("POST", f"/assemblies/{chair.assembly}/people", body)
    together(keyed, lambda seat: seat.person.must(seat.role, "join"))


def _doors(registrar: Person) -> list[Door]:
    roll = registrar.call("GET", f"/assemblies/{registrar.assembly}/registrar-roll")
    return [Door(one["pseudonym"], tuple(one["labels"]), frozenset(one["area"])) for one in roll["electors"]]


def _lost(doors: Sequence[Door], units: Sequence[str]) -> Door:
    for unit in units:
        for door in doors:
            if unit in door.labels:
                return door
    return doors[0]


def hold_ceremony(trustees: Sequence[Person]) -> None:
    """Let every trustee take a turn until all say done; each turn is one message or none."""
    for _ in range(MOST_ROUNDS):
        turns = together(trustees, lambda trustee: trustee.must("trustee", "ceremony"))
        if all(turn.get("done") for turn in turns):
            return
    raise DrillFailed("the key ceremony does not come to an end")
