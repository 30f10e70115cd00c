"""The two long jobs of a verification, chunk by chunk: checking ballots, and adding them up again.

A job is handed to several processes, so it carries only what can be sent to them, and it reads ballots from
the file itself: what a further ballot costs in memory is where it lies, not what it holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

from backend.voting.errors import VerificationError
from backend.voting.protocol.archive import read_body
from backend.voting.protocol.ballot import Ballot, check_ballot, parse_ballot
from backend.voting.protocol.board import Located
from backend.voting.protocol.election import Election
from backend.voting.protocol.proofs import Ciphertext
from backend.voting.protocol.tally import TallyAccumulator

Entry = TypeVar("Entry")
Sums = tuple[tuple[Ciphertext, ...], ...]

CHUNK: Final = 16
"""Ballots of one task: some tenths of a second, so that processes end together and progress is seen."""


def chunks(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    """Cut a list into tasks."""
    rest = iter(entries)
    while chunk := tuple(islice(rest, CHUNK)):
        yield chunk


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

    def _read(self, located: Located) -> Ballot:
        raw = read_body(self._file, located.offset, located.size, located.hash)
        return parse_ballot(self._election, raw)


class BallotCheck(_BallotJob):
    """Checks ballots in full and tells whose they are, as places in the credential list."""

    def __init__(self, path: Path, election: bytes, credentials: Sequence[int]) -> None:
        super().__init__(path, election)
        self._places = {credential: place for place, credential in enumerate(credentials)}

    def __call__(self, chunk: Sequence[Located]) -> list[int]:
        """Raise the refusal of the first ballot that is refused, with its event."""
        return [self._check(located) for located in chunk]

    def _check(self, located: Located) -> int:
        try:
            ballot = self._read(located)
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
        for located, weight in chunk:
            accumulator.add(self._read(located).choices, weight)
        return accumulator.encrypted().questions
