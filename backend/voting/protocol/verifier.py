"""Verify an archive: everything `belenios-tool election verify` checks, and what it leaves out (facts 11).

Every refusal is a VerificationError that names the rule broken and the record or event that breaks it. An
archive that ends early is accepted as far as it goes, and its stage is named.

 1. Records. The file is, byte for byte, what Belenios writes; each record is named by its hash; none is cut.
 2. Events. They form one chain in the lawful order, Setup Ballot* EndBallots EncryptedTally
    PartialDecryption+ Result, each after exactly the data it needs; no ballot stands twice (11a, 11b).
 3. Election. Protocol version 1 on BELENIOS-2048; every question can be answered.
 4. Trustees. Each has proved to hold its key, and their keys make the key of the election (11h).
 5. Credentials. Elements of the group, none twice, none that anybody could sign for, weights from 0 (11h).
 6. Ballots. In the one canonical form, for this election, signed by a credential of the list, every choice
    proved lawful (11f).
 7. Encrypted tally. It is the weighted product of the last ballot of each credential, recomputed here, and
    so are the number of ballots and their weight (11c).
 8. Partial decryptions. Each by another trustee (11e), each proved to be made with that trustee's key.
 9. Result. Enough trustees took part, the tally decrypts to it, and no sum exceeds the weight cast (11d).
10. The end. When a final archive is demanded, it has a result.

What no archive can show by itself: that the weights are right (11g) and the voters entitled, that voters saw
their trackers, and that this is the archive that was published before (11i). The first is what the manifest
and the roll are compared for; `verify_pair` compares the two archives of one election.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from backend.voting.errors import VerificationError
from backend.voting.protocol.archive import ArchiveReader, EventType
from backend.voting.protocol.board import Board, Stage, parse_owned, read_board
from backend.voting.protocol.counting import CHUNK, BallotCheck, BallotSum, Turnout, chunks, read_credentials
from backend.voting.protocol.crew import Crew
from backend.voting.protocol.decryption import PartialDecryption, check_partial_decryption, combine
from backend.voting.protocol.election import Election
from backend.voting.protocol.encoding import hex_sha256
from backend.voting.protocol.tally import (
    EncryptedTally,
    Matrix,
    SizedTally,
    TallyAccumulator,
    check_result,
    parse_result,
)
from backend.voting.protocol.trustees import Trustees

Progress = Callable[[int, int], None]
"""Told how many ballots are checked, and of how many."""


@dataclass(frozen=True)
class VerifiedArchive:
    """What an archive proves. Only `verify_archive` makes one, so whoever holds it may trust it.

    Weights are in the unit of the list: heads, or area in dm2. `ballot_hashes` and `ballot_credentials` tell
    of every ballot on the board in its order; `num_tallied` and `total_weight` of the last by each
    credential. `closing_hash` is the hash of the EndBallots event, None before the close.
    """

    election: Election
    trustees: Trustees
    credentials: Mapping[int, int]
    stage: Stage
    ballot_hashes: Sequence[str]
    ballot_credentials: Sequence[int]
    num_tallied: int
    total_weight: int
    decrypted_by: Sequence[int]
    result: Matrix | None
    head_hash: str
    head_height: int
    closing_hash: str | None
    trustees_hash: str
    credentials_hash: str

    @property
    def ballots(self) -> Iterator[tuple[str, int]]:
        """Every ballot on the board in order: its hash, which is the tracker, and its credential."""
        return zip(self.ballot_hashes, self.ballot_credentials, strict=True)


@dataclass(frozen=True, slots=True)
class _Work:
    """The file under verification and how the long steps are to be done."""

    path: Path
    board: Board
    workers: int
    progress: Progress | None

    def crew_size(self, ballots: int) -> int:
        """No more processes than there is work for."""
        return min(self.workers, -(-ballots // CHUNK))


def verify_archive(
    path: Path,
    *,
    final: bool = False,
    workers: int = 1,
    progress: Progress | None = None,
    proven: VerifiedArchive | None = None,
) -> VerifiedArchive:
    """Verify one archive, step by step as listed above.

    `final` demands a result. `workers` processes share the ballots; what is refused does not depend on it.
    `proven` is the other archive of the same vote: a ballot that stands there, byte for byte and under the
    same election, is not proven again, since its proofs depend on nothing else; its credential must be listed
    here too. Raises VerificationError for the first rule broken, OSError when the file cannot be read.
    """
    with path.open("rb") as file:
        board = read_board(ArchiveReader(file))  # steps 1 and 2
    work = _Work(path, board, workers, progress)
    election = _step_3_election(board)
    trustees = _step_4_trustees(board, election)
    credentials = _step_5_credentials(work, election)
    listed = list(credentials)
    known = _known_places(proven, election, listed)
    turnout = _step_6_ballots(work, listed, list(credentials.values()), known)
    tally = _step_7_tally(work, election, turnout)
    decryptions = _step_8_decryptions(board, election, trustees, tally)
    result = _step_9_result(board, election, trustees, tally, decryptions, turnout.total_weight)
    _step_10_end(board, final=final)
    return VerifiedArchive(
        election=election,
        trustees=trustees,
        credentials=credentials,
        stage=board.stage,
        ballot_hashes=board.ballots.hashes(),
        ballot_credentials=[listed[place] for place in turnout.places],
        num_tallied=turnout.num_tallied,
        total_weight=turnout.total_weight,
        decrypted_by=[each.owner for each in decryptions],
        result=result,
        head_hash=board.head_hash,
        head_height=board.head_height,
        closing_hash=board.closing_hash,
        trustees_hash=hex_sha256(board.setup.bodies[1]),
        credentials_hash=board.credentials.hash,
    )


@contextmanager
def _at(place: str) -> Iterator[None]:
    """Tell where a rule is broken."""
    try:
        yield
    except VerificationError as error:
        raise error.at(place) from error


def _step_3_election(board: Board) -> Election:
    with _at(board.setup.place):
        return Election.parse(board.setup.bodies[0])


def _step_4_trustees(board: Board, election: Election) -> Trustees:
    with _at(board.setup.place):
        trustees = Trustees.parse(board.setup.bodies[1])
        if trustees.public_key != election.public_key:
            message = "the trustees' keys do not make the election's; somebody else might decrypt"
            raise VerificationError("election-key", message)
        return trustees


def _step_5_credentials(work: _Work, election: Election) -> dict[int, int]:
    with _at(work.board.setup.place):
        return read_credentials(work.path, work.board.credentials, election.group)


def _known_places(
    proven: VerifiedArchive | None, election: Election, listed: Sequence[int]
) -> Mapping[str, int]:
    """Map the hash of each ballot that needs no second proof to its place in this list of credentials."""
    if proven is None or proven.election.raw != election.raw:
        return {}
    places = {credential: place for place, credential in enumerate(listed)}
    return {found: places[credential] for found, credential in proven.ballots if credential in places}


def _step_6_ballots(
    work: _Work, listed: Sequence[int], weights: Sequence[int], known: Mapping[str, int]
) -> Turnout:
    ballots, places = work.board.ballots, array("L")
    with closing(_checked_places(work, listed, known)) as checked:
        for located in ballots:
            place = known.get(located.where.hash)
            places.append(next(checked) if place is None else place)
    if known and work.progress is not None:
        work.progress(len(ballots), len(ballots))
    return Turnout(ballots, places, weights)


def _checked_places(work: _Work, listed: Sequence[int], known: Mapping[str, int]) -> Generator[int]:
    """Check the ballots that are not known, in order; yield their places."""
    ballots, done = work.board.ballots, 0
    unknown = (located for located in ballots if located.where.hash not in known)
    with (
        closing(BallotCheck(work.path, work.board.setup.bodies[0], listed)) as job,
        Crew(job, work.crew_size(max(1, len(ballots) - len(known)))) as crew,
    ):
        for found in crew.run(chunks(unknown)):
            done += len(found)
            if work.progress is not None:
                work.progress(done, len(ballots))
            yield from found


def _step_7_tally(work: _Work, election: Election, turnout: Turnout) -> EncryptedTally | None:
    posted = work.board.tally
    if posted is None:
        return None
    sums = TallyAccumulator(election)
    with (
        closing(BallotSum(work.path, election.raw)) as job,
        Crew(job, work.crew_size(turnout.num_tallied)) as crew,
    ):
        for part in crew.run(chunks(turnout.counted())):
            sums.add(part, 1)
    tally = sums.encrypted()
    with _at(posted.place):
        if posted.bodies[0] != tally.to_bytes():
            raise VerificationError("encrypted-tally", "not the weighted product of the ballots that count")
        _check_sized(SizedTally.parse(posted.bodies[1]), turnout, tally)
    return tally


def _check_sized(told: SizedTally, turnout: Turnout, tally: EncryptedTally) -> None:
    if told.num_tallied != turnout.num_tallied:
        message = f"{told.num_tallied} ballots are told, {turnout.num_tallied} count"
        raise VerificationError("num-tallied", message)
    if told.total_weight != turnout.total_weight:
        message = (
            f"a weight of {told.total_weight} is told, the ballots that count have {turnout.total_weight}"
        )
        raise VerificationError("total-weight", message)
    if told.encrypted_tally != tally.digest:
        raise VerificationError("event-payload", "the payload does not name the encrypted tally")


def _step_8_decryptions(
    board: Board, election: Election, trustees: Trustees, tally: EncryptedTally | None
) -> list[PartialDecryption]:
    if tally is None:
        return []
    found: dict[int, PartialDecryption] = {}
    for posted in board.decryptions:
        with _at(posted.place):
            owner = parse_owned(posted)
            if owner in found:
                raise VerificationError("decryption-duplicate", f"trustee {owner} decrypted before")
            raw = posted.bodies[0]
            found[owner] = check_partial_decryption(election, trustees, owner, tally, raw)
    return list(found.values())


def _step_9_result(
    board: Board,
    election: Election,
    trustees: Trustees,
    tally: EncryptedTally | None,
    decryptions: Sequence[PartialDecryption],
    total_weight: int,
) -> Matrix | None:
    if board.result is None or tally is None:
        return None
    with _at(board.result.place):
        result = parse_result(election, board.result.bodies[0])
        check_result(tally, combine(trustees, decryptions, tally), result, total_weight)
        return result


def _step_10_end(board: Board, *, final: bool) -> None:
    if final and board.result is None:
        place = f"height {board.head_height}"
        raise VerificationError("result-missing", f"the archive ends at stage {board.stage}", event=place)


def verify_pair(heads: VerifiedArchive, area: VerifiedArchive) -> None:
    """Check that two verified archives are one vote counted by two weights (facts 12).

    Raises VerificationError: `pair-election`, `pair-trustees`, `pair-credentials` (other electors),
    `heads-weight` (a head that is not 1), `area-weight` (an elector without area), `pair-same-list` (the
    heads given twice) or `pair-ballots`.
    """
    if heads.election.raw != area.election.raw:
        raise VerificationError("pair-election", "the two archives are of different elections")
    if heads.trustees_hash != area.trustees_hash:
        raise VerificationError("pair-trustees", "the two archives name different trustees")
    if heads.credentials.keys() != area.credentials.keys():
        raise VerificationError("pair-credentials", "the two lists do not name the same credentials")
    _check_weights(heads, area)
    _check_same_ballots(heads.ballot_hashes, area.ballot_hashes)


def _check_weights(heads: VerifiedArchive, area: VerifiedArchive) -> None:
    for place, (credential, weight) in enumerate(heads.credentials.items(), start=1):
        if weight != 1:
            raise VerificationError("heads-weight", f"credential {place} of the heads counts {weight}, not 1")
        if area.credentials[credential] < 1:
            raise VerificationError("area-weight", f"credential {place} of the heads has no area")
    if heads.credentials_hash == area.credentials_hash:
        message = "both archives weigh by heads; the second must weigh by area"
        raise VerificationError("pair-same-list", message)


def _check_same_ballots(heads: Sequence[str], area: Sequence[str]) -> None:
    if heads == area:
        return
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(heads, area, strict=False)))
    message = f"the two boards part after {same} ballots: {len(heads)} stand by heads, {len(area)} by area"
    raise VerificationError("pair-ballots", message, event=f"height {same + 1} {EventType.BALLOT.value}")
