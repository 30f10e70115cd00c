"""Paper ballots (纸质选票): while the vote is open they only lock; choices are entered after the close.

Two counters enter all papers of an election, each by themselves and each signing; paper.json exists when the
two documents are equal, byte for byte (ARCHITECTURE 3.5).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.assemblies.models import Election, Elector, Paper, PaperEntry, Person, RollEntry
from backend.assemblies.rules import (
    AlreadyVoted,
    Channel,
    NotOnRoll,
    Office,
    PaperEntriesDiffer,
    PaperEntriesRefused,
    Stage,
)
from backend.assemblies.service import lifecycle, people, standing
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.kernel.refusal import NotFound
from backend.sealing import signing
from backend.voting.errors import VotingError
from backend.voting.record import paper as record
from backend.voting.record.canonical import canonical


def lock_paper(session: Session, house: House, uuid: str, elector: str, actor: Actor) -> str:
    """Record that an elector returned a paper; `elector` is a pseudonym or a unit such as 3-1-502.

    It counts as turnout and locks the elector against the phone; returns the pseudonym.

    Raises:
        WrongStage: the vote is not open. NotOnRoll: nobody by that name. AlreadyVoted: the phone was first.
    """
    election = standing.locked_election(session, uuid)
    people.check_office(session, election.assembly, actor, Office.COUNTER)
    lifecycle.check_stage(session, house, election.assembly, Stage.OPEN)
    entry = _find(session, election, elector)
    if entry.channel is not None:
        raise AlreadyVoted("该业主已经投票（手机或纸质），以先登记的为准；请勿重复登记")
    entry.channel = Channel.PAPER
    now = house.clock()
    session.add(Paper(election_uuid=uuid, elector_id=entry.elector_id, account_id=actor.account_id, at=now))
    subject = f"election:{uuid}"
    record_act(session, at=now, actor=actor.account_id, act="paper-returned", subject=subject)
    return entry.elector.pseudonym


def _find(session: Session, election: Election, elector: str) -> RollEntry:
    entry = standing.find_entry(session, election.uuid, elector, lock=True)
    if entry is None:
        entry = _find_by_unit(session, election, elector)
    if entry is None:
        raise NotOnRoll(f"本次表决的名册上没有“{elector}”；请核对楼栋-单元-房号")
    return entry


def _find_by_unit(session: Session, election: Election, label: str) -> RollEntry | None:
    entries = standing.roll_entries(session, election)
    return next((entry for entry in entries if label in entry.elector.labels), None)


def list_papers(session: Session, uuid: str, actor: Actor) -> list[Elector]:
    """Return the electors whose papers lie at the desk; counters only."""
    election = standing.get_election(session, uuid)
    people.check_office(session, election.assembly, actor, Office.COUNTER)
    return paper_electors(session, uuid)


def paper_electors(session: Session, uuid: str) -> list[Elector]:
    """Return the electors who used paper, by pseudonym."""
    query = select(Elector).join(Paper).where(Paper.election_uuid == uuid).order_by(Elector.pseudonym)
    return list(session.scalars(query))


def paper_file(session: Session, uuid: str, actor: Actor) -> bytes:
    """Return paper.json, byte for byte. For auditors, counters and trustees.

    Raises:
        NotAppointed; NotFound: two equal entries are not there yet.
    """
    election = standing.get_election(session, uuid)
    people.check_office(session, election.assembly, actor, Office.AUDITOR, Office.COUNTER, Office.TRUSTEE)
    if election.paper is None:
        raise NotFound("纸质票还没有由两人录入一致")
    return election.paper


def enter_papers(
    session: Session, house: House, uuid: str, document: Mapping[str, object], signature: str, actor: Actor
) -> bool:
    """Take one counter's entry of all papers; returns whether paper.json is now complete.

    Raises:
        WrongStage: voting is not over, or counting has begun.
        PaperEntriesRefused: unsigned, incomplete, or choices that are not on the agenda.
        PaperEntriesDiffer: the other counter entered something else; names each paper. Nothing is kept.
    """
    election = standing.locked_election(session, uuid)
    counter = people.check_office(session, election.assembly, actor, Office.COUNTER)
    lifecycle.check_stage(session, house, election.assembly, Stage.CLOSED)
    if election.paper is not None:
        raise PaperEntriesRefused("两人录入已经一致并封存，不能再改")
    entered = _checked(session, election, document)
    _check_signature(counter, document, signature)
    _keep(session, election, counter, canonical(document), signature, house)
    return _agree(session, election, entered)


def _checked(session: Session, election: Election, document: Mapping[str, object]) -> record.Paper:
    try:
        entered = record.Paper.parse(canonical({**document, "signatures": []}))
        record.check_paper(entered, standing.manifest(election), standing.roll(election))
    except VotingError as error:
        raise PaperEntriesRefused(str(error)) from error
    locked = {elector.pseudonym for elector in paper_electors(session, election.uuid)}
    named = {entry.pseudonym for entry in entered.entries}
    if named != locked:
        missing, strange = sorted(locked - named), sorted(named - locked)
        raise PaperEntriesRefused(f"登记交回的纸质票须逐张录入：缺 {missing}，多 {strange}")
    return entered


def _check_signature(counter: Person, document: Mapping[str, object], signature: str) -> None:
    try:
        signing.verify(counter.sign_key or "", "paper", document, signature)
    except VotingError as error:
        raise PaperEntriesRefused("录入人的签名不成立；请用就任时登记的密钥签名") from error


def _keep(
    session: Session, election: Election, counter: Person, document: bytes, signature: str, house: House
) -> None:
    row = session.scalars(
        select(PaperEntry).where(
            PaperEntry.election_uuid == election.uuid, PaperEntry.person_id == counter.id
        )
    ).first()
    if row is None:
        row = PaperEntry(election_uuid=election.uuid, person_id=counter.id)
        session.add(row)
    row.document, row.signature, row.at = document, signature, house.clock()
    session.flush()


def _agree(session: Session, election: Election, entered: record.Paper) -> bool:
    query = select(PaperEntry, Person).join(Person).where(PaperEntry.election_uuid == election.uuid)
    rows = [(entry, person) for entry, person in session.execute(query.order_by(Person.index))]
    if len(rows) < record.COUNTERS:
        return False
    documents = [entry.document for entry, _ in rows]
    if len(set(documents)) > 1:
        raise PaperEntriesDiffer("两人录入不一致，请共同复核原件后重新录入", errors=_differences(documents))
    signatures = tuple(
        record.PaperSignature(person.sign_key or "", entry.signature) for entry, person in rows
    )
    complete = record.Paper(entered.uuid, entered.drill, entered.entries, signatures[: record.COUNTERS])
    election.paper = complete.to_bytes()
    return True


def _differences(documents: Sequence[bytes]) -> list[dict[str, object]]:
    read = [{each["pseudonym"]: each["choices"] for each in json.loads(one)["entries"]} for one in documents]
    return [
        {"pseudonym": name, "entries": [each[name] for each in read]}
        for name in sorted(read[0])
        if any(each[name] != read[0][name] for each in read)
    ]


def settle_without_papers(house: House, election: Election) -> None:
    """Write the paper.json of an election in which nobody used paper: no entries, no signatures."""
    election.paper = record.Paper(election.uuid, house.is_drill, ()).to_bytes()
