"""An honest election, played in memory: what the tests take apart, put together wrongly, or count.

`hold` plays voters, trustees and server with the real code. `Pieces` are the records it leaves, loose, so
that a test can change one and have a board written around it whose chain is right: then only the change
can be the reason of a refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from backend.voting.protocol.archive import (
    Chain,
    Event,
    ballot_event,
    encrypted_tally_event,
    end_ballots_event,
    header_record,
    partial_decryption_event,
    result_event,
    setup_event,
)
from backend.voting.protocol.ballot import Ballot, Election, Question, make_ballot, parse_ballot
from backend.voting.protocol.credentials import credential_list, new_code, new_uuid, private_key
from backend.voting.protocol.decryption import check_partial_decryption, combine, partial_decryption
from backend.voting.protocol.group import BELENIOS_2048
from backend.voting.protocol.key_ceremony import CeremonyStart, assemble
from backend.voting.protocol.tally import TallyAccumulator, find_result, result_bytes
from backend.voting.protocol.transcript import Seat
from backend.voting.protocol.trustees import Trustees, make_single_key

TIME = 1_795_486_609

VOTE = Question("是否解聘物业服务企业", ("同意", "反对", "弃权"), 1, 1)
COMMITTEE = Question("选举业主委员会", ("甲", "乙", "丙"), 1, 2, blank=True)
QUESTIONS = (VOTE, COMMITTEE)

Choices = Sequence[Sequence[int]]

FOR_A = ((1, 0, 0), (0, 1, 0, 0))
AGAINST_BC = ((0, 1, 0), (0, 0, 1, 1))
ABSTAIN_BLANK = ((0, 0, 1), (1, 0, 0, 0))

AREAS: Mapping[str, int] = {"张": 8950, "李": 12033, "王": 6001, "赵": 9900}
"""Four fictional electors and their areas in dm2."""

VOTES: Sequence[tuple[str, Choices]] = (
    ("张", FOR_A),
    ("李", FOR_A),
    ("张", AGAINST_BC),
    ("王", ABSTAIN_BLANK),
)
"""Three of them vote, one twice."""


@dataclass(frozen=True)
class Trusteeship:
    """Who holds the key: `secrets` by number from 1, of whom `needed` decrypt in the examples."""

    trustees: Trustees
    secrets: Mapping[int, int]
    needed: Sequence[int]


def mandatory(count: int = 2) -> Trusteeship:
    """Make trustees who must all decrypt."""
    made = [make_single_key(f"受托人{number}") for number in range(1, count + 1)]
    trustees = Trustees.create([public for _, public in made])
    secrets = {number: secret for number, (secret, _) in enumerate(made, start=1)}
    return Trusteeship(trustees, secrets, tuple(secrets))


def threshold(count: int = 3, needed: Sequence[int] = (1, 3)) -> Trusteeship:
    """Let trustees make a key of which as many are enough as `needed` names; those decrypt."""
    seats = [Seat(count, len(needed), index) for index in range(1, count + 1)]
    starts = [CeremonyStart.begin(seat) for seat in seats]
    certificates = [start.certificate.signed.to_json() for start in starts]
    dealt = [start.deal(certificates) for start in starts]
    dealings = [each.dealing.to_json() for each in dealt]
    shares = {
        index: each.conclude(
            dealings,
            {sender: other.share_for(index) for sender, other in enumerate(dealt, 1) if sender != index},
        )
        for index, each in enumerate(dealt, 1)
    }
    keys = [share.key.to_json(BELENIOS_2048) for share in shares.values()]
    secrets = {index: share.secret for index, share in shares.items()}
    return Trusteeship(assemble(certificates, dealings, keys), secrets, needed)


@dataclass(frozen=True)
class Pieces:
    """The records of one archive, loose. `write` makes a board of them in any order."""

    election: bytes
    trustees: bytes
    credentials: bytes
    ballots: Sequence[bytes]
    tally: bytes
    sized: bytes
    decryptions: Sequence[tuple[int, bytes]]
    result: bytes
    timestamp: int = TIME

    @property
    def order(self) -> str:
        """The lawful order of events, one letter each."""
        return "S" + "B" * len(self.ballots) + "ET" + "P" * len(self.decryptions) + "R"

    def write(self, order: str | None = None) -> bytes:
        """Return an archive: the events of `order`, each letter taking the next piece of its kind."""
        chain = Chain(self.timestamp)
        ballots, decryptions = iter(self.ballots), iter(self.decryptions)
        make: Mapping[str, Callable[[], tuple[Event, bytes]]] = {
            "S": lambda: setup_event(chain, self.election, self.trustees, self.credentials),
            "B": lambda: ballot_event(chain, next(ballots)),
            "E": lambda: end_ballots_event(chain),
            "T": lambda: encrypted_tally_event(chain, self.tally, self.sized),
            "P": lambda: partial_decryption_event(chain, *next(decryptions)),
            "R": lambda: result_event(chain, self.result),
        }
        pieces = [make[kind]()[1] for kind in (self.order if order is None else order)]
        return header_record(self.timestamp) + b"".join(pieces)

    def save(self, path: Path, order: str | None = None) -> Path:
        """Write the archive to a file and return its path."""
        path.write_bytes(self.write(order))
        return path


@dataclass(frozen=True)
class Held:
    """An election that was held: everything public, and every secret, since nobody here is real."""

    election: Election
    trusteeship: Trusteeship
    codes: Mapping[str, str]
    ballots: Sequence[bytes] = field(default=())

    def secret(self, voter: str) -> int:
        """The exponent behind a voter's credential."""
        return private_key(self.codes[voter], self.election.uuid)

    def credential(self, voter: str) -> int:
        """A voter's public credential."""
        return BELENIOS_2048.power_g(self.secret(voter))

    def cast(self, voter: str, choices: Choices) -> bytes:
        """Make one more ballot of a voter; nobody posts it."""
        return make_ballot(self.election, self.secret(voter), choices)

    def credentials(self, weights: Mapping[str, int]) -> bytes:
        """The credential list for one weighting."""
        return credential_list({self.credential(voter): weight for voter, weight in weights.items()})

    def pieces(self, weights: Mapping[str, int], ballots: Sequence[bytes] | None = None) -> Pieces:
        """Tally and decrypt ballots, those that were cast unless others are given, by one weighting."""
        posted = list(self.ballots if ballots is None else ballots)
        parsed = [parse_ballot(self.election, raw) for raw in posted]
        weighted = {self.credential(voter): weight for voter, weight in weights.items()}
        sums = add_up(self.election, parsed, weighted)
        tally = sums.encrypted()
        secrets = self.trusteeship.secrets
        decryptions = [
            (owner, partial_decryption(self.election, secrets[owner], tally))
            for owner in self.trusteeship.needed
        ]
        trustees = self.trusteeship.trustees
        checked = [
            check_partial_decryption(self.election, trustees, owner, tally, raw) for owner, raw in decryptions
        ]
        result = find_result(tally, combine(trustees, checked, tally), sums.total_weight)
        return Pieces(
            election=self.election.raw,
            trustees=trustees.raw,
            credentials=credential_list(weighted),
            ballots=posted,
            tally=tally.to_bytes(),
            sized=sums.sized().to_bytes(),
            decryptions=decryptions,
            result=result_bytes(result),
        )

    @property
    def heads(self) -> Pieces:
        """The archive in which everybody counts once."""
        return self.pieces(dict.fromkeys(self.codes, 1))


def add_up(election: Election, ballots: Sequence[Ballot], weights: Mapping[int, int]) -> TallyAccumulator:
    """Add up the last ballot of each credential; strangers count with weight 1."""
    sums = TallyAccumulator(election)
    for ballot in {ballot.credential: ballot for ballot in ballots}.values():
        sums.add(ballot.choices, weights.get(ballot.credential, 1))
    return sums


def hold(
    *,
    trusteeship: Trusteeship | None = None,
    questions: Sequence[Question] = QUESTIONS,
    voters: Sequence[str] = tuple(AREAS),
    votes: Sequence[tuple[str, Choices]] = VOTES,
    description: str = "演练",
) -> Held:
    """Hold an election: make keys and codes, let the voters cast in order. A second vote replaces."""
    trusteeship = trusteeship or mandatory()
    election = Election.create(
        uuid=new_uuid(),
        name="虚构小区业主大会",
        description=description,
        public_key=trusteeship.trustees.public_key,
        questions=questions,
    )
    held = Held(election, trusteeship, {voter: new_code() for voter in voters})
    return replace(held, ballots=[held.cast(voter, choices) for voter, choices in votes])


@cache
def the_election() -> Held:
    """One election for all tests that only look at it; it is not to be changed."""
    return hold()


@cache
def the_heads() -> Pieces:
    """Its archive by heads."""
    return the_election().heads


@cache
def the_areas() -> Pieces:
    """Its archive by area."""
    return the_election().pieces(AREAS)
