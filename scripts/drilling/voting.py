"""The voting days: every row of VOTES.csv is played in its order, each ballot by the voter's own process."""

from __future__ import annotations

import shutil
import subprocess
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from scripts.drilling.agenda import Agenda
from scripts.drilling.company import Company
from scripts.drilling.electors import Elector, Electorate
from scripts.drilling.people import Answer, Person
from scripts.drilling.preparing import Door, Prepared
from scripts.drilling.votes import ABSTAIN, BLANK, ELECTRONIC, Vote

AHEAD = 4
"""How many voters may have their ballots made while an earlier one is cast; the order of casting is kept."""
MORNING = timedelta(hours=9)
SECONDS_APART = 5
"""Within a day the clock moves little, so that no sign-in code grows old while others vote."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """What became of one ballot: a row in one scope, accepted or refused with a code and a reason."""

    vote: Vote
    scope: str
    code: str = ""
    detail: str = ""
    tracker: str = ""

    @property
    def accepted(self) -> bool:
        """Tell whether the server took it."""
        return not self.code


@dataclass(frozen=True, slots=True)
class _Turn:
    """One row with whose it is, in which scopes it yields a ballot, and where it chooses too many names."""

    vote: Vote
    elector: Elector
    scopes: tuple[str, ...]
    spoiled: tuple[str, ...]
    door: Door | None

    def refused(self, code: str, detail: str = "") -> list[Ballot]:
        return [Ballot(self.vote, scope, code, detail) for scope in self.scopes or ("",)]

    def spoiled_ballots(self) -> list[Ballot]:
        return [Ballot(self.vote, scope, "too-many-names") for scope in self.spoiled]


@dataclass(slots=True)
class Poll:
    """Plays the rows and remembers what became of each ballot."""

    agenda: Agenda
    company: Company
    electorate: Electorate
    prepared: Prepared
    ballots: list[Ballot] = field(default_factory=list)
    voters: dict[str, Person] = field(default_factory=dict)
    _doors: dict[str, Door] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._doors = {label: door for door in self.prepared.doors for label in door.labels}

    def play(self, votes: Sequence[Vote], at_midway: Callable[[], None]) -> None:
        """Play all rows, spread over the voting days; `at_midway` is called when half the days are over."""
        clock = self.company.administrator.stage.clock
        days = self.agenda.voting_days
        for day in range(days):
            todays = [vote for index, vote in enumerate(votes) if index * days // len(votes) == day]
            start = self.agenda.opens_at + timedelta(days=day)
            clock.move(start + MORNING if day else start)
            self._play_day([self._turn(vote) for vote in todays])
            if day == days // 2:
                at_midway()

    def pseudonym_of(self, unit: str) -> str:
        """Return under which name the elector of a unit stands on the roll."""
        door = self._door(self.electorate.of(unit))
        return door.pseudonym if door else ""

    def _door(self, elector: Elector) -> Door | None:
        return next((self._doors[label] for label in sorted(elector.counted) if label in self._doors), None)

    def _turn(self, vote: Vote) -> _Turn:
        elector = self.electorate.of(vote.unit)
        filled = {item.scope for item in self.agenda.items if item.id in vote.choices}
        scopes = [scope for scope in self.agenda.scopes() if scope in filled and scope in elector.areas]
        spoiled = self._spoiled(vote) if vote.channel == ELECTRONIC else frozenset()
        return _Turn(
            vote,
            elector,
            tuple(scope for scope in scopes if scope not in spoiled),
            tuple(scope for scope in scopes if scope in spoiled),
            self._door(elector),
        )

    def _spoiled(self, vote: Vote) -> frozenset[str]:
        """Return the scopes in which more names are chosen than there are seats: no ballot says that."""
        chosen = [
            (item, len(vote.choices[item.id].split(";")))
            for item in self.agenda.items
            if item.id in vote.choices
        ]
        return frozenset(
            item.scope for item, names in chosen if item.seats is not None and names > item.seats
        )

    def _play_day(self, turns: Sequence[_Turn]) -> None:
        """Cast in order; ballots of the next few rows are made meanwhile."""
        coming = deque(turns)
        line: deque[tuple[_Turn, subprocess.Popen[bytes] | None]] = deque()
        while coming or line:
            while coming and len(line) < AHEAD and not _is_busy(coming[0], line):
                turn = coming.popleft()
                line.append((turn, self._begin(turn)))
            turn, process = line.popleft()
            self.company.administrator.stage.clock.tick(SECONDS_APART)
            ended = self._end(turn, process)
            self._note(ended)
            self.ballots += ended

    def _note(self, ended: Sequence[Ballot]) -> None:
        for one in ended:
            who = f"row {one.vote.row}, {one.vote.unit}, {one.vote.channel}, {one.scope or 'no scope'}"
            self.company.administrator.diary.act(who, "ballot", one.code or "accepted")

    def _begin(self, turn: _Turn) -> subprocess.Popen[bytes] | None:
        """Start the process of a voter who votes by phone; it waits before it casts."""
        if not turn.scopes or turn.door is None or turn.elector.phone is None:
            return None
        if turn.vote.channel != ELECTRONIC:
            return None
        voter = self._voter(turn.elector.phone)
        code = voter.folder / f"notice-{turn.door.pseudonym}.code"
        shutil.copyfile(self.prepared.notices / f"{turn.door.pseudonym}.code", code)
        code.chmod(0o600)
        choices = voter.folder / f"choices-{turn.vote.row}.txt"
        choices.write_text("".join(f"{item}={one}\n" for item, one in self._choices(turn)), "utf-8")
        given = ["--entry", turn.door.pseudonym, "--code-file", str(code), "--choices-file", str(choices)]
        return voter.start("vote", "cast", *given, "--confirm")

    def _voter(self, phone: str) -> Person:
        """Return whoever has this phone: one device, however many electors it stands for."""
        if phone not in self.voters:
            administrator = self.company.administrator
            folder = administrator.stage.role_folder(f"voter-{len(self.voters) + 1}")
            name = f"业主{len(self.voters) + 1}"
            voter = Person(name, phone, folder, administrator.stage, administrator.diary)
            voter.assembly = administrator.assembly
            self.voters[phone] = voter
        return self.voters[phone]

    def _choices(self, turn: _Turn) -> Iterator[tuple[str, str]]:
        """Yield what the voter's tool is told; nothing marked on a yes-or-no item is an abstention (S08)."""
        for item in self.agenda.items:
            choice = turn.vote.choices.get(item.id)
            if choice is not None and item.scope in turn.scopes:
                yield item.id, ABSTAIN if choice == BLANK and item.seats is None else choice

    def _end(self, turn: _Turn, process: subprocess.Popen[bytes] | None) -> list[Ballot]:
        spoiled = turn.spoiled_ballots()
        return spoiled if spoiled and not turn.scopes else spoiled + self._cast(turn, process)

    def _cast(self, turn: _Turn, process: subprocess.Popen[bytes] | None) -> list[Ballot]:
        if not turn.scopes:
            return turn.refused("no-ballot")
        if turn.door is None:
            return turn.refused("not-on-roll")
        if turn.vote.channel != ELECTRONIC:
            return self._lock_paper(turn, turn.door)
        if process is None or turn.elector.phone is None:
            return turn.refused("no-phone")
        answer = self.voters[turn.elector.phone].finish(process, "vote", "cast")
        return self._outcomes(turn, answer, answer.facts.get("ballots"))

    def _lock_paper(self, turn: _Turn, door: Door) -> list[Ballot]:
        counters = self.company.all("counter")
        counter = counters[turn.vote.row % len(counters)]
        uuids = [self.prepared.elections[scope] for scope in turn.scopes]
        options = [option for uuid in uuids for option in ("--election", uuid)]
        answer = counter.run("counter", "lock", "--elector", door.pseudonym, *options)
        return self._outcomes(turn, answer, answer.facts.get("papers"))

    def _outcomes(
        self, turn: _Turn, answer: Answer, told: Sequence[Mapping[str, Any]] | None
    ) -> list[Ballot]:
        """Read what a tool says of each election; a tool that stopped before that refused them all."""
        if told is None:
            return turn.refused(answer.code, answer.detail)
        by_uuid = {one["election"]: one for one in told}
        found = [(scope, by_uuid.get(self.prepared.elections[scope], {})) for scope in turn.scopes]
        return [
            Ballot(
                turn.vote,
                scope,
                one.get("refused", "" if one else "not-cast"),
                one.get("detail", ""),
                one.get("tracker", ""),
            )
            for scope, one in found
        ]


def _is_busy(turn: _Turn, line: Iterable[tuple[_Turn, object]]) -> bool:
    """Tell whether the voter of a row has another row in the line: a voter's folder serves one process."""
    return any(waiting.elector.phone == turn.elector.phone for waiting, process in line if process)
