"""The maintenance fund: deposits, interest, projects, accounts, opening balances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_smorest.fields import Upload
from marshmallow import fields, post_load, validate

from backend.disclosure.models import FundProject, FundStep, Paper
from backend.disclosure.rules.values import (
    Danger,
    EntryKind,
    Excluded,
    Ground,
    Purpose,
    ShareBy,
    StepKind,
)
from backend.disclosure.rules.wording import DANGERS, ENTRIES, GROUNDS, PURPOSES, RAISE_ADVICE, STEPS
from backend.disclosure.schemas.parts import (
    ID,
    REFERENCE,
    DocumentView,
    FenField,
    SumLineView,
    a_text,
    some_papers,
)
from backend.disclosure.service.accounts import FundView, Standing, UnitAccount
from backend.disclosure.service.fund import Slip
from backend.disclosure.service.projects import NewProject, NewStep
from backend.disclosure.service.summary import FundSummary
from backend.infra.schema import Moment, Schema


class SlipForm(Schema):
    """An amount by a voucher; `reference` is its number."""

    amount_fen = FenField(required=True)
    day = fields.Date(required=True)
    reference = fields.String(required=True, validate=REFERENCE)
    memo = a_text(200, least=0, load_default="")
    paper_ids = some_papers(needed=False)


def slip_of(values: dict[str, Any]) -> Slip:
    """Take the slip out of a form's values."""
    names = ("amount_fen", "day", "reference", "memo", "paper_ids")
    return Slip(**{name: values.pop(name) for name in names})


class FundDepositForm(SlipForm):
    """Enter what was paid into a unit's account."""

    unit_id = fields.String(required=True, validate=ID)
    is_first = fields.Boolean(load_default=False)

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> tuple[Slip, dict[str, Any]]:
        """Return the slip, and the rest."""
        return slip_of(values), values


class FundInterestForm(SlipForm):
    """Divide interest among all units."""

    by = fields.Enum(ShareBy, by_value=True, load_default=ShareBy.BALANCE)

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> tuple[Slip, ShareBy]:
        """Return the slip, and by what it is divided."""
        return slip_of(values), values["by"]


class FundRefundForm(SlipForm):
    """Enter what was paid back to a unit or moved elsewhere."""

    unit_id = fields.String(required=True, validate=ID)

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> tuple[Slip, str]:
        """Return the slip, and the unit."""
        return slip_of(values), values["unit_id"]


class FundUseForm(SlipForm):
    """Pay for a project; its vouchers are needed."""

    paper_ids = some_papers(needed=True)

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> Slip:
        """Return the slip."""
        return slip_of(values)


class AnswersForm(Schema):
    """What the fund must not pay for; each is answered with true or false."""

    warranty = fields.Boolean(required=True)
    utility_lines = fields.Boolean(required=True)
    liable_person = fields.Boolean(required=True)
    service_upkeep = fields.Boolean(required=True)


class FundProjectForm(Schema):
    """Open a project: `assembly_id` and `item_id` of a passed vote, or the `danger` of an emergency."""

    title = a_text(100, required=True)
    purpose = fields.Enum(Purpose, by_value=True, required=True)
    scope = a_text(64, required=True)
    budget_fen = FenField(required=True)
    excluded = fields.Nested(AnswersForm, required=True)
    assembly_id = fields.String(load_default=None, validate=ID)
    item_id = fields.String(load_default=None, validate=validate.Length(min=1, max=64))
    danger = fields.Enum(Danger, by_value=True, load_default=None)
    text = a_text(500, least=0, load_default="")
    day = fields.Date(required=True)

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> NewProject:
        """Return what was entered."""
        answers = {Excluded(name): answer for name, answer in values.pop("excluded").items()}
        named = values.pop("assembly_id"), values.pop("item_id")
        decision = named if all(named) else None
        return NewProject(answers=answers, decision=decision, **values)


class FundStepForm(Schema):
    """Take a step of the emergency procedure, or withdraw a project."""

    kind = fields.Enum(StepKind, by_value=True, required=True)
    day = fields.Date(required=True)
    text = a_text(500, least=0, load_default="")
    paper_ids = some_papers(needed=False)

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> NewStep:
        """Return what was entered."""
        return NewStep(**values)


class FundStepView(Schema):
    """A step that was taken."""

    kind = fields.Enum(StepKind, by_value=True, required=True)
    name = fields.String(required=True)
    day = fields.Date(required=True)
    text = fields.String(required=True)
    at = Moment(required=True)
    papers = fields.List(fields.Nested(DocumentView), required=True)


class FundProjectView(Schema):
    """A project of the fund. `papers_due` and `papers_late` are of an emergency whose repair is done."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    purpose = fields.Enum(Purpose, by_value=True, required=True)
    purpose_name = fields.String(required=True)
    scope = fields.String(required=True)
    budget_fen = fields.Integer(required=True)
    used_fen = fields.Integer(required=True)
    ground = fields.Enum(Ground, by_value=True, required=True)
    ground_name = fields.String(required=True)
    assembly_id = fields.String(required=True, allow_none=True)
    item_id = fields.String(required=True, allow_none=True)
    decided_on = fields.Date(required=True, allow_none=True)
    danger = fields.String(required=True)
    steps = fields.List(fields.Nested(FundStepView), required=True)
    papers_due = fields.Date(required=True, allow_none=True)
    papers_late = fields.Boolean(required=True)


class FundProjectList(Schema):
    """The projects of a community, the latest first."""

    items = fields.List(fields.Nested(FundProjectView), required=True)


class FundStandingView(Schema):
    """What some units have together; `left_permille` of their first deposits, null without any."""

    name = fields.String(required=True)
    units = fields.Integer(required=True)
    low_units = fields.Integer(required=True)
    first_fen = fields.Integer(required=True)
    balance_fen = fields.Integer(required=True)
    left_permille = fields.Integer(required=True, allow_none=True)
    is_low = fields.Boolean(required=True)


class FundWholeView(Schema):
    """The fund on a day. Buildings with fewer than ten homes are not shown alone."""

    day = fields.Date(required=True)
    whole = fields.Nested(FundStandingView, required=True)
    buildings = fields.List(fields.Nested(FundStandingView), required=True)
    advice = fields.String(required=True)


class FundSummaryView(Schema):
    """What came into the fund and went out of it over some days."""

    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    opening_fen = fields.Integer(required=True)
    closing_fen = fields.Integer(required=True)
    lines = fields.List(fields.Nested(SumLineView), required=True)


class UnitMovementView(Schema):
    """What an entry brought a unit."""

    entry_id = fields.Integer(required=True)
    day = fields.Date(required=True)
    kind = fields.Enum(EntryKind, by_value=True, required=True)
    name = fields.String(required=True)
    memo = fields.String(required=True)
    amount_fen = fields.Integer(required=True)
    balance_fen = fields.Integer(required=True)
    project_id = fields.String(required=True, allow_none=True)


class UnitAccountView(Schema):
    """A unit's account of the fund on a day; `advice` where it is low."""

    unit_id = fields.String(required=True)
    label = fields.String(required=True)
    day = fields.Date(required=True)
    first_fen = fields.Integer(required=True)
    balance_fen = fields.Integer(required=True)
    left_permille = fields.Integer(required=True, allow_none=True)
    is_low = fields.Boolean(required=True)
    advice = fields.String(required=True)
    movements = fields.List(fields.Nested(UnitMovementView), required=True)


class FundDayQuery(Schema):
    """On which day; today unless given."""

    day = fields.Date(load_default=None)


class OpeningQuery(Schema):
    """A dry run unless told otherwise."""

    dry_run = fields.Boolean(load_default=True)


class OpeningFiles(Schema):
    """The uploaded list."""

    file = Upload(required=True, metadata={"description": "XLSX, or CSV in UTF-8 or GB18030"})


class FundRowError(Schema):
    """Something wrong with a row."""

    row = fields.Integer(required=True)
    column = fields.String(required=True, allow_none=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)


class OpeningView(Schema):
    """What came of a list; counts are of rows."""

    dry_run = fields.Boolean(required=True)
    applied = fields.Boolean(required=True)
    rows = fields.Integer(required=True)
    created = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    errors = fields.List(fields.Nested(FundRowError), required=True)


def standing_view(found: Standing) -> dict[str, Any]:
    """Return a standing as it is answered."""
    names = ("name", "units", "low_units", "first_fen", "balance_fen", "is_low")
    return {"left_permille": found.permille, **{name: getattr(found, name) for name in names}}


def fund_view(found: FundView) -> dict[str, Any]:
    """Return the fund as it is answered."""
    return {
        "day": found.day,
        "whole": standing_view(found.whole),
        "buildings": [standing_view(cell) for cell in found.cells],
        "advice": RAISE_ADVICE if found.whole.low_units else "",
    }


def fund_summary_view(found: FundSummary) -> dict[str, Any]:
    """Return a summary as it is answered."""
    return {name: getattr(found, name) for name in FundSummaryView().fields}


def account_view(found: UnitAccount) -> dict[str, Any]:
    """Return a unit's account as it is answered."""
    standing = found.standing
    return {
        "unit_id": found.unit.id,
        "label": found.unit.label,
        "day": found.day,
        "first_fen": standing.first_fen,
        "balance_fen": standing.balance_fen,
        "left_permille": standing.permille,
        "is_low": standing.is_low,
        "advice": RAISE_ADVICE if standing.is_low else "",
        "movements": [
            {
                "name": ENTRIES[one.kind],
                **{
                    name: getattr(one, name)
                    for name in ("entry_id", "day", "kind", "memo", "amount_fen", "balance_fen", "project_id")
                },
            }
            for one in found.movements
        ],
    }


def project_view(
    row: FundProject, steps: Sequence[tuple[FundStep, Sequence[Paper]]], more: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a project as it is answered; `more` are what was used and how its papers stand."""
    names = ("id", "title", "scope", "budget_fen", "assembly_id", "item_id", "decided_on")
    purpose, ground = Purpose(row.purpose), Ground(row.ground)
    return {
        **{name: getattr(row, name) for name in names},
        "purpose": purpose,
        "purpose_name": PURPOSES[purpose],
        "ground": ground,
        "ground_name": GROUNDS[ground],
        "danger": DANGERS[Danger(row.danger)] if row.danger else "",
        "steps": [_step_view(step, papers) for step, papers in steps],
        **more,
    }


def _step_view(step: FundStep, papers: Sequence[Paper]) -> dict[str, Any]:
    kind = StepKind(step.kind)
    shown = {"day": step.day, "text": step.text, "at": step.at, "papers": papers}
    return {"kind": kind, "name": STEPS[kind], **shown}
