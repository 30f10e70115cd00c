"""The life cycle of one owners' assembly (业主大会会议): stages, steps and what is refused.

Source: ARCHITECTURE 3.4; law.md section 9. A stage is never stored: it follows from the steps taken,
from the clock, and from what stands on the boards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from backend.kernel.refusal import BadInput, Forbidden, Refusal

ABSTENTION_ANSWERS = ("for", "against", "abstain")
"""The three answers of a vote, in the order of its ballot question (赞成, 反对, 弃权)."""


class Stage(StrEnum):
    """Where an assembly stands."""

    DRAFT = "DRAFT"
    REVIEW = "REVIEW"
    NOTICED = "NOTICED"
    READY = "READY"
    OPEN = "OPEN"
    CLOSED = "CLOSED"
    TALLIED = "TALLIED"
    AUDITED = "AUDITED"
    AUDIT_REFUSED = "AUDIT_REFUSED"
    PRELIMINARY = "PRELIMINARY"
    FINAL = "FINAL"


class Step(StrEnum):
    """An act by which a person moves an assembly on."""

    CREATE = "create"
    REVIEW = "review"
    NOTICE = "notice"
    FREEZE = "freeze"
    READY = "ready"
    PRELIMINARY = "preliminary"
    FINAL = "final"


class Office(StrEnum):
    """What a person is appointed to in one assembly; identity's role of the same name is needed for it."""

    REGISTRAR = "registrar"
    TRUSTEE = "trustee"
    AUDITOR = "auditor"
    COUNTER = "counter"


class Chain(StrEnum):
    """The two chains of one board: one weighs every elector 1, the other by floor area."""

    HEADS = "heads"
    AREA = "area"


class Channel(StrEnum):
    """How an elector voted in one election; whichever is recorded first stands."""

    ELECTRONIC = "e"
    PAPER = "paper"


BEFORE: Mapping[Step, Stage] = {
    Step.REVIEW: Stage.DRAFT,
    Step.NOTICE: Stage.REVIEW,
    Step.FREEZE: Stage.NOTICED,
    Step.READY: Stage.NOTICED,
    Step.PRELIMINARY: Stage.AUDITED,
    Step.FINAL: Stage.PRELIMINARY,
}
"""The one stage from which each step may be taken."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The facts a stage follows from."""

    steps: frozenset[Step]
    opens_at: datetime | None
    closes_at: datetime | None
    tallied: bool
    verdicts_wanted: int
    verdicts_agreeing: int
    refused: bool


def stage_of(progress: Progress, now: datetime) -> Stage:
    """Tell the stage at the instant `now`; opening and closing are decided by comparison alone."""
    if Step.FINAL in progress.steps:
        return Stage.FINAL
    if Step.PRELIMINARY in progress.steps:
        return Stage.PRELIMINARY
    if progress.tallied:
        return _stage_of_audit(progress)
    if Step.READY in progress.steps:
        return _stage_of_voting(progress, now)
    if Step.NOTICE in progress.steps:
        return Stage.NOTICED
    return Stage.REVIEW if Step.REVIEW in progress.steps else Stage.DRAFT


def _stage_of_audit(progress: Progress) -> Stage:
    if progress.refused:
        return Stage.AUDIT_REFUSED
    if progress.verdicts_agreeing == progress.verdicts_wanted:
        return Stage.AUDITED
    return Stage.TALLIED


def _stage_of_voting(progress: Progress, now: datetime) -> Stage:
    if progress.opens_at is None or progress.closes_at is None:
        raise ValueError("a ready assembly has its hours")
    if now < progress.opens_at:
        return Stage.READY
    return Stage.OPEN if now < progress.closes_at else Stage.CLOSED


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that stands between an assembly and READY."""

    code: str
    detail: str


def check_step(step: Step, stage: Stage) -> None:
    """Refuse a step that the stage does not allow."""
    if BEFORE[step] is not stage:
        raise WrongStage(stage, BEFORE[step])


STAGE_NAMES: Mapping[Stage, str] = {
    Stage.DRAFT: "起草",
    Stage.REVIEW: "征求意见",
    Stage.NOTICED: "公告",
    Stage.READY: "就绪待开",
    Stage.OPEN: "投票中",
    Stage.CLOSED: "已截止",
    Stage.TALLIED: "已计票",
    Stage.AUDITED: "审计通过",
    Stage.AUDIT_REFUSED: "审计拒签",
    Stage.PRELIMINARY: "初步结果公示",
    Stage.FINAL: "最终结果",
}


class WrongStage(Refusal):
    """A step or an act out of turn."""

    code = "wrong-stage"
    title = "现在不是办理此事的阶段"

    def __init__(self, stage: Stage, *wanted: Stage) -> None:
        names = "、".join(STAGE_NAMES[one] for one in wanted)
        super().__init__(f"本次会议现处“{STAGE_NAMES[stage]}”阶段；此事只能在“{names}”阶段办理")


class VotingNotOpen(Refusal):
    """A ballot before the opening instant of the manifest."""

    code = "voting-not-open"
    title = "投票尚未开始"


class VotingClosed(Refusal):
    """A ballot at or after the closing instant of the manifest."""

    code = "voting-closed"
    title = "投票已经截止"


class NotYourEntry(Forbidden):
    """The person does not stand for this elector in this election."""

    code = "not-your-entry"
    title = "不能为该业主投票"


class AlreadyVoted(Refusal):
    """The elector's one lock is taken: by the other channel, or by all the changes allowed."""

    code = "already-voted"
    title = "该业主已经投票"


class CredentialMismatch(Forbidden):
    """A ballot that is signed by another elector's credential."""

    code = "credential-mismatch"
    title = "投票凭证不符"


class BallotRefused(BadInput):
    """A ballot that the verifier refuses; the detail names the rule."""

    code = "ballot-refused"
    title = "选票未通过核验"


class DeviceSignatureRefused(BadInput):
    """The owner's own act is missing: the device did not sign this ballot."""

    code = "device-signature"
    title = "设备签名不成立"
