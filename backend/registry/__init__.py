"""Communities, units, owners and organisations. Other capabilities import from here only."""

from __future__ import annotations

from backend.registry.rules.bodies import (
    CommunityUnknown,
    NotAResident,
    OrganisationKind,
    OrganisationUnknown,
    UnitUnknown,
)
from backend.registry.rules.cells import CellRefused, text_in
from backend.registry.rules.notes import note
from backend.registry.rules.units import AreaSource
from backend.registry.service.bodies import Bodies, bodies_of, communities_served
from backend.registry.service.communities import (
    Body,
    CommunityView,
    all_communities,
    community_names,
    developer_phones,
    get_community,
    get_organisation,
    is_developer,
    organisation_name,
    organisation_names,
)
from backend.registry.service.facts import UnitFacts, get_unit, label_of, units_of
from backend.registry.service.posts import (
    Post,
    communities_with_post,
    is_staff,
    organisations_of,
    posts_in,
    require_post,
    staff_of,
    staff_phones,
)
from backend.registry.service.residents import (
    Home,
    find_building,
    find_unit,
    homes_of,
    owned_units,
    require_resident,
    resident_units,
    unit_labels,
)
from backend.registry.service.units import (
    RegisteredOwner,
    RegisteredUnit,
    law_unit,
    masked_names,
    masked_owners,
    owner_ids_of,
    phones_of_owners,
    units_for_roll,
)

__all__ = [
    "AreaSource",
    "Bodies",
    "Body",
    "CellRefused",
    "CommunityUnknown",
    "CommunityView",
    "Home",
    "NotAResident",
    "OrganisationKind",
    "OrganisationUnknown",
    "Post",
    "RegisteredOwner",
    "RegisteredUnit",
    "UnitFacts",
    "UnitUnknown",
    "all_communities",
    "bodies_of",
    "communities_served",
    "communities_with_post",
    "community_names",
    "developer_phones",
    "find_building",
    "find_unit",
    "get_community",
    "get_organisation",
    "get_unit",
    "homes_of",
    "is_developer",
    "is_staff",
    "label_of",
    "law_unit",
    "masked_names",
    "masked_owners",
    "note",
    "organisation_name",
    "organisation_names",
    "organisations_of",
    "owned_units",
    "owner_ids_of",
    "phones_of_owners",
    "posts_in",
    "require_post",
    "require_resident",
    "resident_units",
    "staff_of",
    "staff_phones",
    "text_in",
    "unit_labels",
    "units_for_roll",
    "units_of",
]
