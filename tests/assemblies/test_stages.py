"""The stage of an assembly: it follows from the steps taken, the clock, and what stands on the boards."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.assemblies.rules import (
    BEFORE,
    Progress,
    Stage,
    Step,
    WrongStage,
    check_step,
    scope_name,
    stage_of,
)

OPENS = datetime(2026, 3, 17, 16, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=15)
SECOND = timedelta(seconds=1)
ORDER = (Step.CREATE, Step.REVIEW, Step.NOTICE, Step.FREEZE, Step.READY, Step.PRELIMINARY, Step.FINAL)


def after(*steps: Step, **facts: object) -> Progress:
    known = Progress(
        steps=frozenset(steps),
        opens_at=OPENS,
        closes_at=CLOSES,
        tallied=False,
        verdicts_wanted=2,
        verdicts_agreeing=0,
        refused=False,
    )
    return replace(known, **facts)


READY = after(*ORDER[:5])
TALLIED = replace(READY, tallied=True)


@pytest.mark.parametrize(
    ("progress", "now", "stage"),
    [
        (after(Step.CREATE), OPENS, Stage.DRAFT),
        (after(*ORDER[:2]), OPENS, Stage.REVIEW),
        (after(*ORDER[:3]), OPENS, Stage.NOTICED),
        (after(*ORDER[:4]), OPENS, Stage.NOTICED),
        (READY, OPENS - SECOND, Stage.READY),
        (READY, OPENS, Stage.OPEN),
        (READY, CLOSES - SECOND, Stage.OPEN),
        (READY, CLOSES, Stage.CLOSED),
        (TALLIED, CLOSES, Stage.TALLIED),
        (replace(TALLIED, verdicts_agreeing=1), CLOSES, Stage.TALLIED),
        (replace(TALLIED, verdicts_agreeing=2), CLOSES, Stage.AUDITED),
        (replace(TALLIED, verdicts_agreeing=1, refused=True), CLOSES, Stage.AUDIT_REFUSED),
        (replace(TALLIED, steps=frozenset(ORDER[:6])), CLOSES, Stage.PRELIMINARY),
        (replace(TALLIED, steps=frozenset(ORDER)), CLOSES, Stage.FINAL),
    ],
)
def test_each_stage_follows_from_its_facts(progress: Progress, now: datetime, stage: Stage) -> None:
    assert stage_of(progress, now) is stage


@given(st.integers(min_value=-(10**8), max_value=10**8))
def test_voting_is_open_exactly_from_the_opening_until_before_the_close(seconds: int) -> None:
    now = OPENS + timedelta(seconds=seconds)
    assert (stage_of(READY, now) is Stage.OPEN) == (OPENS <= now < CLOSES)


def test_a_ready_assembly_without_hours_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="hours"):
        stage_of(replace(READY, closes_at=None), OPENS)


@pytest.mark.parametrize("step", list(BEFORE))
@pytest.mark.parametrize("stage", list(Stage))
def test_a_step_is_taken_from_one_stage_only_and_the_refusal_names_both(step: Step, stage: Stage) -> None:
    if BEFORE[step] is stage:
        check_step(step, stage)
        return
    with pytest.raises(WrongStage, match="阶段"):
        check_step(step, stage)


@pytest.mark.parametrize(
    ("scope", "name"),
    [("all", "全体业主"), ("building:A-2", "A-2号楼"), ("stair:A-2-1", "A-2号楼1单元")],
)
def test_whose_owners_decide_has_a_name_in_chinese(scope: str, name: str) -> None:
    assert scope_name(scope) == name
