"""Communities, units, owners and organisations. Other capabilities import from here only."""

from __future__ import annotations

from backend.registry.rules.bodies import CommunityUnknown, OrganisationKind, OrganisationUnknown
from backend.registry.rules.units import AreaSource
from backend.registry.service.communities import (
    Body,
    CommunityView,
    DeveloperContact,
    communities_developed_by,
    find_developer,
    get_community,
    get_organisation,
)
from backend.registry.service.units import (
    RegisteredOwner,
    RegisteredUnit,
    masked_names,
    owners_of_phone,
    phones_of_owners,
    units_for_roll,
)

__all__ = [
    "AreaSource",
    "Body",
    "CommunityUnknown",
    "CommunityView",
    "DeveloperContact",
    "OrganisationKind",
    "OrganisationUnknown",
    "RegisteredOwner",
    "RegisteredUnit",
    "communities_developed_by",
    "find_developer",
    "get_community",
    "get_organisation",
    "masked_names",
    "owners_of_phone",
    "phones_of_owners",
    "units_for_roll",
]
