"""The verifier accepts what is right, at every stage, and refuses each known lie by its name."""

from __future__ import annotations

import threading
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from backend.voting.errors import FormatError, VerificationError
from backend.voting.protocol.archive import Chain, ballot_event, header_record, setup_event
from backend.voting.protocol.ballot import Question
from backend.voting.protocol.board import Stage
from backend.voting.protocol.credentials import credential_list
from backend.voting.protocol.encoding import hex_sha256
from backend.voting.protocol.group import BELENIOS_2048
from backend.voting.protocol.tally import SizedTally, result_bytes
from backend.voting.protocol.trustees import Trustees
from backend.voting.protocol.verifier import VerifiedArchive, verify_archive, verify_pair
from tests.voting import simulator
from tests.voting.simulator import AREAS, FOR_A, TIME, Held, Pieces, hold, the_areas, the_election, the_heads

HEADS = dict.fromkeys(AREAS, 1)


def refused(path: Path, *, final: bool = False, workers: int = 1) -> tuple[str, str | None]:
    with pytest.raises(VerificationError) as caught:
        verify_archive(path, final=final, workers=workers)
    return caught.value.rule, caught.value.event


def verified(pieces: Pieces, tmp_path: Path, order: str | None = None) -> VerifiedArchive:
    return verify_archive(pieces.save(tmp_path / f"{hex_sha256(pieces.write(order))}.bel", order))


# What is right is accepted


def test_a_finished_election_is_accepted_and_told(tmp_path: Path) -> None:
    held, pieces = the_election(), the_areas()
    found = verify_archive(pieces.save(tmp_path / "area.bel"), final=True)
    assert found.election == held.election
    assert found.trustees.public_key == held.election.public_key
    assert found.stage is Stage.RESULT
    assert found.credentials == {held.credential(voter): area for voter, area in AREAS.items()}
    voters = [held.credential(voter) for voter, _ in simulator.VOTES]
    hashes = [hex_sha256(ballot) for ballot in held.ballots]
    assert list(found.ballots) == list(zip(hashes, voters, strict=True))
    assert (found.num_tallied, found.total_weight) == (3, 8950 + 12033 + 6001)
    assert found.result == ((12033, 8950, 6001), (6001, 12033, 8950, 8950))
    assert list(found.decrypted_by) == [1, 2]
    assert found.head_height == 9
    assert found.credentials_hash == hex_sha256(pieces.credentials)
    assert found.trustees_hash == hex_sha256(pieces.trustees)


def test_a_threshold_of_trustees_is_enough(tmp_path: Path) -> None:
    held = hold(trusteeship=simulator.threshold(3, (1, 3)))
    found = verified(held.heads, tmp_path)
    assert found.result == ((1, 1, 1), (1, 1, 1, 1))
    assert list(found.decrypted_by) == [1, 3]


def test_more_trustees_than_the_threshold_do_no_harm(tmp_path: Path) -> None:
    made = simulator.threshold(3, (1, 3))
    found = verified(hold(trusteeship=replace(made, needed=(3, 1, 2))).heads, tmp_path)
    assert found.result == ((1, 1, 1), (1, 1, 1, 1))


@pytest.mark.parametrize(
    ("order", "stage"),
    [
        ("S", Stage.SETUP),
        ("SBB", Stage.VOTING),
        ("SBBBBE", Stage.ENDED),
        ("SBBBBET", Stage.TALLIED),
        ("SBBBBETP", Stage.DECRYPTING),
        ("SBBBBETPP", Stage.DECRYPTING),
    ],
)
def test_an_unfinished_archive_is_accepted_unless_a_final_one_is_demanded(
    tmp_path: Path, order: str, stage: Stage
) -> None:
    """Attack 6, truncation between records: it is a lawful earlier state, and says so."""
    path = the_heads().save(tmp_path / "heads.bel", order)
    found = verify_archive(path)
    assert (found.stage, found.result) == (stage, None)
    assert (found.closing_hash is not None) == ("E" in order)
    rule, event = refused(path, final=True)
    assert rule == "result-missing"
    assert event == f"height {len(order) - 1}"


def test_turnout_is_told_while_voting_goes_on(tmp_path: Path) -> None:
    found = verified(the_areas(), tmp_path, "SBBB")
    assert (found.num_tallied, found.total_weight) == (2, 8950 + 12033)


def test_an_election_without_ballots_is_accepted(tmp_path: Path) -> None:
    found = verified(the_election().pieces(AREAS, []), tmp_path)
    assert (found.num_tallied, found.total_weight, found.result) == (0, 0, ((0, 0, 0), (0, 0, 0, 0)))


@pytest.mark.parametrize("workers", [1, 2])
def test_several_processes_find_what_one_finds_and_tell_how_far_they_are(
    tmp_path: Path, workers: int
) -> None:
    held = the_election()
    many = [held.cast("赵", FOR_A) for _ in range(16)]
    path = held.pieces(AREAS, [*held.ballots, *many]).save(tmp_path / "area.bel")
    told: list[tuple[int, int]] = []
    found = verify_archive(path, workers=workers, progress=lambda done, of: told.append((done, of)))
    assert found.result == ((12033 + 9900, 8950, 6001), (6001, 12033 + 9900, 8950, 8950))
    assert told == [(16, 20), (20, 20)]


def test_processes_beside_other_threads_find_the_same(tmp_path: Path) -> None:
    """A server has threads; nothing is forked there, and the work is sent to new processes."""
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        held = the_election()
        ballots = [*held.ballots, *(held.cast("赵", FOR_A) for _ in range(16))]
        path = held.pieces(AREAS, ballots).save(tmp_path / "area.bel")
        assert verify_archive(path, workers=2).num_tallied == 4
    finally:
        stop.set()
        thread.join()


def test_an_election_that_nobody_may_vote_in_is_accepted(tmp_path: Path) -> None:
    """It proves nothing, but neither is it a lie; the manifest says who must be on the list."""
    pieces = replace(the_election().pieces(AREAS, []), credentials=b"[]")
    assert verified(pieces, tmp_path).credentials == {}


def test_several_processes_refuse_the_first_bad_ballot_in_order(tmp_path: Path) -> None:
    held = the_election()
    many = [held.cast("赵", FOR_A) for _ in range(40)]
    many[37], many[20] = b"{}", many[20].replace(b'"challenge":"', b'"challenge":"1', 1)
    chain = Chain(TIME)
    setup = setup_event(chain, the_heads().election, the_heads().trustees, the_heads().credentials)
    pieces = [setup, *(ballot_event(chain, ballot) for ballot in many)]
    path = tmp_path / "heads.bel"
    path.write_bytes(header_record(TIME) + b"".join(written for _, written in pieces))
    for workers in (1, 2):
        assert refused(path, workers=workers)[1] == "height 21 Ballot"


def test_a_missing_file_is_no_refusal(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        verify_archive(tmp_path / "nothing.bel")


# Setup


def an_alien() -> simulator.Trusteeship:
    """Trustees of some other election."""
    return simulator.mandatory(2)


def minus(element: int) -> int:
    """The element times one of order 2: no element of the group, but close to one."""
    return (BELENIOS_2048.p - element) % BELENIOS_2048.p


def with_credentials(credentials: bytes) -> Pieces:
    return replace(the_heads(), credentials=credentials)


def with_listed(*extra: int) -> Pieces:
    """The list of heads with more credentials, in order."""
    known = [the_election().credential(voter) for voter in AREAS]
    texts = ",".join(f'"{each}"' for each in sorted([*known, *extra]))
    return with_credentials(f"[{texts}]".encode())


def with_weight(text: str) -> Pieces:
    entries = the_heads().credentials.split(b'"')
    entries[1] += b"," + text.encode()
    return with_credentials(b'"'.join(entries))


def some_element() -> int:
    return BELENIOS_2048.power_g(7)


SETUPS: Sequence[tuple[str, Callable[[], Pieces], str]] = [
    (
        "trustees of another election",
        lambda: replace(the_heads(), trustees=an_alien().trustees.raw),
        "election-key",
    ),
    ("one trustee left out", lambda: replace(the_heads(), trustees=one_trustee()), "election-key"),
    ("no trustee", lambda: replace(the_heads(), trustees=b"[]"), "trustees-none"),
    ("version 2", lambda: reworded(b'"version":1', b'"version":2'), "election-version"),
    ("another group", lambda: reworded(b"BELENIOS-2048", b"RFC-3526-2048"), "election-version"),
    ("more than all answers asked", lambda: reworded(b'"min":1,"max":2', b'"min":4,"max":4'), "question"),
    ("min above max", lambda: reworded(b'"min":1,"max":2', b'"min":2,"max":1'), "question"),
    ("a space in election.json", lambda: reworded(b'"version":1,', b'"version": 1,'), "canonical"),
    ("an unknown field", lambda: reworded(b'"version":1,', b'"version":1,"more":1,'), "fields"),
    ("a field twice", lambda: reworded(b'"version":1,', b'"version":1,"version":1,'), "json"),
    ("the identity as election key", lambda: with_election_key(1), "election-key"),
    (
        "an election key outside the group",
        lambda: with_election_key(minus(some_element())),
        "element-membership",
    ),
    ("a credential twice", lambda: with_listed(the_election().credential("张")), "credential-duplicate"),
    ("the identity as credential", lambda: with_listed(1), "credential-identity"),
    ("zero as credential", lambda: with_listed(0), "element-membership"),
    ("a credential of order 2", lambda: with_listed(minus(1)), "element-membership"),
    ("a credential times minus 1", lambda: with_listed(minus(some_element())), "element-membership"),
    ("a credential above p", lambda: with_listed(some_element() + BELENIOS_2048.p), "decimal-range"),
    ("a negative weight", lambda: with_weight("-1"), "decimal"),
    ("a weight with a leading zero", lambda: with_weight("01"), "decimal"),
    ("a weight in other digits", lambda: with_weight("\N{FULLWIDTH DIGIT ONE}"), "decimal"),
    ("a weight beyond all areas", lambda: with_weight("1" + "0" * 30), "decimal-range"),
    ("no list", lambda: with_credentials(b"{}"), "credential-list"),
    ("a list with a space", lambda: with_credentials(the_heads().credentials + b" "), "credential-list"),
    ("an empty body for a list", lambda: with_credentials(b""), "credential-list"),
    ("a list cut short", lambda: with_credentials(the_heads().credentials[:-1]), "credential-list"),
    ("half a bracket", lambda: with_credentials(b'["]'), "credential-list"),
    ("an escape in a credential", lambda: with_credentials(b'["\\u0031"]'), "decimal"),
    ("a number for a credential", lambda: with_credentials(b"[17]"), "credential-list"),
]


def one_trustee() -> bytes:
    """The trustees without the first."""
    _, last = the_election().trusteeship.trustees.members
    return Trustees.create([last.keys[0].to_json(BELENIOS_2048)]).raw


def reworded(old: bytes, new: bytes) -> Pieces:
    assert old in the_heads().election
    return replace(the_heads(), election=the_heads().election.replace(old, new, 1))


def with_election_key(key: int) -> Pieces:
    return reworded(str(the_election().election.public_key).encode(), str(key).encode())


@pytest.mark.parametrize(("make", "rule"), [case[1:] for case in SETUPS], ids=[case[0] for case in SETUPS])
def test_a_wrong_setup_is_refused(tmp_path: Path, make: Callable[[], Pieces], rule: str) -> None:
    """Facts 11h; attacks 3, 11, 15 and 16 on what an election stands on."""
    path = make().save(tmp_path / "heads.bel", "S")
    assert refused(path) == (rule, "height 0 Setup")


# The end of an election


def resized(
    *, num_tallied: int | None = None, total_weight: int | None = None, tally: bytes | None = None
) -> Pieces:
    """The areas with another sized payload, and with another tally if one is given."""
    pieces = the_areas()
    told = SizedTally.parse(pieces.sized)
    tally = pieces.tally if tally is None else tally
    sized = SizedTally(
        told.num_tallied if num_tallied is None else num_tallied,
        told.total_weight if total_weight is None else total_weight,
        hex_sha256(tally),
    )
    return replace(pieces, tally=tally, sized=sized.to_bytes())


def with_result(*rows: Sequence[int]) -> Pieces:
    return replace(the_areas(), result=result_bytes(tuple(map(tuple, rows))))


def with_decryptions(*decryptions: tuple[int, bytes]) -> Pieces:
    return replace(the_areas(), decryptions=decryptions)


def share(number: int) -> bytes:
    """What trustee `number` posted."""
    return dict(the_areas().decryptions)[number]


Q = BELENIOS_2048.q
COMMITTEE_ROW = (6001, 12033, 8950, 8950)

ENDS: Sequence[tuple[str, Callable[[], Pieces], str, str]] = [
    (
        "facts 11c: a tally of other ballots",
        lambda: resized(tally=the_heads().tally),
        "encrypted-tally",
        "height 6 EncryptedTally",
    ),
    (
        "facts 11c: no tally at all",
        lambda: resized(tally=b"[]"),
        "encrypted-tally",
        "height 6 EncryptedTally",
    ),
    ("facts 11c: too many ballots", lambda: resized(num_tallied=4), "num-tallied", "height 6 EncryptedTally"),
    (
        "facts 11c: too much weight",
        lambda: resized(total_weight=99999),
        "total-weight",
        "height 6 EncryptedTally",
    ),
    (
        "a payload that names another tally",
        lambda: replace(the_areas(), sized=the_areas().sized.replace(b'y":"', b'y":"0', 1)),
        "event-payload",
        "height 6 EncryptedTally",
    ),
    (
        "a payload with a space",
        lambda: replace(the_areas(), sized=the_areas().sized.replace(b",", b", ", 1)),
        "canonical",
        "height 6 EncryptedTally",
    ),
    (
        "facts 11e: a trustee twice",
        lambda: with_decryptions((1, share(1)), (1, share(1)), (2, share(2))),
        "decryption-duplicate",
        "height 8 PartialDecryption",
    ),
    (
        "a trustee under another's number",
        lambda: with_decryptions((1, share(2)), (2, share(1))),
        "decryption-proof",
        "height 7 PartialDecryption",
    ),
    (
        "a trustee that is none",
        lambda: with_decryptions((1, share(1)), (3, share(2))),
        "trustee-owner",
        "height 8 PartialDecryption",
    ),
    (
        "a share of the other archive",
        lambda: with_decryptions((1, dict(the_heads().decryptions)[1]), (2, share(2))),
        "decryption-proof",
        "height 7 PartialDecryption",
    ),
    (
        "a mandatory trustee missing",
        lambda: with_decryptions((2, share(2))),
        "decryption-missing",
        "height 8 Result",
    ),
    (
        "a wrong result",
        lambda: with_result((12034, 8950, 6001), COMMITTEE_ROW),
        "result",
        "height 9 Result",
    ),
    (
        "two sums exchanged",
        lambda: with_result((8950, 12033, 6001), COMMITTEE_ROW),
        "result",
        "height 9 Result",
    ),
    (
        "facts 11d: r + q for r",
        lambda: replace(
            the_areas(), result=f'{{"result":[["{12033 + Q}",8950,6001],[6001,12033,8950,8950]]}}'.encode()
        ),
        "decimal-range",
        "height 9 Result",
    ),
    (
        "attack 11: a sum beyond all weight",
        lambda: with_result((12033, 8950, 26985), COMMITTEE_ROW),
        "result-range",
        "height 9 Result",
    ),
    (
        "attack 11: a negative sum",
        lambda: replace(the_areas(), result=the_areas().result.replace(b"12033", b"-12033", 1)),
        "integer",
        "height 9 Result",
    ),
    (
        "a result with a question missing",
        lambda: with_result((12033, 8950, 6001)),
        "shape",
        "height 9 Result",
    ),
    (
        "a number written as text",
        lambda: replace(the_areas(), result=the_areas().result.replace(b"12033", b'"12033"', 1)),
        "weight",
        "height 9 Result",
    ),
]


@pytest.mark.parametrize(
    ("make", "rule", "event"), [case[1:] for case in ENDS], ids=[case[0] for case in ENDS]
)
def test_a_wrong_end_is_refused(tmp_path: Path, make: Callable[[], Pieces], rule: str, event: str) -> None:
    assert refused(make().save(tmp_path / "area.bel")) == (rule, event)


def test_fewer_trustees_than_the_threshold_are_not_enough(tmp_path: Path) -> None:
    held = hold(trusteeship=simulator.threshold(3, (1, 3)))
    pieces = held.heads
    path = replace(pieces, decryptions=pieces.decryptions[1:]).save(tmp_path / "heads.bel")
    assert refused(path) == ("decryption-missing", "height 8 Result")


# Order, re-votes, replay


ORDERS = [
    ("facts 11b: a close among the ballots", "SBBEBBETPPR", "height 4 Ballot"),
    ("a ballot after the result", "SBBBETPPRB", "height 9 Ballot"),
    ("a ballot after the tally", "SBBBETB", "height 6 Ballot"),
    ("a result before any decryption", "SBBBBETR", "height 7 Result"),
    ("two results", "SBBBBETPPRR", "height 10 Result"),
    ("two tallies", "SBBBBETT", "height 7 EncryptedTally"),
    ("a second setup", "SS", "height 1 Setup"),
    ("no setup", "BBE", "height 0 Ballot"),
]


@pytest.mark.parametrize(("order", "event"), [case[1:] for case in ORDERS], ids=[case[0] for case in ORDERS])
def test_a_wrong_order_of_events_is_refused(tmp_path: Path, order: str, event: str) -> None:
    assert refused(the_heads().save(tmp_path / "heads.bel", order)) == ("event-order", event)


def test_an_old_ballot_posted_again_after_a_revote_is_refused(tmp_path: Path) -> None:
    """Facts 11a, attacks 1 and 7: the peer lets it win."""
    held = the_election()
    pieces = held.pieces(AREAS, [*held.ballots, held.ballots[0]])
    assert refused(pieces.save(tmp_path / "area.bel")) == ("ballot-replay", "height 5 Ballot")


def test_trailing_blocks_of_a_tar_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "heads.bel"
    path.write_bytes(the_heads().write() + bytes(1024))
    rule, event = refused(path)
    assert rule == "archive-zero-block"
    assert event is not None
    assert event.startswith("record ")


def test_half_an_archive_is_refused_by_the_record_that_is_cut(tmp_path: Path) -> None:
    """Attack 6."""
    raw = the_heads().write()
    path = tmp_path / "heads.bel"
    path.write_bytes(raw[: len(raw) // 2 + 7])
    with pytest.raises(FormatError) as caught:
        verify_archive(path)
    assert caught.value.rule == "archive-truncated"
    assert str(caught.value.event).startswith("record ")


# Two archives, one vote


def archives(tmp_path: Path, heads: Pieces, area: Pieces) -> tuple[VerifiedArchive, VerifiedArchive]:
    return verified(heads, tmp_path), verified(area, tmp_path)


def part(tmp_path: Path, heads: Pieces, area: Pieces) -> tuple[str, str | None]:
    """Verify both archives, which must be right by themselves, and return why they do not belong together."""
    pair = archives(tmp_path, heads, area)
    with pytest.raises(VerificationError) as caught:
        verify_pair(*pair)
    return caught.value.rule, caught.value.event


def test_two_archives_of_one_vote_belong_together(tmp_path: Path) -> None:
    verify_pair(*archives(tmp_path, the_heads(), the_areas()))


def test_two_archives_may_be_at_different_stages_after_the_same_ballots(tmp_path: Path) -> None:
    verify_pair(verified(the_heads(), tmp_path), verified(the_areas(), tmp_path, "SBBBBET"))


def test_archives_of_two_elections_do_not_belong_together(tmp_path: Path) -> None:
    other = hold()
    assert part(tmp_path, the_heads(), other.pieces(AREAS)) == ("pair-election", None)


def test_the_same_trustees_under_other_names_do_not_pass_for_the_same_record(tmp_path: Path) -> None:
    area = the_areas()
    renamed = area.trustees.replace("受托人1".encode(), "受托人9".encode())
    assert part(tmp_path, the_heads(), replace(area, trustees=renamed)) == ("pair-trustees", None)


def test_a_list_without_one_elector_is_found(tmp_path: Path) -> None:
    fewer = {voter: area for voter, area in AREAS.items() if voter != "赵"}
    area = the_election().pieces(fewer)
    assert part(tmp_path, the_heads(), area) == ("pair-credentials", None)


def test_a_list_that_singles_out_one_voter_is_found(tmp_path: Path) -> None:
    """Facts 11g: with weights 1 and 0 the "result" is one person's vote; each archive alone looks right."""
    spy = the_election().pieces({**dict.fromkeys(AREAS, 0), "张": 1})
    assert verified(spy, tmp_path).result == ((0, 1, 0), (0, 0, 1, 1))
    assert part(tmp_path, spy, the_areas()) == ("heads-weight", None)
    assert part(tmp_path, the_heads(), spy) == ("area-weight", None)


def test_a_head_counted_twice_is_found(tmp_path: Path) -> None:
    assert part(tmp_path, the_election().pieces({**HEADS, "李": 2}), the_areas()) == ("heads-weight", None)


def test_a_ballot_dropped_from_one_board_is_found(tmp_path: Path) -> None:
    """Attack 7."""
    held = the_election()
    fewer = held.pieces(AREAS, [*held.ballots[:1], *held.ballots[2:]])
    assert part(tmp_path, the_heads(), fewer) == ("pair-ballots", "height 2 Ballot")


def test_a_board_that_goes_on_longer_is_found(tmp_path: Path) -> None:
    """Attack 6: one reader is shown less than the other."""
    fewer = the_election().pieces(AREAS, the_election().ballots[:3])
    assert part(tmp_path, the_heads(), fewer) == ("pair-ballots", "height 4 Ballot")


def test_a_revote_put_before_the_vote_it_replaces_is_found(tmp_path: Path) -> None:
    """Attack 7, reorder: the older choice would count by area, the newer by heads."""
    held = the_election()
    first, second, revote, last = held.ballots
    swapped = held.pieces(AREAS, [revote, second, first, last])
    assert part(tmp_path, the_heads(), swapped) == ("pair-ballots", "height 1 Ballot")


# Memory


YES_OR_NOTHING = (Question("事项", ("同意",), 0, 1),)


def peak(path: Path) -> int:
    """Return the most bytes that verifying takes over what there was before."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        verify_archive(path)
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def test_a_further_ballot_of_a_further_voter_takes_less_than_a_kilobyte(tmp_path: Path) -> None:
    voters = [f"业主{number}" for number in range(300)]
    held = hold(questions=YES_OR_NOTHING, voters=voters, votes=[(voter, [[1]]) for voter in voters])
    peaks = [
        peak(crowd(held, voters[:count]).save(tmp_path / f"{count}.bel", "S" + "B" * count))
        for count in (5, 100, 300)
    ]
    assert peaks[2] - peaks[1] < 200 * 1024


def crowd(held: Held, voters: Sequence[str]) -> Pieces:
    """An archive of these voters only, up to the last ballot."""
    listed = credential_list({held.credential(voter): 1 for voter in voters})
    trustees = held.trusteeship.trustees.raw
    return Pieces(held.election.raw, trustees, listed, held.ballots[: len(voters)], b"", b"", (), b"")
