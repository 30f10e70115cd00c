"""Communities, units, owners and organisations. Other capabilities import from here only."""

from __future__ import annotations

from backend.registry.rules.bodies import CommunityUnknown, OrganisationKind, OrganisationUnknown
from backend.registry.rules.units import AreaSource
from backend.registry.service.communities import (
    Body,
    CommunityView,
    developer_phones,
    get_community,
    get_organisation,
    is_developer,
    organisation_name,
)
from backend.registry.service.units import (
    RegisteredOwner,
    RegisteredUnit,
    law_unit,
    masked_names,
    owner_ids_of,
    phones_of_owners,
    units_for_roll,
)

__all__ = [
    "AreaSource",
    "Body",
    "CommunityUnknown",
    "CommunityView",
    "OrganisationKind",
    "OrganisationUnknown",
    "RegisteredOwner",
    "RegisteredUnit",
    "developer_phones",
    "get_community",
    "get_organisation",
    "is_developer",
    "law_unit",
    "masked_names",
    "organisation_name",
    "owner_ids_of",
    "phones_of_owners",
    "units_for_roll",
]
