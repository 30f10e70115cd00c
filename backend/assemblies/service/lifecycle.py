"""Where an assembly stands, and the steps by which people move it on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.assemblies.models import Assembly, AssemblyStep, Person
from backend.assemblies.rules import Office, Progress, Stage, Step, WrongStage, check_step, stage_of
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.kernel.clock import CHINA
from backend.voting.law.deadlines import end_of, objections
from backend.voting.law.rulepack import load_pack

REFUSE = "REFUSE"


def stage(session: Session, house: House, assembly: Assembly) -> Stage:
    """Tell the stage of an assembly now."""
    return stage_of(progress(session, assembly), house.clock())


def progress(session: Session, assembly: Assembly) -> Progress:
    """Gather the facts that the stage follows from."""
    auditors = select(func.count()).where(Person.assembly_id == assembly.id, Person.office == Office.AUDITOR)
    verdicts = [row.verdict for row in assembly.verdicts]
    return Progress(
        steps=frozenset(Step(row.step) for row in assembly.steps),
        opens_at=assembly.opens_at,
        closes_at=assembly.closes_at,
        tallied=assembly.result is not None,
        verdicts_wanted=session.scalar(auditors) or 0,
        verdicts_agreeing=sum(verdict != REFUSE for verdict in verdicts),
        refused=REFUSE in verdicts,
    )


def check_stage(session: Session, house: House, assembly: Assembly, *wanted: Stage) -> None:
    """Refuse an act outside the stages in which it belongs."""
    now = stage(session, house, assembly)
    if now not in wanted:
        raise WrongStage(now, *wanted)


def take_step(session: Session, house: House, assembly: Assembly, step: Step, actor: Actor) -> None:
    """Note a step, if the stage allows it; its conditions are the caller's to check before."""
    if step is not Step.CREATE:
        check_step(step, stage(session, house, assembly))
    now = house.clock()
    row = AssemblyStep(step=step, seq=len(assembly.steps), account_id=actor.account_id, at=now)
    assembly.steps.append(row)
    subject = f"assembly:{assembly.id}"
    record_act(session, at=now, actor=actor.account_id, act=f"assembly-{step.value}", subject=subject)


def objections_end(assembly: Assembly) -> datetime | None:
    """Return when objections to the preliminary result end, None before it is posted."""
    posted = [one.at for one in assembly.steps if one.step == Step.PRELIMINARY]
    if not posted:
        return None
    return end_of(objections(posted[0].astimezone(CHINA).date(), load_pack(assembly.rule_pack)))
