"""The steps (办理步骤) by which people move an assembly on, each with who may take it and its conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from backend import identity
from backend.assemblies.models import Assembly
from backend.assemblies.rules import NoticeTooLate, Step
from backend.assemblies.service import attachments, auditing, lifecycle, readiness, rolls, telling
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.kernel.clock import CHINA

Act = Callable[[Session, House, Assembly, Actor], None]


def take(session: Session, house: House, assembly: Assembly, step: Step, actor: Actor) -> None:
    """Take a step. For the chair.

    Raises:
        RoleMissing, WrongStage, and what the step itself refuses.
    """
    _ACTS[step](session, house, assembly, actor)
    telling.tell_of_step(session, house, assembly, step)


def send_for_review(session: Session, house: House, assembly: Assembly, actor: Actor) -> None:
    """Put a draft before the community for its advice; from here on its items are fixed."""
    identity.require_role(session, actor, identity.Role.CHAIR, community_id=assembly.community_id)
    lifecycle.take_step(session, house, assembly, Step.REVIEW, actor)


def give_notice(session: Session, house: House, assembly: Assembly, actor: Actor) -> None:
    """Post the notice (公告).

    Raises:
        NoticeTooLate: the day the notice names is past, so that the opening would come too early.
        AttachmentMissing: a file that an item names was not uploaded.
    """
    identity.require_role(session, actor, identity.Role.CHAIR, community_id=assembly.community_id)
    today = house.clock().astimezone(CHINA).date()
    if today > assembly.notice_date:
        raise NoticeTooLate(
            f"公告日期定为 {assembly.notice_date}，今天已是 {today}，公告期将不足；请以新的公告日期重新起草"
        )
    attachments.check_uploaded(session, assembly)
    lifecycle.take_step(session, house, assembly, Step.NOTICE, actor)


_ACTS: Mapping[Step, Act] = {
    Step.REVIEW: send_for_review,
    Step.NOTICE: give_notice,
    Step.FREEZE: rolls.freeze,
    Step.READY: readiness.make_ready,
    Step.PRELIMINARY: auditing.publish_preliminary,
    Step.FINAL: auditing.publish_final,
}
