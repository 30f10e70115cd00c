"""Who holds which office in one assembly, and the public keys their own software made."""

from __future__ import annotations

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from backend import identity
from backend.assemblies.models import Assembly, CeremonyMessage, Elector, Person, RollEntry, SealedCode
from backend.assemblies.rules import CeremonyRefused, KeyRefused, NotAppointed, Office, Stage
from backend.assemblies.service import lifecycle
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.kernel.refusal import NotFound
from backend.sealing import signing
from backend.voting.errors import VotingError

PREPARING = (Stage.DRAFT, Stage.REVIEW, Stage.NOTICED)


def appoint(  # noqa: PLR0913  (who appoints whom to what)
    session: Session,
    house: House,
    assembly: Assembly,
    actor: Actor,
    *,
    office: Office,
    account_id: str,
    name: str,
) -> Person:
    """Appoint a person who holds the role of the same name in the community. For the chair.

    Raises:
        WrongStage: after READY. RoleMissing: the account does not hold the role there.
        CeremonyRefused: a trustee, when the key ceremony has begun among the others.
    """
    identity.require_role(session, actor, identity.Role.CHAIR, community_id=assembly.community_id)
    lifecycle.check_stage(session, house, assembly, *PREPARING)
    held = identity.grants_of(session, account_id)
    grant = next(
        (one for one in held if (one.role, one.community_id) == (office.value, assembly.community_id)), None
    )
    if grant is None:
        raise identity.RoleMissing("此人在本小区没有相应角色；请先由管理员授予")
    _check_ceremony_not_begun(session, assembly, office)
    person = find_person(session, assembly, account_id, office)
    if person is None:
        person = Person(
            assembly_id=assembly.id,
            office=office,
            account_id=account_id,
            index=_next(session, assembly, office),
        )
        assembly.people.append(person)
    person.name, person.organisation_id = name, grant.organisation_id
    session.flush()
    return person


def dismiss(
    session: Session, house: House, assembly: Assembly, actor: Actor, *, office: Office, index: int
) -> None:
    """Take back an appointment, as when a key was lost. For the chair.

    The credentials that a dismissed registrar made are no longer used; the trustees after a dismissed one
    move up, so that they are numbered without a gap.

    Raises:
        WrongStage: after READY. CeremonyRefused: the key ceremony has begun. NotFound: not that number.
    """
    identity.require_role(session, actor, identity.Role.CHAIR, community_id=assembly.community_id)
    lifecycle.check_stage(session, house, assembly, *PREPARING)
    _check_ceremony_not_begun(session, assembly, office)
    holding = holders(session, assembly, office)
    person = next((one for one in holding if one.index == index), None)
    if person is None:
        raise NotFound("本次会议没有这位任职人")
    assembly.people.remove(person)
    session.delete(person)
    for later in holding:
        later.index -= later.index > index
    if office is Office.REGISTRAR:
        _forget_credentials(session, assembly)
    act, subject = f"{office.value}-dismissed", f"assembly:{assembly.id}"
    record_act(session, at=house.clock(), actor=actor.account_id, act=act, subject=subject)


def _forget_credentials(session: Session, assembly: Assembly) -> None:
    own = [election.uuid for election in assembly.elections]
    session.execute(update(RollEntry).where(RollEntry.election_uuid.in_(own)).values(credential=None))
    electors = select(Elector.id).where(Elector.assembly_id == assembly.id)
    session.execute(delete(SealedCode).where(SealedCode.elector_id.in_(electors)))


def _check_ceremony_not_begun(session: Session, assembly: Assembly, office: Office) -> None:
    """Refuse to change who the trustees are once one of them has sent a message counting on the others."""
    begun = select(CeremonyMessage.id).where(CeremonyMessage.assembly_id == assembly.id).limit(1)
    if office is Office.TRUSTEE and session.scalar(begun) is not None:
        raise CeremonyRefused("密钥仪式已经开始，密钥保管人不能再变动")


def _next(session: Session, assembly: Assembly, office: Office) -> int:
    query = select(func.max(Person.index)).where(Person.assembly_id == assembly.id, Person.office == office)
    return (session.scalar(query) or 0) + 1


def holders(session: Session, assembly: Assembly, office: Office) -> list[Person]:
    """Return the holders of an office in the order of their numbers."""
    query = select(Person).where(Person.assembly_id == assembly.id, Person.office == office)
    return list(session.scalars(query.order_by(Person.index)))


def find_person(session: Session, assembly: Assembly, account_id: str, office: Office) -> Person | None:
    """Return an account's appointment to an office of the assembly."""
    query = select(Person).where(
        Person.assembly_id == assembly.id, Person.account_id == account_id, Person.office == office
    )
    return session.scalars(query).first()


def check_office(session: Session, assembly: Assembly, actor: Actor, *offices: Office) -> Person:
    """Return the actor's appointment to one of these offices.

    Raises:
        NotAppointed: the actor holds none of them in this assembly.
    """
    for office in offices:
        person = find_person(session, assembly, actor.account_id, office)
        if person is not None:
            return person
    raise NotAppointed("您未被指定在本次会议中担任此职；如应由您办理，请联系召集人")


def set_key(  # noqa: PLR0913  (two keys and their proof are one thing, sent together)
    session: Session,
    house: House,
    assembly: Assembly,
    actor: Actor,
    *,
    office: Office,
    sign_key: str,
    seal_key: str,
    proof: str,
) -> Person:
    """Publish an appointee's keys. Once published they may be sent again, not exchanged.

    `proof` is a signature of kind "role-key" by `sign_key` over assembly, role, sign_key and seal_key.

    Raises:
        NotAppointed, WrongStage, KeyRefused.
    """
    person = check_office(session, assembly, actor, office)
    lifecycle.check_stage(session, house, assembly, *PREPARING)
    document = {"assembly": assembly.id, "role": office.value, "sign_key": sign_key, "seal_key": seal_key}
    try:
        signing.parse_public(sign_key)
        signing.verify(sign_key, "role-key", document, proof)
    except VotingError as error:
        raise KeyRefused(f"密钥或其签名不成立：{error}") from error
    if person.sign_key not in (None, sign_key) or person.seal_key not in (None, seal_key):
        raise KeyRefused("此职务的密钥已经公布，不能替换；如密钥遗失，请召集人另行指定他人")
    person.sign_key, person.seal_key = sign_key, seal_key
    subject, now = f"assembly:{assembly.id}", house.clock()
    record_act(session, at=now, actor=actor.account_id, act=f"{office.value}-key", subject=subject)
    return person
