"""Words of complaints: states, kinds of event, parties, priorities, channels, lists to choose from."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class State(StrEnum):
    """Where a ticket (工单) stands; derived from its events."""

    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"
    REOPENED = "reopened"
    REJECTED = "rejected"
    MERGED = "merged"


OPEN = frozenset(
    {State.SUBMITTED, State.ACKNOWLEDGED, State.IN_PROGRESS, State.WAITING, State.REOPENED},
)
"""States in which somebody still has to act."""


class Kind(StrEnum):
    """What an event records."""

    SUBMITTED = "submitted"
    JOINED = "joined"
    ADDED = "added"
    ASSIGNED = "assigned"
    ACKNOWLEDGED = "acknowledged"
    STARTED = "started"
    ARRIVED = "arrived"
    PLANNED = "planned"
    WAITED = "waited"
    RESUMED = "resumed"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"
    LAPSED = "lapsed"
    REOPENED = "reopened"
    REJECTED = "rejected"
    APPEALED = "appealed"
    APPEAL_DISMISSED = "appeal_dismissed"
    MERGED = "merged"
    UNMERGED = "unmerged"
    ABSORBED = "absorbed"
    RELEASED = "released"
    CALLED_BACK = "called_back"
    REPLIED = "replied"
    NOTED = "noted"
    RECLASSIFIED = "reclassified"
    CALLED_IN = "called_in"
    ESCALATED = "escalated"
    REMINDED = "reminded"
    MISSED = "missed"
    REVIEWED = "reviewed"


INTERNAL = frozenset({Kind.NOTED, Kind.REMINDED, Kind.REVIEWED})
"""Events that never reach a resident."""


class Party(StrEnum):
    """In which part somebody acts on a ticket."""

    REPORTER = "reporter"
    JOINER = "joiner"
    DISPATCHER = "dispatcher"
    WORKER = "worker"
    COMMUNITY = "community"
    STREET = "street"
    DEPARTMENT = "department"
    SYSTEM = "system"


RESIDENTS = frozenset({Party.REPORTER, Party.JOINER})
FIRM = frozenset({Party.DISPATCHER, Party.WORKER})
OFFICES = frozenset({Party.COMMUNITY, Party.STREET, Party.DEPARTMENT})


class Priority(StrEnum):
    """How urgent (law.md 6.1): P1 danger to life, P2 vital supply, P3 ordinary, P4 complex."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class Level(IntEnum):
    """The rungs of the ladder (law.md 6.2): who answers for a ticket now."""

    FIRM = 1
    COMMUNITY = 2
    STREET = 3
    DEPARTMENT = 4


class Part(StrEnum):
    """What a body does on a ticket: answers for it, works on it too, or is only told."""

    LEAD = "lead"
    ASSIST = "assist"
    INFORMED = "informed"


class Channel(StrEnum):
    """How a report arrived."""

    MINI_PROGRAM = "mini_program"
    WEB = "web"
    PHONE = "phone"
    HOTLINE = "12345"
    WALK_IN = "walk_in"
    GRID = "grid"
    OPEN311 = "open311"


BY_RESIDENT = frozenset({Channel.MINI_PROGRAM, Channel.WEB})
BY_STAFF = frozenset({Channel.PHONE, Channel.WALK_IN, Channel.GRID, Channel.HOTLINE})


class PlaceKind(StrEnum):
    """What kind of place a report is about."""

    COMMUNITY = "community"
    BUILDING = "building"
    UNIT = "unit"
    SPOT = "spot"


class Wait(StrEnum):
    """What a ticket waits for; the resolution clock stands still meanwhile, up to its cap."""

    RESIDENT = "resident"
    PARTS = "parts"
    OTHER_BODY = "other_body"


class Rejection(StrEnum):
    """Why a ticket is not taken up (潍坊 19, 北京 11; law.md 6.1), and two of practice."""

    COURT = "court"
    ARBITRATION = "arbitration"
    DISCIPLINE = "discipline"
    PETITION = "petition"
    REPEATED = "repeated"
    ELSEWHERE = "elsewhere"
    UNFOUNDED = "unfounded"


class Cause(StrEnum):
    """Why a ticket climbed."""

    RESPONSE = "response"
    RESOLUTION = "resolution"
    STEP = "step"
    HAND = "hand"
    REOPENED = "reopened"


class ClockName(StrEnum):
    """The two clocks of a ticket, and the deadline of a step of the ladder."""

    RESPONSE = "response"
    RESOLUTION = "resolution"
    STEP = "step"


class Publication(StrEnum):
    """Whether the public board shows a ticket's own words."""

    PENDING = "pending"
    SHOWN = "shown"
    HIDDEN = "hidden"


class Callback(StrEnum):
    """What came of calling the resident back (回访, 北京市接诉即办工作条例 art. 23)."""

    SOLVED = "solved"
    UNSOLVED = "unsolved"
    IMPOSSIBLE = "impossible"
    UNREACHED = "unreached"


SATISFACTION = range(1, 6)
"""1 very dissatisfied to 5 very satisfied; 4 and 5 count as satisfied (law.md 6.1)."""
SATISFIED_FROM = 4
MOST_PHOTOS = 9
LONGEST_TEXT = 4000
"""Characters of a description, as Open311 allows them."""
