"""What the worker tells for capabilities that lie below messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.infra.db import transaction
from backend.infra.house import current_house
from backend.infra.outbox import job
from backend.messages.rules import HOME_CONFIRMED, HOME_REFUSED
from backend.messages.service import everybody
from backend.messages.service.inbox import notify_account
from backend.registry import DECIDED, decided_home


@job(everybody.TO_OWNERS)
def tell_owners(payload: Mapping[str, Any]) -> None:
    """Tell some owners of a community what all of them are told."""
    with transaction() as session:
        everybody.tell_some(session, current_house(), payload)


@job(DECIDED)
def tell_of_home(payload: Mapping[str, Any]) -> None:
    """Tell a person what was decided on their word that a home is theirs too."""
    with transaction() as session:
        home = decided_home(session, payload["residency"])
        if home is None:
            return
        kind, words = (
            ("home-confirmed", HOME_CONFIRMED) if home.is_confirmed else ("home-refused", HOME_REFUSED)
        )
        text = words.format(community=home.community, home=home.label)
        notify_account(session, current_house(), account_id=home.account_id, kind=kind, text=text)
