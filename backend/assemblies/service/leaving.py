"""What assemblies hold about a person: that they voted, never how; no secret of a ballot is on the server."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.assemblies.models import Cast, Elector
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.infra.own_data import Value, own_data
from backend.kernel.clock import format_instant


@own_data("ballots")
def ballot_data(session: Session, _house: House, actor: Actor) -> Value:
    """Return the ballots that the actor cast: election, tracker and time, as on the receipt."""
    query = (
        select(Cast, Elector.pseudonym)
        .join(Elector, Elector.id == Cast.elector_id)
        .where(Cast.account_id == actor.account_id)
        .order_by(Cast.at, Cast.id)
    )
    return [
        {
            "election": cast.election_uuid,
            "pseudonym": pseudonym,
            "tracker": cast.tracker,
            "at": format_instant(cast.at),
        }
        for cast, pseudonym in session.execute(query)
    ]
