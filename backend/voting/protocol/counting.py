"""The long work of a verification, piece by piece: reading the credentials, checking and adding up ballots.

A job is handed to several processes, so it carries only what can be sent to them, and it reads ballots from
the file itself: what a further ballot costs in memory is where it lies, not what it holds.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

from backend.voting.errors import FormatError, VerificationError
from backend.voting.protocol.archive import read_blocks, read_body
from backend.voting.protocol.ballot import Ballot, check_ballot, parse_ballot
from backend.voting.protocol.board import BallotIndex, Located, LocatedBallot
from backend.voting.protocol.credentials import collect_credentials
from backend.voting.protocol.election import Election
from backend.voting.protocol.group import Group
from backend.voting.protocol.proofs import Ciphertext
from backend.voting.protocol.tally import TallyAccumulator

Entry = TypeVar("Entry")
Sums = tuple[tuple[Ciphertext, ...], ...]

CHUNK: Final = 16
"""Ballots of one task: some tenths of a second, so that processes end together and progress is seen."""


def chunks(entries: Iterable[Entry]) -> Iterator[Sequence[Entry]]:
    """Cut a list into tasks."""
    rest = iter(entries)
    while chunk := tuple(islice(rest, CHUNK)):
        yield chunk


def read_credentials(path: Path, where: Located, group: Group) -> dict[int, int]:
    """Read a credential list of any length from an archive; raises as `parse_credential_list` does."""
    with path.open("rb") as file:
        blocks = read_blocks(file, where.offset, where.size, where.hash)
        return collect_credentials(_entries(blocks), group)


def _entries(blocks: Iterable[bytes]) -> Iterator[str]:
    """Take a canonical array of strings apart. An entry that needs an escape is no credential anyway."""
    rest, opening = b"", True
    for block in blocks:
        *whole, rest = (rest + block).split(b'","')
        for entry in whole:
            yield _trimmed(entry, opening=opening)
            opening = False
    if rest != b"[]" or not opening:
        yield _trimmed(rest, opening=opening, closing=True)


def _trimmed(entry: bytes, *, opening: bool, closing: bool = False) -> str:
    first, last = b'["' if opening else b"", b'"]' if closing else b""
    if not entry.startswith(first) or not entry.endswith(last) or len(entry) < len(first + last):
        raise FormatError("credential-list", "the credential list is not a canonical array of strings")
    return entry.removeprefix(first).removesuffix(last).decode("utf-8", "replace")


@dataclass(frozen=True)
class Turnout:
    """Who voted, as places in the credential list, and what that counts."""

    ballots: BallotIndex
    places: array[int]
    weights: Sequence[int]

    @cached_property
    def _last(self) -> Mapping[int, int]:
        """The number of the last ballot of each place, in the order of first ballots."""
        return {place: number for number, place in enumerate(self.places)}

    @property
    def num_tallied(self) -> int:
        """How many ballots count: the last of each credential."""
        return len(self._last)

    @property
    def total_weight(self) -> int:
        """What the credentials weigh that have voted."""
        return sum(self.weights[place] for place in self._last)

    def counted(self) -> Iterator[tuple[Located, int]]:
        """Yield where each ballot that counts lies, and its weight."""
        for place, number in self._last.items():
            yield self.ballots[number].where, self.weights[place]


class _BallotJob:
    """Reads ballots of one archive; each process opens the file and reads the election once."""

    def __init__(self, path: Path, election: bytes) -> None:
        self._path = path
        self._raw = election

    def __getstate__(self) -> dict[str, object]:
        # An open file and tables of powers stay where they are.
        cached = {"_election", "_file"}
        return {name: value for name, value in self.__dict__.items() if name not in cached}

    @cached_property
    def _election(self) -> Election:
        return Election.parse(self._raw)

    @cached_property
    def _file(self) -> BinaryIO:
        return self._path.open("rb")

    def close(self) -> None:
        """Close the file, if this process has opened it."""
        if "_file" in self.__dict__:
            self._file.close()

    def _read(self, where: Located) -> Ballot:
        return parse_ballot(self._election, read_body(self._file, where.offset, where.size, where.hash))


class BallotCheck(_BallotJob):
    """Checks ballots in full and tells whose they are, as places in the credential list."""

    def __init__(self, path: Path, election: bytes, credentials: Sequence[int]) -> None:
        super().__init__(path, election)
        self._places = {credential: place for place, credential in enumerate(credentials)}

    def __call__(self, chunk: Sequence[LocatedBallot]) -> list[int]:
        """Raise the refusal of the first ballot that is refused, with its event."""
        return [self._check(located) for located in chunk]

    def _check(self, located: LocatedBallot) -> int:
        try:
            ballot = self._read(located.where)
            place = self._place(ballot)
            check_ballot(self._election, ballot, known_credential=True)
        except VerificationError as error:
            raise error.at(located.place) from error
        return place

    def _place(self, ballot: Ballot) -> int:
        place = self._places.get(ballot.credential)
        if place is None:
            raise VerificationError("ballot-credential", "the credential is not on the list")
        return place


class BallotSum(_BallotJob):
    """Adds up ballots that were checked before, each with its weight."""

    def __call__(self, chunk: Sequence[tuple[Located, int]]) -> Sums:
        """Return the weighted sum of this chunk in the shape of the questions."""
        accumulator = TallyAccumulator(self._election)
        for where, weight in chunk:
            accumulator.add(self._read(where).choices, weight)
        return accumulator.encrypted().questions
