"""Rule packs: the numbers and switches of the law, versioned, in TOML, with their sources.

A pack may be stricter than the Civil Code, never laxer: art. 278 is mandatory, so a pack below it is
refused when it is loaded, whoever wrote it.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from backend.voting.errors import LawError
from backend.voting.law.packtable import PackMalformed, Table

PACKS = Path(__file__).with_name("packs")
PACK_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class PackBelowLaw(LawError):
    """A rule pack that asks for less than the statute does."""

    code = "pack-below-law"


class UnknownPack(LawError):
    """A rule pack of that name is not shipped with this program."""

    code = "unknown-pack"


class UnitKind(StrEnum):
    """What an exclusive part is used for; packs say which kinds count."""

    HOME = "HOME"
    SHOP = "SHOP"
    OFFICE = "OFFICE"
    PARKING = "PARKING"
    STORAGE = "STORAGE"
    OTHER = "OTHER"


class MatterClass(StrEnum):
    """The two majorities of Civil Code art. 278."""

    ORDINARY = "ORDINARY"
    SPECIAL = "SPECIAL"


class BlankRule(StrEnum):
    """What a signed sheet with nothing marked for an item is."""

    ABSTAIN = "ABSTAIN"
    INVALID = "INVALID"


class NonReturn(StrEnum):
    """What silence is, for electors with proof of delivery."""

    NOT_PARTICIPATING = "NOT_PARTICIPATING"
    FOLLOW_MAJORITY = "FOLLOW_MAJORITY"


class RankRule(StrEnum):
    """By what qualified candidates are ranked first."""

    SUM_SHARES = "SUM_SHARES"
    HEADS_FIRST = "HEADS_FIRST"
    AREA_FIRST = "AREA_FIRST"


class Tiebreak(StrEnum):
    """What settles equal rank, in the order the pack lists."""

    AREA = "AREA"
    HEADS = "HEADS"
    LOT = "LOT"


class AlternatesRule(StrEnum):
    """The one word that may stand for a number of alternates."""

    SEATS = "SEATS"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A share that must be reached (`inclusive`, 以上) or exceeded (过半数). Civil Code art. 1259."""

    numerator: int
    denominator: int
    inclusive: bool

    def is_met(self, part: int, whole: int) -> bool:
        """Tell whether part of whole is enough; nothing out of nothing never is."""
        have, need = part * self.denominator, whole * self.numerator
        return whole > 0 and (have >= need if self.inclusive else have > need)

    def is_below(self, other: Threshold) -> bool:
        """Tell whether this asks for less than the other does; at equal shares 以上 is less than 超过."""
        mine, theirs = self.numerator * other.denominator, other.numerator * self.denominator
        return mine < theirs or (mine == theirs and self.inclusive and not other.inclusive)

    def __str__(self) -> str:
        return f"{'at least' if self.inclusive else 'more than'} {self.numerator}/{self.denominator}"


QUORUM_BY_LAW = Threshold(2, 3, inclusive=True)
APPROVAL_BY_LAW = {
    MatterClass.ORDINARY: Threshold(1, 2, inclusive=False),
    MatterClass.SPECIAL: Threshold(3, 4, inclusive=True),
}


@dataclass(frozen=True, slots=True)
class VoteRules:
    """How sheets become votes. law.md 8.2; the FOLLOW_MAJORITY clause is kept word for word."""

    blank: BlankRule
    invalid_participates: bool
    nonreturn: NonReturn
    nonreturn_clause: str


@dataclass(frozen=True, slots=True)
class ElectionRules:
    """How candidates become members. `alternates_max` None means as many as there are seats."""

    rank: RankRule
    tiebreak: tuple[Tiebreak, ...]
    alternates_max: int | None
    committee_min: int
    party_share_min: int


@dataclass(frozen=True, slots=True)
class DeadlineRules:
    """Days, all of them whole calendar days."""

    notice_days: int
    voting_days_min: int
    voting_days_max: int
    result_posting_days: int
    filing_days: int
    objection_days: int


@dataclass(frozen=True, slots=True)
class RulePack:
    """One validated pack. `sha256` (hex) is over the bytes of the file, so a manifest can pin it."""

    id: str
    version: str
    jurisdiction: str
    effective_from: date
    source_article: str
    reviewed_by: str
    sha256: str
    count_kinds: frozenset[UnitKind]
    quorum: Threshold
    ordinary: Threshold
    special: Threshold
    votes: VoteRules
    election: ElectionRules
    deadlines: DeadlineRules

    def approval(self, matter_class: MatterClass) -> Threshold:
        """Return the majority that a class of matter needs."""
        return self.ordinary if matter_class is MatterClass.ORDINARY else self.special

    def stricter_than_law(self) -> tuple[str, ...]:
        """Name the keys that ask for more than art. 278; courts may not uphold them, so show a warning."""
        pairs = (
            ("quorum", self.quorum, QUORUM_BY_LAW),
            ("approval.ordinary", self.ordinary, APPROVAL_BY_LAW[MatterClass.ORDINARY]),
            ("approval.special", self.special, APPROVAL_BY_LAW[MatterClass.SPECIAL]),
        )
        return tuple(name for name, mine, law in pairs if law.is_below(mine))


def load_pack(pack_id: str) -> RulePack:
    """Return a shipped pack. Raises UnknownPack, PackMalformed, PackBelowLaw."""
    path = PACKS.joinpath(f"{pack_id}.toml")
    if not PACK_ID.fullmatch(pack_id) or not path.is_file():
        known = ", ".join(sorted(entry.stem for entry in PACKS.glob("*.toml")))
        raise UnknownPack(f"there is no rule pack {pack_id!r}; choose one of: {known}")
    return parse_pack(path.read_bytes())


def parse_pack(raw: bytes) -> RulePack:
    """Read and validate the bytes of a pack. Raises PackMalformed, PackBelowLaw."""
    try:
        top = Table(tomllib.loads(raw.decode()))
    except ValueError as error:
        raise PackMalformed(f"rule pack: not TOML in UTF-8 ({error}); correct the file") from error
    ordinary, special = _approvals(top.table("approval"))
    pack = RulePack(
        id=top.text("id"),
        version=top.text("version"),
        jurisdiction=top.text("jurisdiction"),
        effective_from=top.day("effective_from"),
        source_article=top.text("source_article"),
        reviewed_by=top.text("reviewed_by", may_be_empty=True),
        sha256=hashlib.sha256(raw).hexdigest(),
        count_kinds=_count_kinds(top.table("roll")),
        quorum=_threshold(top.table("quorum"), QUORUM_BY_LAW),
        ordinary=ordinary,
        special=special,
        votes=_votes(top.table("votes")),
        election=_election(top.table("election")),
        deadlines=_deadlines(top.table("deadlines")),
    )
    top.close()
    return pack


def _approvals(table: Table) -> tuple[Threshold, Threshold]:
    ordinary = _threshold(table.table("ordinary"), APPROVAL_BY_LAW[MatterClass.ORDINARY])
    special = _threshold(table.table("special"), APPROVAL_BY_LAW[MatterClass.SPECIAL])
    table.close()
    return ordinary, special


def _threshold(table: Table, law: Threshold) -> Threshold:
    numerator, denominator = table.share("share")
    threshold = Threshold(numerator, denominator, table.flag("inclusive"))
    table.close()
    if numerator == denominator and not threshold.inclusive:
        raise PackMalformed(
            f"rule pack: {table.where('inclusive')}: nothing exceeds the whole; set inclusive = true"
        )
    if threshold.is_below(law):
        raise PackBelowLaw(
            f"rule pack: {table.where('share')} asks for {threshold}; Civil Code art. 278 demands"
            f" {law}; raise it to [{law.numerator}, {law.denominator}]"
            f" with inclusive = {str(law.inclusive).lower()} or more"
        )
    return threshold


def _count_kinds(table: Table) -> frozenset[UnitKind]:
    kinds = frozenset(table.words("count_kinds", UnitKind))
    table.close()
    return kinds


def _votes(table: Table) -> VoteRules:
    rules = VoteRules(
        blank=table.word("blank", BlankRule),
        invalid_participates=table.flag("invalid_participates"),
        nonreturn=table.word("nonreturn", NonReturn),
        nonreturn_clause=table.text("nonreturn_clause", may_be_empty=True),
    )
    table.close()
    if rules.nonreturn is NonReturn.FOLLOW_MAJORITY and not rules.nonreturn_clause.strip():
        raise PackBelowLaw(
            f"rule pack: {table.where('nonreturn')} = FOLLOW_MAJORITY deems silence a vote; Civil Code"
            " art. 278 counts those who take part, so only an adopted clause can do that; quote it in"
            f" {table.where('nonreturn_clause')} or set NOT_PARTICIPATING"
        )
    return rules


def _election(table: Table) -> ElectionRules:
    rules = ElectionRules(
        rank=table.word("rank", RankRule),
        tiebreak=table.words("tiebreak", Tiebreak),
        alternates_max=_alternates(table),
        committee_min=table.whole("committee_min", 3, 99),
        party_share_min=table.whole("party_share_min", 0, 100),
    )
    table.close()
    if rules.tiebreak[-1] is not Tiebreak.LOT or Tiebreak.LOT in rules.tiebreak[:-1]:
        raise PackMalformed(
            f"rule pack: {table.where('tiebreak')} must end with LOT, which alone always decides; append it"
        )
    if rules.committee_min % 2 == 0:
        raise PackMalformed(
            f"rule pack: {table.where('committee_min')} must be odd, as a committee is; add or take one"
        )
    return rules


def _alternates(table: Table) -> int | None:
    if table.holds_text("alternates_max"):
        table.word("alternates_max", AlternatesRule)
        return None
    return table.whole("alternates_max", 0, 99)


def _deadlines(table: Table) -> DeadlineRules:
    rules = DeadlineRules(
        notice_days=table.whole("notice_days", 0, 366),
        voting_days_min=table.whole("voting_days_min", 1, 366),
        voting_days_max=table.whole("voting_days_max", 1, 366),
        result_posting_days=table.whole("result_posting_days", 1, 366),
        filing_days=table.whole("filing_days", 1, 366),
        objection_days=table.whole("objection_days", 1, 366),
    )
    table.close()
    if rules.notice_days < 15:
        raise PackBelowLaw(
            f"rule pack: {table.where('notice_days')} is {rules.notice_days}; 物业管理条例 art. 14 demands"
            " notice 15 days before; set 16, or 15 for the lenient reading"
        )
    if rules.filing_days > 30:
        raise PackBelowLaw(
            f"rule pack: {table.where('filing_days')} is {rules.filing_days}; 物业管理条例 art. 16 allows"
            " 30 days; set 30 or less"
        )
    if rules.voting_days_min > rules.voting_days_max:
        raise PackMalformed(
            f"rule pack: {table.where('voting_days_min')} is above voting_days_max; exchange them"
        )
    return rules
