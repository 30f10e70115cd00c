"""Two tickets that are one matter: the source is frozen and linked, and can be taken out again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from backend.complaints.rules import refusals
from backend.complaints.rules.events import Event
from backend.complaints.rules.powers import acting_as
from backend.complaints.rules.values import Kind, Party
from backend.complaints.service import cases
from backend.complaints.service.cases import Case, catch_up, get_case
from backend.complaints.service.parts import parts_of
from backend.infra.auth import Actor
from backend.infra.house import House


def merge(
    session: Session, house: House, actor: Actor, source_id: str, target_id: str, *, text: str = ""
) -> Case:
    """Merge one ticket into another and return the source.

    Raises:
        MergeRefused: the same ticket, or tickets of two communities.
        StepNotAllowed: one of them is not open.
        TicketUnknown, NotYourPart: the actor may not act on both.
    """
    source, target = _both(session, house, source_id, target_id)
    if source.row.id == target.row.id or source.row.community_id != target.row.community_id:
        raise refusals.MergeRefused("只能合并同一小区的两张不同工单；请核对工单编号")
    party, organisation = _acting(session, actor, source, Kind.MERGED)
    _acting(session, actor, target, Kind.MERGED)
    into = {"into": target.row.id, "number": target.row.number}
    out = {"from": source.row.id, "number": source.row.number, "whistles": source.standing.whistles}
    for case, kind, facts in ((source, Kind.MERGED, into), (target, Kind.ABSORBED, out)):
        event = Event(kind, house.clock(), party, actor.account_id, organisation, text.strip(), facts)
        cases.record(session, house, case, event)
    return source


def unmerge(session: Session, house: House, actor: Actor, source_id: str, *, text: str = "") -> Case:
    """Take a ticket out of the one it was merged into, back to where it stood.

    Raises:
        StepNotAllowed: it is not merged.
        TicketUnknown, NotYourPart: the actor may not.
    """
    found = get_case(session, source_id)
    target_id = found.standing.merged_into
    if target_id is None:
        raise refusals.StepNotAllowed("这张工单没有并入其他工单")
    source, target = _both(session, house, source_id, target_id)
    party, organisation = _acting(session, actor, source, Kind.UNMERGED)
    back = {"from": source.row.id, "number": source.row.number, "whistles": source.standing.whistles}
    for case, kind, facts in ((source, Kind.UNMERGED, {}), (target, Kind.RELEASED, back)):
        event = Event(kind, house.clock(), party, actor.account_id, organisation, text.strip(), facts)
        cases.record(session, house, case, event)
    catch_up(session, house, source)
    return source


def _both(session: Session, house: House, source_id: str, target_id: str) -> tuple[Case, Case]:
    """Load both, always in the same order, so that two mergers never wait for each other."""
    loaded = {one: get_case(session, one, lock=True) for one in sorted({source_id, target_id})}
    for case in loaded.values():
        catch_up(session, house, case)
    return loaded[source_id], loaded[target_id]


def _acting(session: Session, actor: Actor, case: Case, kind: Kind) -> tuple[Party, str | None]:
    parts = parts_of(session, actor, case.row, case.standing)
    party = acting_as(parts, kind)
    return party, parts[party]
