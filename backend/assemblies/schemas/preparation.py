"""Requests and answers of preparation: drafts, people, credentials, the key ceremony."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, validate

from backend.assemblies.rules import Office, Step
from backend.assemblies.schemas import KEY, SHORT, SIGNATURE, instant
from backend.assemblies.service.drafting import Draft, ItemDraft
from backend.infra.schema import Schema
from backend.voting.record.agenda import MATTERS, MAX_SEATS, ItemKind
from backend.voting.record.manifest import MAX_CHANGES, MAX_TRUSTEES

ITEM_ID = validate.Regexp(r"\A[A-Za-z0-9_.-]{1,64}\Z", error="应为 1 至 64 个字母、数字或 _ . -")
MOST_ITEMS = 100
MOST_VOTING_DAYS = 366


class AttachmentForm(Schema):
    """A file that is posted with an item."""

    name = fields.String(required=True, validate=SHORT)
    sha256 = fields.String(required=True, validate=KEY)


class CandidateForm(Schema):
    """One who stands for the committee."""

    id = fields.String(required=True, validate=ITEM_ID)
    name = fields.String(required=True, validate=SHORT)
    party_member = fields.Boolean(load_default=False)


class ItemForm(Schema):
    """One item of a draft."""

    id = fields.String(required=True, validate=ITEM_ID)
    title = fields.String(required=True, validate=SHORT)
    matter = fields.Integer(required=True, strict=True, validate=validate.Range(1, MATTERS))
    scope = fields.String(required=True, validate=validate.Length(min=1, max=64))
    kind = fields.String(
        load_default=ItemKind.VOTE.value, validate=validate.OneOf([kind.value for kind in ItemKind])
    )
    text = fields.String(load_default="", validate=validate.Length(max=100_000))
    attachments = fields.List(fields.Nested(AttachmentForm), load_default=list)
    seats = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(1, MAX_SEATS)
    )
    candidates = fields.List(fields.Nested(CandidateForm), load_default=list)

    @post_load
    def make(self, loaded: dict[str, Any], **_: object) -> ItemDraft:
        """Make the draft that services take."""
        return ItemDraft(**loaded)


class DraftForm(Schema):
    """An assembly as its convenor proposes it."""

    title = fields.String(required=True, validate=SHORT)
    rule_pack = fields.String(required=True, validate=validate.Length(min=1, max=64))
    notice_date = fields.Date(required=True)
    voting_days = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST_VOTING_DAYS))
    max_changes = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, MAX_CHANGES))
    threshold = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(1, MAX_TRUSTEES)
    )
    items = fields.List(
        fields.Nested(ItemForm), required=True, validate=validate.Length(min=1, max=MOST_ITEMS)
    )

    @post_load
    def make(self, loaded: dict[str, Any], **_: object) -> Draft:
        """Make the draft that services take."""
        return Draft(**loaded)


class AttachmentView(Schema):
    """A file that is posted with an item."""

    name = fields.String(required=True)
    sha256 = fields.String(required=True)


class CandidateView(Schema):
    """One who stands for the committee."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    party_member = fields.Boolean(required=True)


class ItemView(Schema):
    """One item as it was posted."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    matter = fields.Integer(required=True)
    scope = fields.String(required=True)
    kind = fields.String(required=True)
    text = fields.String(required=True)
    attachments = fields.List(fields.Nested(AttachmentView), required=True)
    seats = fields.Integer(required=True, allow_none=True)
    candidates = fields.List(fields.Nested(CandidateView), required=True)


class ElectionSummaryView(Schema):
    """One election of an assembly; `area` in 0.01 m2."""

    uuid = fields.String(required=True)
    scope = fields.String(required=True)
    items = fields.List(fields.String(), required=True)
    electors = fields.Integer(required=True)
    area = fields.Integer(required=True)


class MissingView(Schema):
    """One thing that stands between an assembly and its opening."""

    code = fields.String(required=True)
    detail = fields.String(required=True)


class WarningView(Schema):
    """One thing that may harm somebody although it is allowed."""

    code = fields.String(required=True)
    detail = fields.String(required=True)


class PersonView(Schema):
    """An appointee and the public keys of that person's software."""

    role = fields.String(required=True)
    name = fields.String(required=True)
    organisation = fields.String(required=True, allow_none=True)
    sign_key = fields.String(required=True, allow_none=True)
    seal_key = fields.String(required=True, allow_none=True)
    index = fields.Integer(required=True)


class MajorityView(Schema):
    """A share to be reached, or exceeded where it is not `inclusive`."""

    numerator = fields.Integer(required=True)
    denominator = fields.Integer(required=True)
    inclusive = fields.Boolean(required=True)


class MajoritiesView(Schema):
    """What is demanded by heads and by area: of all to take part, of those who did to agree."""

    quorum = fields.Nested(MajorityView, required=True)
    ordinary = fields.Nested(MajorityView, required=True)
    special = fields.Nested(MajorityView, required=True)


class AssemblyView(Schema):
    """An assembly as anybody may see it."""

    id = fields.String(required=True)
    community_id = fields.String(required=True)
    title = fields.String(required=True)
    stage = fields.String(required=True)
    drill = fields.Boolean(required=True)
    notice_date = fields.Date(required=True)
    voting_days = fields.Integer(required=True)
    opens_at = instant(none=True)
    closes_at = instant(none=True)
    max_changes = fields.Integer(required=True)
    threshold = fields.Integer(required=True, allow_none=True)
    rule_pack = fields.String(required=True)
    majorities = fields.Nested(MajoritiesView, required=True)
    objections_until = instant(none=True)
    items = fields.List(fields.Nested(ItemView), required=True)
    elections = fields.List(fields.Nested(ElectionSummaryView), required=True)
    missing = fields.List(fields.Nested(MissingView), required=True)
    warnings = fields.List(fields.Nested(WarningView), required=True)
    people = fields.List(fields.Nested(PersonView), required=True)


class StepForm(Schema):
    """A step to take."""

    step = fields.String(
        required=True, validate=validate.OneOf([step.value for step in Step if step is not Step.CREATE])
    )


class AppointmentForm(Schema):
    """Appoint a person to an office of this assembly."""

    role = fields.String(required=True, validate=validate.OneOf([office.value for office in Office]))
    account_id = fields.String(required=True, validate=validate.Length(min=1, max=36))
    name = fields.String(required=True, validate=SHORT)


class RoleKeyForm(Schema):
    """Publish one's keys for an office."""

    role = fields.String(required=True, validate=validate.OneOf([office.value for office in Office]))
    sign_key = fields.String(required=True, validate=KEY)
    seal_key = fields.String(required=True, validate=KEY)
    proof = fields.String(required=True, validate=SIGNATURE)


class RollElectorView(Schema):
    """An elector as the registrar needs it: where to deliver, to whom (masked), in which elections.

    `sealed` is to how many devices its code was sealed.
    """

    pseudonym = fields.String(required=True)
    labels = fields.List(fields.String(), required=True)
    owners = fields.List(fields.String(), required=True)
    area = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    sealed = fields.Integer(required=True)


class RegistrarRollView(Schema):
    """The roll for the registrar."""

    assembly = fields.String(required=True)
    electors = fields.List(fields.Nested(RollElectorView), required=True)


class CredentialsDocument(Schema):
    """Election uuid to pseudonym to public credential, in decimal."""

    assembly = fields.String(required=True)
    elections = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=fields.String(validate=validate.Length(max=700))),
        required=True,
    )


class CredentialsForm(Schema):
    """The registrar's public credentials."""

    document = fields.Nested(CredentialsDocument, required=True)
    signature = fields.String(required=True, validate=SIGNATURE)


class CredentialsView(Schema):
    """How much was received."""

    electors = fields.Integer(required=True)
    elections = fields.Integer(required=True)


class CeremonyMessageForm(Schema):
    """A trustee's message; `body` is JSON as text, in the bytes that were signed."""

    round = fields.Integer(required=True, strict=True, validate=validate.Range(1, 3))
    body = fields.String(required=True, validate=validate.Length(min=1, max=1_000_000))
    signature = fields.String(required=True, validate=SIGNATURE)


class CeremonyMessageView(Schema):
    """A message of the key ceremony."""

    round = fields.Integer(required=True)
    index = fields.Integer(required=True)
    body = fields.String(required=True)
    signature = fields.String(required=True)


class CeremonyView(Schema):
    """Where the key ceremony stands."""

    mode = fields.String(required=True)
    size = fields.Integer(required=True)
    threshold = fields.Integer(required=True, allow_none=True)
    round = fields.Integer(required=True)
    messages = fields.List(fields.Nested(CeremonyMessageView), required=True)
