"""Organisations and communities: their kinds, and why the registry refuses."""

from __future__ import annotations

from enum import StrEnum

from backend.kernel.refusal import BadInput, NotFound


class OrganisationKind(StrEnum):
    """What kind of body holds a role."""

    DEVELOPER = "developer"
    FIRM = "firm"
    COMMITTEE = "committee"
    COMMUNITY_PARTY = "community_party"
    RESIDENTS_COMMITTEE = "residents_committee"
    STREET = "street"
    OPERATOR = "operator"
    OTHER = "other"


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
