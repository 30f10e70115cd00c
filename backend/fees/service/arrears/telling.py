"""Who is told of a step, and in which words. Nobody but those whose case it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from backend.fees.models import ArrearsCase
from backend.fees.rules.arrears.events import Event
from backend.fees.rules.arrears.values import Closing, Kind, Side
from backend.fees.rules.arrears.wording import CLOSING_NAMES, SUBJECT, TO_COMMUNITY, TO_FIRM, TO_OWNER
from backend.fees.rules.receipt_wording import day_in_words
from backend.fees.service.clerk import KEEPERS, Clerk
from backend.fees.service.handovers import handovers_of
from backend.identity import Role
from backend.kernel.money import format_fen
from backend.messages import notify
from backend.registry import (
    bodies_of,
    get_unit,
    organisation_name,
    owners_of_units,
    phones_of_owners,
    staff_phones,
)

QUIETLY = frozenset({Kind.CLOSED, Kind.RECEIVED, Kind.REPLIED, Kind.ANSWERED})
"""What the inbox alone may carry where WeChat cannot."""


def tell(clerk: Clerk, row: ArrearsCase, event: Event) -> int:
    """Tell everybody whom an event concerns but the one who acted; return how many owners' phones were told.

    A former holder is not in the registry any more, and is told on paper alone.
    """
    words = _words(clerk, row, event)
    if event.side is not Side.FIRM and event.kind in TO_FIRM:
        _send(clerk, event, _phones_of_firm(clerk, row), TO_FIRM[event.kind].format_map(words))
    if event.kind in TO_COMMUNITY:
        _send(clerk, event, _phones_of_community(clerk, row), TO_COMMUNITY[event.kind].format_map(words))
    if event.side is Side.OWNER or event.kind not in TO_OWNER:
        return 0
    phones = _phones_of_owners(clerk, row)
    return _send(clerk, event, phones, TO_OWNER[event.kind].format_map(words), link=f"id={row.id}")


def _send(clerk: Clerk, event: Event, phones: list[str], text: str, link: str = "") -> int:
    kind = f"arrears-{event.kind.value.replace('_', '-')}"
    return sum(
        notify(
            clerk.session,
            clerk.house,
            phone=phone,
            kind=kind,
            text=text,
            subject=SUBJECT,
            link=link,
            important=event.kind not in QUIETLY,
        )
        for phone in dict.fromkeys(phones)
    )


def _phones_of_owners(clerk: Clerk, row: ArrearsCase) -> list[str]:
    if row.tenure != len(handovers_of(clerk.session, row.unit_id)):
        return []
    owners = owners_of_units(clerk.session, [row.unit_id]).get(row.unit_id, ())
    return phones_of_owners(clerk.session, clerk.house, owners)


def _phones_of_firm(clerk: Clerk, row: ArrearsCase) -> list[str]:
    firm = bodies_of(clerk.session, row.community_id).firm or row.firm_id
    return staff_phones(clerk.session, clerk.house, firm, row.community_id, KEEPERS)


def _phones_of_community(clerk: Clerk, row: ArrearsCase) -> list[str]:
    body = bodies_of(clerk.session, row.community_id).community
    if body is None:
        return []
    return staff_phones(clerk.session, clerk.house, body, row.community_id, (Role.COMMUNITY_OFFICER,))


def _words(clerk: Clerk, row: ArrearsCase, event: Event) -> Mapping[str, Any]:
    facts = event.facts
    bills = facts.get("bills", ())
    return {
        "label": get_unit(clerk.session, row.unit_id).label,
        "firm": organisation_name(clerk.session, row.firm_id),
        "count": len(bills),
        "amount": format_fen(sum(bill["open_fen"] for bill in bills)),
        "until": day_in_words(date.fromisoformat(facts["last_day"])) if "last_day" in facts else "",
        "reason": CLOSING_NAMES[Closing(facts["reason"])] if event.kind is Kind.CLOSED else "",
    }
