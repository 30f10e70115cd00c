"""READY (就绪): everything is there, the separations hold, and the record is fixed before anyone votes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from backend import identity, registry
from backend.assemblies.models import Assembly, Election, Person
from backend.assemblies.models import RollEntry as RollRow
from backend.assemblies.rules import Chain, Missing, NotReady, Office, Step, scope_name
from backend.assemblies.service import board, lifecycle, people, standing
from backend.assemblies.service.drafting import agenda_item
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.kernel.clock import format_instant
from backend.voting.law.roll import Scope
from backend.voting.law.rulepack import load_pack
from backend.voting.protocol.election import Election as BallotForm
from backend.voting.protocol.encoding import hex_sha256
from backend.voting.protocol.trustees import Trustees
from backend.voting.record.agenda import Item
from backend.voting.record.manifest import Manifest, NamedKey, RulePackPin
from backend.voting.record.rollfile import RollEntry, RollFile

COUNTERS = 2


def make_ready(session: Session, house: House, assembly: Assembly, actor: Actor) -> None:
    """Fix every manifest and open every board.

    Raises:
        RoleMissing, WrongStage; NotReady: names everything that is missing or must not be.
    """
    identity.require_role(session, actor, identity.Role.CHAIR, community_id=assembly.community_id)
    lacking = missing(session, house, assembly)
    if lacking:
        errors: list[dict[str, object]] = [{"code": one.code, "detail": one.detail} for one in lacking]
        raise NotReady("；".join(one.detail for one in lacking), errors=errors)
    lifecycle.take_step(session, house, assembly, Step.READY, actor)
    trustees = Trustees.parse(assembly.trustees or b"")
    for election in assembly.elections:
        _open(session, house, assembly, election, trustees)


def missing(session: Session, house: House, assembly: Assembly) -> list[Missing]:
    """Name everything that stands between a noticed assembly and READY."""
    return [
        *_missing_people(session, assembly),
        *_missing_separations(session, house, assembly),
        *_missing_material(session, assembly),
        *_missing_time(house, assembly),
    ]


def _missing_people(session: Session, assembly: Assembly) -> Iterator[Missing]:
    wanted = {Office.REGISTRAR: 1, Office.TRUSTEE: 1, Office.AUDITOR: 1, Office.COUNTER: COUNTERS}
    names = {
        Office.REGISTRAR: "凭证管理员",
        Office.TRUSTEE: "密钥保管人",
        Office.AUDITOR: "审计人",
        Office.COUNTER: "纸质票录入人",
    }
    for office, least in wanted.items():
        holders = people.holders(session, assembly, office)
        if len(holders) < least or (office is Office.REGISTRAR and len(holders) > 1):
            yield Missing(f"{office.value}-count", f"{names[office]}应有 {least} 人，现为 {len(holders)} 人")
        for person in holders:
            if person.sign_key is None:
                yield Missing(f"{office.value}-key", f"{names[office]}“{person.name}”还没有公布密钥")
    trustees = len(people.holders(session, assembly, Office.TRUSTEE))
    if assembly.threshold is not None and not 1 <= assembly.threshold <= trustees:
        yield Missing("threshold", f"开票门限 {assembly.threshold} 应在 1 与密钥保管人数 {trustees} 之间")


def _missing_separations(session: Session, house: House, assembly: Assembly) -> Iterator[Missing]:
    """Refuse what would put the secrecy or the roll into one hand (ARCHITECTURE 3.3)."""
    if not house.settings.operator:
        yield Missing(
            "operator-unknown", "服务器没有写明由哪家单位运营；请运营方设置 OPERATOR 后重启，以便核对"
        )
    for registrar in people.holders(session, assembly, Office.REGISTRAR):
        if any(_operates(session, house, body) for body in _bodies(session, assembly, registrar)):
            yield Missing("operator-is-registrar", "凭证管理员所在单位运营本服务器；两者须分开，请另行指定")
    trustees = people.holders(session, assembly, Office.TRUSTEE)
    needed = assembly.threshold or len(trustees)
    held = Counter(body for one in trustees for body in _bodies(session, assembly, one))
    for body, shares in held.items():
        if shares >= needed:
            name = registry.organisation_name(session, body)
            yield Missing("one-body-decrypts", f"“{name}”一家即可开票；请增加其他单位的密钥保管人或提高门限")
    if trustees and needed == 1 and not held:
        yield Missing("one-body-decrypts", "一人即可开票；请增加其他单位的密钥保管人或提高门限")


def _bodies(session: Session, assembly: Assembly, person: Person) -> frozenset[str]:
    """Return every organisation for which a person acts in this community, in whatever role."""
    grants = identity.grants_of(session, person.account_id)
    here = {one.organisation_id for one in grants if one.community_id in (None, assembly.community_id)}
    return frozenset(body for body in {*here, person.organisation_id} if body is not None)


def _operates(session: Session, house: House, organisation_id: str) -> bool:
    body = registry.get_organisation(session, organisation_id)
    is_named = house.settings.operator in (body.id, body.name)
    return is_named or body.kind is registry.OrganisationKind.OPERATOR


def _missing_material(session: Session, assembly: Assembly) -> Iterator[Missing]:
    if not assembly.elections:
        yield Missing("roll", "名册还没有冻结")
    for election in assembly.elections:
        if session.scalar(_without_credential(election)):
            yield Missing("credentials", f"“{scope_name(election.scope)}”的表决还没有投票凭证名单")
    if assembly.trustees is None:
        yield Missing("ceremony", "密钥仪式还没有完成")


def _without_credential(election: Election) -> Select[int]:
    return select(func.count()).where(RollRow.election_uuid == election.uuid, RollRow.credential.is_(None))


def _missing_time(house: House, assembly: Assembly) -> Iterator[Missing]:
    if assembly.opens_at is not None and house.clock() >= assembly.opens_at:
        opens = format_instant(assembly.opens_at)
        yield Missing("opening-passed", f"开始时间 {opens} 已过而会议仍未就绪；请重新公告")


def _open(session: Session, house: House, assembly: Assembly, election: Election, trustees: Trustees) -> None:
    roll = _roll(session, election)
    manifest = _manifest(session, house, assembly, election, roll)
    election.roll, election.manifest = roll.to_bytes(), manifest.to_bytes()
    form = BallotForm.create(
        uuid=election.uuid,
        name=manifest.election_name(),
        description=manifest.sha256,
        public_key=trustees.public_key,
        questions=manifest.questions(),
    )
    election.document = form.raw
    lists = {Chain.HEADS: roll.heads_list(), Chain.AREA: roll.area_list()}
    board.open_board(session, election, trustees.raw, lists, int(house.clock().timestamp()))


def _roll(session: Session, election: Election) -> RollFile:
    entries = [
        RollEntry(pseudonym=one.elector.pseudonym, credential=int(one.credential or "0"), area=one.area)
        for one in standing.roll_entries(session, election)
    ]
    return RollFile(election.uuid, tuple(entries))


def _manifest(
    session: Session, house: House, assembly: Assembly, election: Election, roll: RollFile
) -> Manifest:
    if assembly.opens_at is None or assembly.closes_at is None:
        raise LookupError("a noticed assembly has its hours")
    pack = load_pack(assembly.rule_pack)
    return Manifest(
        assembly=assembly.id,
        title=assembly.title,
        community=registry.get_community(session, assembly.community_id).name,
        scope=election.scope,
        uuid=election.uuid,
        drill=house.is_drill,
        items=_agenda(assembly, election),
        rule_pack=RulePackPin(pack.id, pack.version, pack.sha256),
        roll_sha256=roll.sha256,
        heads_sha256=hex_sha256(roll.heads_list()),
        area_sha256=hex_sha256(roll.area_list()),
        server_key=house.keys.signing_public_hex,
        auditors=_keys(session, assembly, Office.AUDITOR),
        counters=_keys(session, assembly, Office.COUNTER),
        opens_at=format_instant(assembly.opens_at),
        closes_at=format_instant(assembly.closes_at),
        max_changes=assembly.max_changes,
        threshold=assembly.threshold,
        trustees=tuple(person.name for person in people.holders(session, assembly, Office.TRUSTEE)),
    )


def _agenda(assembly: Assembly, election: Election) -> tuple[Item, ...]:
    own = [item for item in assembly.items if str(Scope.parse(item.scope)) == election.scope]
    return tuple(agenda_item(item, question) for question, item in enumerate(own))


def _keys(session: Session, assembly: Assembly, office: Office) -> tuple[NamedKey, ...]:
    holders = people.holders(session, assembly, office)
    return tuple(NamedKey(person.name, person.sign_key or "") for person in holders)
