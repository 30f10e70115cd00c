"""Projects with what was done about them, and whether completion papers were posted in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backend.disclosure.models import FundProject, FundStep, Paper
from backend.disclosure.rules.limits import LimitName
from backend.disclosure.rules.values import StepKind
from backend.disclosure.service.due import find_due, limits_of
from backend.disclosure.service.keeper import Looker
from backend.disclosure.service.papers import papers_of_steps
from backend.disclosure.service.projects import projects_of, steps_of, used_fen
from backend.kernel.clock import CHINA


@dataclass(frozen=True, slots=True)
class ProjectShown:
    """A project, its steps with their documents, what was paid, and how its completion papers stand."""

    row: FundProject
    steps: Sequence[tuple[FundStep, Sequence[Paper]]]
    used_fen: int
    papers_due: date | None
    papers_late: bool


def shown_projects(looker: Looker) -> list[ProjectShown]:
    """Return the projects of a community, the latest first."""
    rows = projects_of(looker.session, looker.community_id)
    steps = steps_of(looker.session, [row.id for row in rows])
    papers = papers_of_steps(looker.session, [step.id for some in steps.values() for step in some])
    return [
        _shown(looker, row, [(step, papers.get(step.id, ())) for step in steps.get(row.id, ())])
        for row in rows
    ]


def _shown(
    looker: Looker, row: FundProject, steps: Sequence[tuple[FundStep, Sequence[Paper]]]
) -> ProjectShown:
    taken = {StepKind(step.kind): step for step, _ in steps}
    repaired, posted = taken.get(StepKind.REPAIR), taken.get(StepKind.PAPERS)
    limit = limits_of(looker.session, looker.community_id)[LimitName.PAPERS]
    due = find_due(looker.session, limit, repaired.day) if repaired else None
    on = posted.at.astimezone(CHINA).date() if posted else looker.today
    return ProjectShown(row, steps, used_fen(looker.session, row.id), due, due is not None and on > due)
