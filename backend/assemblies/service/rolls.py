"""Freezing the rolls (冻结名册): electors with pseudonyms, an election for each scope, and credentials."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import identity, registry
from backend.assemblies.models import Assembly, Election, Elector, Item, RollEntry
from backend.assemblies.rules import CredentialsRefused, DraftRefused, Office, Stage, Step, WrongStage
from backend.assemblies.service import delivery, lifecycle, people, standing
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.sealing import signing
from backend.voting.errors import VotingError
from backend.voting.law.roll import DEVELOPER, Roll, Scope, Unit, build_roll
from backend.voting.law.rulepack import load_pack
from backend.voting.protocol.credentials import check_credential, new_uuid
from backend.voting.protocol.group import BELENIOS_2048

PSEUDONYM_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
PSEUDONYM_LENGTH = 8
Lists = Mapping[str, Mapping[str, str]]
"""Election uuid to pseudonym to public credential in decimal."""


def freeze(session: Session, house: House, assembly: Assembly, actor: Actor) -> None:
    """Build the roll of every scope from the registry as it stands, once.

    Raises:
        WrongStage: not NOTICED, or frozen already. DraftRefused: a unit without area, a scope without units.
    """
    identity.require_role(session, actor, identity.Role.CHAIR, community_id=assembly.community_id)
    if assembly.elections:
        raise WrongStage(lifecycle.stage(session, house, assembly), Stage.NOTICED)
    lifecycle.take_step(session, house, assembly, Step.FREEZE, actor)
    units = registry.units_for_roll(session, house, assembly.community_id)
    rolls = _rolls(assembly, [registry.law_unit(unit) for unit in units])
    labels = {unit.id: unit.label for unit in units}
    electors = _electors(session, assembly, rolls, labels)
    for position, (scope, roll) in enumerate(rolls.items()):
        _add_election(session, assembly, position, scope, roll, electors)


def scopes(items: Sequence[Item]) -> list[str]:
    """Return the scopes of an agenda in the order they first appear; each is one election."""
    return list(dict.fromkeys(str(Scope.parse(item.scope)) for item in items))


def _rolls(assembly: Assembly, units: Sequence[Unit]) -> dict[str, Roll]:
    pack = load_pack(assembly.rule_pack)
    try:
        return {scope: build_roll(units, Scope.parse(scope), pack) for scope in scopes(assembly.items)}
    except VotingError as error:
        raise DraftRefused(str(error)) from error


def _electors(
    session: Session, assembly: Assembly, rolls: Mapping[str, Roll], labels: Mapping[str, str]
) -> dict[str, Elector]:
    units: dict[str, set[str]] = {}
    for roll in rolls.values():
        for elector in roll.electors:
            units.setdefault(elector.key, set()).update(elector.unit_ids)
    pseudonyms = _pseudonyms(len(units))
    rows = {
        key: Elector(
            assembly_id=assembly.id,
            pseudonym=pseudonym,
            key=key,
            owner_ids=[] if key == DEVELOPER else key.split("+"),
            labels=sorted(labels[unit] for unit in ids),
        )
        for pseudonym, (key, ids) in zip(pseudonyms, units.items(), strict=True)
    }
    session.add_all(rows.values())
    session.flush()
    return rows


def _pseudonyms(count: int) -> list[str]:
    """Return distinct random names that tell nothing about the unit or the order of the roll."""
    names: set[str] = set()
    while len(names) < count:
        names.add("".join(secrets.choice(PSEUDONYM_LETTERS) for _ in range(PSEUDONYM_LENGTH)))
    return list(names)


def _add_election(
    session: Session,
    assembly: Assembly,
    position: int,
    scope: str,
    roll: Roll,
    electors: Mapping[str, Elector],
) -> None:
    election = Election(
        uuid=new_uuid(),
        position=position,
        scope=scope,
        heads_total=roll.total.heads,
        area_total=roll.total.area,
    )
    assembly.elections.append(election)
    session.flush()
    rows = [
        RollEntry(election_uuid=election.uuid, elector_id=electors[one.key].id, area=one.area, casts=0)
        for one in roll.electors
    ]
    session.add_all(rows)


def registrar_roll(
    session: Session, house: House, assembly: Assembly, actor: Actor
) -> list[dict[str, object]]:
    """Return what the registrar needs to make and deliver credentials: units and masked owners."""
    people.check_office(session, assembly, actor, Office.REGISTRAR)
    areas: dict[int, dict[str, int]] = {}
    for entry in _entries(session, assembly):
        areas.setdefault(entry.elector_id, {})[entry.election_uuid] = entry.area
    query = select(Elector).where(Elector.assembly_id == assembly.id).order_by(Elector.pseudonym)
    electors = list(session.scalars(query))
    sealed = delivery.sealed_counts(session, assembly)
    names = registry.masked_names(session, house, [one for row in electors for one in row.owner_ids])
    return [
        {
            "pseudonym": row.pseudonym,
            "labels": row.labels,
            "owners": [names[one] for one in row.owner_ids],
            "area": areas[row.id],
            "sealed": sealed.get(row.id, 0),
        }
        for row in electors
    ]


def _entries(session: Session, assembly: Assembly) -> list[RollEntry]:
    query = select(RollEntry).join(Election).where(Election.assembly_id == assembly.id)
    return list(session.scalars(query))


def take_credentials(
    session: Session, house: House, assembly: Assembly, lists: Lists, signature: str, actor: Actor
) -> int:
    """Take the registrar's public credentials for every elector of every election; returns how many electors.

    It may be sent again until READY, as when a notice was lost and its code made anew.

    Raises:
        NotAppointed, WrongStage; CredentialsRefused: unsigned, incomplete, doubled, or not a group element.
    """
    registrar = people.check_office(session, assembly, actor, Office.REGISTRAR)
    lifecycle.check_stage(session, house, assembly, Stage.NOTICED)
    document = {"assembly": assembly.id, "elections": {uuid: dict(one) for uuid, one in lists.items()}}
    try:
        signing.verify(registrar.sign_key or "", "credentials", document, signature)
    except VotingError as error:
        raise CredentialsRefused("凭证管理员的签名不成立；请先公布密钥，再用它签名") from error
    if set(lists) != {one.uuid for one in assembly.elections} or not lists:
        raise CredentialsRefused("名单须包含本次会议的每一个表决，不多不少；请先冻结名册")
    for election in assembly.elections:
        _set_credentials(session, election, lists[election.uuid])
    act, subject = "credentials-received", f"assembly:{assembly.id}"
    record_act(session, at=house.clock(), actor=actor.account_id, act=act, subject=subject)
    return len({name for one in lists.values() for name in one})


def _set_credentials(session: Session, election: Election, credentials: Mapping[str, str]) -> None:
    entries = {entry.elector.pseudonym: entry for entry in standing.roll_entries(session, election)}
    if set(entries) != set(credentials):
        raise CredentialsRefused(f"表决 {election.uuid} 的名单与名册的业主不一致；请重新下载名册后再生成")
    if len(set(credentials.values())) != len(credentials):
        raise CredentialsRefused(f"表决 {election.uuid} 的名单中有两个业主的凭证相同")
    for text in credentials.values():
        _check_credential(text)
    changed = [one.elector_id for name, one in entries.items() if one.credential != credentials[name]]
    delivery.forget(session, changed)
    for entry in entries.values():
        entry.credential = None
    session.flush()
    for pseudonym, entry in entries.items():
        entry.credential = credentials[pseudonym]


def _check_credential(text: str) -> None:
    try:
        check_credential(BELENIOS_2048.parse(text, "the credential"))
    except VotingError as error:
        raise CredentialsRefused(f"名单中有不成立的凭证：{error}") from error
