"""Archives to verify: real elections of one question with three answers, made once for a run.

Every ballot is by another elector. All archives share one election, so that a longer one begins with the
ballots of a shorter one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from multiprocessing import Pool
from pathlib import Path

from backend.voting.protocol.archive import ArchiveWriter, ballot_event, setup_event
from backend.voting.protocol.ballot import make_ballot
from backend.voting.protocol.credentials import credential_list, new_uuid
from backend.voting.protocol.election import Election, Question
from backend.voting.protocol.encoding import compact
from backend.voting.protocol.group import BELENIOS_2048
from backend.voting.protocol.trustees import Trustees, make_single_key

ANSWERS = ("同意", "反对", "弃权")
MADE_AT = 1_772_000_000
"""The time stamp of the archives, Unix seconds."""
PROCESSES = 2
AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class Elector:
    """A secret exponent, and the public credential it belongs to."""

    secret: int
    credential: int

    @classmethod
    def new(cls) -> Elector:
        """Draw one."""
        secret = BELENIOS_2048.random_scalar()
        return cls(secret, BELENIOS_2048.power_g(secret))


class Stock:
    """The archives of one run, in a folder that the caller removes."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self._electors: list[Elector] = []
        self._ballots: list[bytes] = []

    def archive(self, ballots: int, electors: int, *, area: int = 1) -> Path:
        """Return an archive with the votes of the first `ballots` of `electors` electors of this weight.

        It lies alone in its folder, as belenios-tool demands.
        """
        folder = self.scratch / f"{ballots}-of-{electors}-by-{area}"
        path = folder / f"{self._election.uuid}.bel"
        if not path.exists():
            self._provide(ballots, electors)
            folder.mkdir()
            self._write(path, ballots, {each.credential: area for each in self._electors[:electors]})
        return path

    def _write(self, path: Path, ballots: int, weights: dict[int, int]) -> None:
        with ArchiveWriter(path, MADE_AT) as writer:
            chain, lists = writer.chain, credential_list(weights)
            writer.write(setup_event(chain, self._election.raw, self._trustees, lists))
            for raw in self._ballots[:ballots]:
                writer.write(ballot_event(chain, raw))

    @cached_property
    def _trustees(self) -> bytes:
        _, public = make_single_key()
        return compact([["Single", public]])

    @cached_property
    def _election(self) -> Election:
        return Election.create(
            uuid=new_uuid(),
            name="演示表决",
            description="",
            public_key=Trustees.parse(self._trustees).public_key,
            questions=[Question("是否使用维修资金", ANSWERS, 1, 1)],
        )

    def _provide(self, ballots: int, electors: int) -> None:
        self._electors += [Elector.new() for _ in range(electors - len(self._electors))]
        electors_left = self._electors[len(self._ballots) : ballots]
        self._ballots += made_ballots(self._election.raw, electors_left)


def made_ballots(document: bytes, electors: list[Elector]) -> Iterator[bytes]:
    """Make a ballot for each elector in an election of one question with three answers."""
    if not electors:
        return
    with Pool(PROCESSES) as pool:
        yield from pool.imap(partial(_ballot, document), enumerate(electors), AT_ONCE)


_election = lru_cache(maxsize=1)(Election.parse)
"""In each process by itself: tables of powers cannot be sent."""


def _ballot(document: bytes, numbered: tuple[int, Elector]) -> bytes:
    number, elector = numbered
    choice = [int(number % len(ANSWERS) == place) for place in range(len(ANSWERS))]
    return make_ballot(_election(document), elector.secret, [choice])
