"""Organisations and communities: their kinds, and why the registry refuses."""

from __future__ import annotations

from enum import StrEnum

from backend.kernel.refusal import BadInput, Forbidden, NotFound, Refusal


class OrganisationKind(StrEnum):
    """What kind of body holds a role."""

    DEVELOPER = "developer"
    FIRM = "firm"
    COMMITTEE = "committee"
    COMMUNITY_PARTY = "community_party"
    RESIDENTS_COMMITTEE = "residents_committee"
    STREET = "street"
    DEPARTMENT = "department"
    OPERATOR = "operator"
    OTHER = "other"


class Duty(StrEnum):
    """For what a body serves a community."""

    FIRM = "firm"
    COMMUNITY = "community"
    STREET = "street"
    DEPARTMENT = "department"


KINDS_FOR = {
    Duty.FIRM: frozenset({OrganisationKind.FIRM}),
    Duty.COMMUNITY: frozenset({OrganisationKind.COMMUNITY_PARTY, OrganisationKind.RESIDENTS_COMMITTEE}),
    Duty.STREET: frozenset({OrganisationKind.STREET}),
    Duty.DEPARTMENT: frozenset({OrganisationKind.DEPARTMENT}),
}


class DutyRefused(BadInput):
    """An organisation of another kind than the duty asks for, or a department without its code."""

    code = "duty-refused"
    title = "服务单位设置有误"


class BodyUnknown(NotFound):
    """Nobody serves the community with this duty now."""

    code = "body-unknown"
    title = "没有承担这项职责的单位"


class Bond(StrEnum):
    """How a resident who is no owner belongs to a home."""

    FAMILY = "family"
    TENANT = "tenant"
    OTHER = "other"


class Residency(StrEnum):
    """What became of a person's word that a home is theirs too."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    ENDED = "ended"


class NotAResident(Forbidden):
    """The person is bound to no home in this community."""

    code = "not-a-resident"
    title = "您尚未绑定本小区的房屋"


class ResidencyUnknown(NotFound):
    """No such application, or not one of a community in which this person decides."""

    code = "residency-unknown"
    title = "没有这项住户申请"


class ResidencyRefused(Refusal):
    """An application that cannot be made now."""

    code = "residency-refused"
    title = "暂不能提交住户申请"


class ResidencyAskedTooOften(Refusal):
    """Somebody whose word was refused asks again and again, or lets too much wait at once."""

    code = "residency-asked-too-often"
    status = 429
    title = "住户申请过于频繁"


class OwnResidencyRefused(Forbidden):
    """Somebody would decide on their own application."""

    code = "own-residency-refused"
    title = "不能审核自己的住户申请"


class UnitUnknown(NotFound):
    """The register knows no such unit in the community."""

    code = "unit-unknown"
    title = "名册中没有这套房屋"


class CommunityUnknown(NotFound):
    """No community has this id."""

    code = "community-unknown"
    title = "没有这个小区"


class OrganisationUnknown(BadInput):
    """No organisation has this id."""

    code = "organisation-unknown"
    title = "没有这个组织"


class RoleNotGrantable(BadInput):
    """A role that is not given for a community, such as the administrator's."""

    code = "role-not-grantable"
    title = "不能在小区内授予这个角色"


class ImportUnknown(NotFound):
    """No import has this id."""

    code = "roll-import-unknown"
    title = "没有这次名册导入"


class ReportAbsent(NotFound):
    """An import that found nothing to correct, or whose file is no longer kept."""

    code = "roll-report-absent"
    title = "这次导入没有可下载的结果文件"


class CursorUnreadable(BadInput):
    """A cursor that this list did not hand out."""

    code = "cursor-unreadable"
    title = "翻页标记无效"
