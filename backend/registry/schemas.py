"""Requests and answers of the registry."""

from __future__ import annotations

from flask_smorest.fields import Upload
from marshmallow import fields, validate

from backend.identity import Role
from backend.infra.schema import Moment, Schema
from backend.registry.rules.bodies import Bond, Duty, OrganisationKind, Residency

_NAME = validate.Length(min=1, max=200, error="应为 1 至 200 个字")
_PHONE = validate.Length(max=20)


class OrganisationForm(Schema):
    """Enter an organisation."""

    name = fields.String(required=True, validate=_NAME)
    kind = fields.String(required=True, validate=validate.OneOf([kind.value for kind in OrganisationKind]))


class CommunityForm(Schema):
    """Enter a community."""

    name = fields.String(required=True, validate=_NAME)
    organisation_id = fields.String(load_default=None, allow_none=True)


class DeveloperForm(Schema):
    """Name a community's developer."""

    name = fields.String(required=True, validate=_NAME)
    phone = fields.String(required=True, validate=_PHONE)


class GrantForm(Schema):
    """Give a person a role."""

    phone = fields.String(required=True, validate=_PHONE)
    name = fields.String(required=True, validate=_NAME)
    role = fields.String(required=True, validate=validate.OneOf([role.value for role in Role]))
    organisation_id = fields.String(required=True)


class IdView(Schema):
    """The id of what was entered."""

    id = fields.String(required=True)


class AccountIdView(Schema):
    """The account that was given a role."""

    account_id = fields.String(required=True)


class CommunityView(Schema):
    """A community."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    organisation_id = fields.String(required=True, allow_none=True)
    developer = fields.String(required=True, allow_none=True)
    units = fields.Integer(required=True)


class DeveloperView(Schema):
    """The developer, named."""

    name = fields.String(required=True)


class ImportQuery(Schema):
    """How to import."""

    dry_run = fields.Boolean(load_default=False)


class ImportFiles(Schema):
    """The uploaded roll."""

    file = Upload(required=True, metadata={"description": "XLSX, or CSV in UTF-8 or GB18030"})


class NoteView(Schema):
    """One thing to tell about a row; row 0 is the whole file."""

    row = fields.Integer(required=True)
    column = fields.String(required=True, allow_none=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)


class ImportView(Schema):
    """What came of an import; counts are of units."""

    import_id = fields.String(required=True)
    dry_run = fields.Boolean(required=True)
    applied = fields.Boolean(required=True)
    rows = fields.Integer(required=True)
    created = fields.Integer(required=True)
    updated = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    errors = fields.List(fields.Nested(NoteView), required=True)
    warnings = fields.List(fields.Nested(NoteView), required=True)


class PageQuery(Schema):
    """Which page of a list."""

    cursor = fields.String(load_default=None)


class UnitView(Schema):
    """A unit; owners' names are masked, `area` is in dm2."""

    id = fields.String(required=True)
    label = fields.String(required=True)
    building = fields.String(required=True)
    stair = fields.String(required=True)
    room = fields.String(required=True)
    use = fields.String(required=True, attribute="kind")
    area = fields.Integer(required=True, allow_none=True)
    area_source = fields.String(required=True, allow_none=True)
    status = fields.String(required=True)
    owners = fields.Pluck("OwnerView", "name_masked", many=True, required=True)


class OwnerView(Schema):
    """An owner, masked."""

    name_masked = fields.String(required=True)


class UnitPageView(Schema):
    """A page of units."""

    items = fields.List(fields.Nested(UnitView), required=True)
    next = fields.String(required=True, allow_none=True)


class BodyForm(Schema):
    """Enter who serves a community."""

    duty = fields.String(required=True, validate=validate.OneOf([duty.value for duty in Duty]))
    organisation_id = fields.String(required=True)
    department = fields.String(
        load_default="", validate=validate.Regexp(r"\A[a-z-]{0,40}\Z", error="应为小写字母和连字符")
    )


class EndBodyQuery(Schema):
    """Whose service ends."""

    duty = fields.String(required=True, validate=validate.OneOf([duty.value for duty in Duty]))
    department = fields.String(load_default="")


class BodyView(Schema):
    """A body that serves a community."""

    organisation_id = fields.String(required=True)
    name = fields.String(required=True)
    duty = fields.String(required=True)
    department = fields.String(required=True)


class BodiesView(Schema):
    """Who serves a community."""

    items = fields.List(fields.Nested(BodyView), required=True)


class StaffForm(Schema):
    """Give a person a role in every community that an organisation serves."""

    phone = fields.String(required=True, validate=_PHONE)
    name = fields.String(required=True, validate=_NAME)
    role = fields.String(required=True, validate=validate.OneOf([role.value for role in Role]))


class AppointmentView(Schema):
    """A standing appointment; without a community it holds wherever the organisation serves."""

    id = fields.String(required=True)
    account_id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    phone_masked = fields.String(required=True)
    role = fields.String(required=True)
    community_id = fields.String(required=True, allow_none=True)
    organisation_id = fields.String(required=True, allow_none=True)
    granted_at = Moment(required=True)


class AppointmentsView(Schema):
    """Who is appointed."""

    items = fields.List(fields.Nested(AppointmentView), required=True)


class ResidencyForm(Schema):
    """Say that a home is one's own too."""

    building = fields.String(required=True, validate=validate.Length(min=1, max=40))
    stair = fields.String(load_default="", validate=validate.Length(max=40))
    room = fields.String(required=True, validate=validate.Length(min=1, max=40))
    bond = fields.String(required=True, validate=validate.OneOf([bond.value for bond in Bond]))
    note = fields.String(load_default="", validate=validate.Length(max=500))


class ResidencyQuery(PageQuery):
    """Which words: those that wait for an answer, or those that were confirmed."""

    _STATES = (Residency.ASKED.value, Residency.CONFIRMED.value)
    state = fields.String(load_default=Residency.ASKED.value, validate=validate.OneOf(_STATES))


class ResidencyView(Schema):
    """An application; the phone is in clear only while it waits for an answer."""

    id = fields.String(required=True)
    unit_id = fields.String(required=True)
    label = fields.String(required=True)
    account_id = fields.String(required=True)
    phone = fields.String(required=True)
    bond = fields.String(required=True)
    note = fields.String(required=True)
    state = fields.String(required=True)
    asked_at = Moment(required=True)
    decided_at = Moment(required=True, allow_none=True)


class ResidenciesView(Schema):
    """A page of applications."""

    items = fields.List(fields.Nested(ResidencyView), required=True)
    next = fields.String(required=True, allow_none=True)


class DecisionForm(Schema):
    """Confirm or refuse."""

    confirm = fields.Boolean(required=True)


class HomeView(Schema):
    """A unit to which the caller belongs or asked to."""

    community_id = fields.String(required=True)
    community = fields.String(required=True)
    unit_id = fields.String(required=True)
    label = fields.String(required=True)
    building = fields.String(required=True)
    stair = fields.String(required=True)
    room = fields.String(required=True)
    bond = fields.String(required=True)
    state = fields.String(required=True)
    residency_id = fields.String(required=True, allow_none=True)


class OwnPostView(Schema):
    """A role that the caller holds in a community."""

    role = fields.String(required=True)
    community_id = fields.String(required=True)
    community = fields.String(required=True)


class OwnPostsView(Schema):
    """The caller's posts."""

    items = fields.List(fields.Nested(OwnPostView), required=True)


class CommunityQuery(Schema):
    """Part of a community's name."""

    name = fields.String(required=True, validate=validate.Length(min=2, max=60))


class CommunityFoundView(Schema):
    """A community by its name."""

    id = fields.String(required=True)
    name = fields.String(required=True)


class CommunitiesFoundView(Schema):
    """Communities whose names fit, in their order."""

    items = fields.List(fields.Nested(CommunityFoundView), required=True)


class HomesView(Schema):
    """The caller's homes."""

    items = fields.List(fields.Nested(HomeView), required=True)
