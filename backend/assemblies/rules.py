"""The life cycle of one owners' assembly (业主大会会议): stages, steps and what is refused.

Source: ARCHITECTURE 3.4; law.md section 9. A stage is never stored: it follows from the steps taken,
from the clock, and from what stands on the boards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from backend.kernel.refusal import BadInput, Forbidden, NotFound, Refusal

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


class NoticeTooLate(Refusal):
    """A notice after the day it names: the lawful opening was computed from that day."""

    code = "notice-too-late"
    title = "公告日期已过"


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


class NotOnRoll(NotFound):
    """No elector by that pseudonym or unit on the roll of this election."""

    code = "not-on-roll"
    title = "名册上没有这个业主"


class PaperEntriesRefused(BadInput):
    """A counter's entry of the papers that is unsigned, incomplete or not on the agenda."""

    code = "paper-entries-refused"
    title = "纸质票录入未被接受"


class PaperEntriesDiffer(Refusal):
    """Two counters entered different choices; each difference is named."""

    code = "paper-entries-differ"
    title = "两人录入不一致"


class NotAppointed(Forbidden):
    """The person was not appointed to this office in this assembly."""

    code = "not-appointed"
    title = "未被指定担任此职"


class KeyRefused(BadInput):
    """An appointee's key that is malformed, unproven, or would replace one already relied on."""

    code = "role-key-refused"
    title = "职务密钥未被接受"


class DraftRefused(BadInput):
    """A draft that the law or the rule pack refuses; each fault is named."""

    code = "draft-refused"
    title = "会议方案不合规则"


class AttachmentRefused(BadInput):
    """A file that cannot be posted with an item."""

    code = "attachment-refused"
    title = "附件不能使用"


class AttachmentMissing(Refusal):
    """A notice whose attachments were not uploaded; each is named."""

    code = "attachment-missing"
    title = "附件尚未上传"


class AttachmentUnknown(NotFound):
    """No item of the assembly names such a file."""

    code = "attachment-unknown"
    title = "没有这个附件"


class NotReady(Refusal):
    """What still stands between the assembly and its opening; each thing is named."""

    code = "assembly-not-ready"
    title = "会议尚未就绪"


class CredentialsRefused(BadInput):
    """A registrar's list that does not fit the roll or is not signed."""

    code = "credentials-refused"
    title = "投票凭证名单未被接受"


class SealedCodeRefused(BadInput):
    """A sealed code that is unsigned, misshapen, or for a device that is no owner's of the elector."""

    code = "sealed-code-refused"
    title = "加密投票凭证未被接受"


class CeremonyRefused(BadInput):
    """A message of the key ceremony that is out of turn, unsigned or does not hold."""

    code = "ceremony-refused"
    title = "密钥仪式消息未被接受"


class DecryptionRefused(BadInput):
    """Decryption shares that do not hold."""

    code = "decryption-refused"
    title = "解密份额未被接受"


class ObjectionsOpen(Refusal):
    """A final result while owners may still object to the preliminary one."""

    code = "objections-open"
    title = "异议期尚未结束"


class CosignatureRefused(BadInput):
    """A co-signature that does not hold, or on a head that this board never had."""

    code = "cosignature-refused"
    title = "见证签名未被接受"


class VerdictRefused(BadInput):
    """A verdict that is unsigned or speaks of another record."""

    code = "verdict-refused"
    title = "审计结论未被接受"


class DecisionUnknown(NotFound):
    """No such item was ever put to the vote in this community."""

    code = "decision-unknown"
    title = "没有这个表决事项"


class DecisionNotFinal(Refusal):
    """An item whose result is not final: nothing may be done on its ground yet."""

    code = "decision-not-final"
    title = "该事项的表决结果尚未生效"


class DecisionNotPassed(Refusal):
    """An item that the owners did not pass."""

    code = "decision-not-passed"
    title = "该事项没有通过"


def scope_name(scope: str) -> str:
    """Return in words whose owners decide: "all", "building:3" or "stair:3-1"."""
    kind, _, place = scope.partition(":")
    building, _, stair = place.rpartition("-")
    named = {"all": "全体业主", "building": f"{place}号楼", "stair": f"{building}号楼{stair}单元"}
    return named.get(kind, scope)
