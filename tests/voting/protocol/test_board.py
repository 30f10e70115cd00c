"""The order of events, and the data each of them needs."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest

from backend.voting.errors import FormatError, VerificationError
from backend.voting.protocol.archive import (
    ArchiveReader,
    Chain,
    Event,
    EventType,
    ballot_event,
    encrypted_tally_event,
    end_ballots_event,
    header_record,
    partial_decryption_event,
    record,
    result_event,
    setup_event,
)
from backend.voting.protocol.board import Board, Posted, Stage, parse_owned, read_board
from backend.voting.protocol.encoding import compact, hex_sha256

TIME = 1_795_486_609
PIECES = {
    "S": lambda chain, _: setup_event(chain, b"election", b"trustees", b"credentials"),
    "B": lambda chain, number: ballot_event(chain, b"ballot %d" % number),
    "E": lambda chain, _: end_ballots_event(chain),
    "T": lambda chain, _: encrypted_tally_event(chain, b"tally", b"sized"),
    "P": lambda chain, number: partial_decryption_event(chain, number, b"shares %d" % number),
    "R": lambda chain, _: result_event(chain, b"result"),
}


def board_bytes(order: str) -> bytes:
    """An archive whose events come in `order`, one letter each; data and chain are right."""
    chain = Chain(TIME)
    return header_record(TIME) + b"".join(PIECES[kind](chain, at)[1] for at, kind in enumerate(order))


def read(raw: bytes) -> Board:
    return read_board(ArchiveReader(io.BytesIO(raw)))


def refused(raw: bytes) -> VerificationError:
    with pytest.raises(VerificationError) as caught:
        read(raw)
    assert caught.value.event is not None or caught.value.rule == "board-empty"
    return caught.value


def by_hand(*steps: tuple[Sequence[bytes], Event]) -> bytes:
    """An archive of events given as they are, right or wrong."""
    written = [header_record(TIME)]
    for data, event in steps:
        written += [record(f"{hex_sha256(item)}.data.json", item, TIME) for item in data]
        written.append(record(f"{event.hash}.event.json", event.to_bytes(), TIME))
    return b"".join(written)


@pytest.mark.parametrize(
    ("order", "stage"),
    [
        ("S", Stage.SETUP),
        ("SB", Stage.VOTING),
        ("SBBB", Stage.VOTING),
        ("SE", Stage.ENDED),
        ("SBBE", Stage.ENDED),
        ("SBBET", Stage.TALLIED),
        ("SBBETP", Stage.DECRYPTING),
        ("SBBETPPP", Stage.DECRYPTING),
        ("SBBETPPR", Stage.RESULT),
        ("SETPR", Stage.RESULT),
    ],
)
def test_an_archive_may_end_after_any_event_and_its_stage_is_named(order: str, stage: Stage) -> None:
    board = read(board_bytes(order))
    assert board.stage is stage
    assert board.head_height == len(order) - 1
    heights = [at for at, kind in enumerate(order) if kind == "B"]
    assert [ballot.place for ballot in board.ballots] == [f"height {at} Ballot" for at in heights]
    assert len(board.ballots.hashes()) == len(board.ballots) == len(heights)
    assert len(board.decryptions) == order.count("P")
    assert (board.closing_hash is not None) == ("E" in order)


def test_a_board_keeps_what_was_posted() -> None:
    board = read(board_bytes("SBETPR"))
    assert board.setup.bodies == (b"election", b"trustees")
    assert board.credentials.hash == hex_sha256(b"credentials")
    assert board.tally == Posted("height 3 EncryptedTally", (b"tally", b"sized"))
    assert board.result == Posted("height 5 Result", (b"result",))
    assert board.ballots[0].where.hash == hex_sha256(b"ballot 1")
    assert board.ballots[0].place == "height 1 Ballot"


@pytest.mark.parametrize(
    ("order", "event"),
    [
        ("B", "height 0 Ballot"),
        ("E", "height 0 EndBallots"),
        ("SS", "height 1 Setup"),
        ("SBS", "height 2 Setup"),
        ("SBEB", "height 3 Ballot"),
        ("SBEBETPR", "height 3 Ballot"),
        ("SBEE", "height 3 EndBallots"),
        ("SBT", "height 2 EncryptedTally"),
        ("SBP", "height 2 PartialDecryption"),
        ("SBR", "height 2 Result"),
        ("SBEP", "height 3 PartialDecryption"),
        ("SBER", "height 3 Result"),
        ("SBETR", "height 4 Result"),
        ("SBETT", "height 4 EncryptedTally"),
        ("SBETPT", "height 5 EncryptedTally"),
        ("SBETPB", "height 5 Ballot"),
        ("SBETPRR", "height 6 Result"),
        ("SBETPRB", "height 6 Ballot"),
        ("SBETPRP", "height 6 PartialDecryption"),
        ("SBETPRE", "height 6 EndBallots"),
    ],
)
def test_events_in_any_other_order_are_refused(order: str, event: str) -> None:
    """Facts 11b and attack 7: an EndBallots among the ballots would drop all before it."""
    refusal = refused(board_bytes(order))
    assert (refusal.rule, refusal.event) == ("event-order", event)


def test_an_archive_without_events_is_refused() -> None:
    assert refused(header_record(TIME)).rule == "board-empty"


def test_a_ballot_posted_twice_is_refused() -> None:
    """Facts 11a, attacks 1 and 7: the first ballot again after a re-vote would win."""
    chain = Chain(TIME)
    pieces = [setup_event(chain, b"e", b"t", b"c")]
    pieces += [ballot_event(chain, ballot) for ballot in (b"first", b"second", b"first")]
    refusal = refused(header_record(TIME) + b"".join(written for _, written in pieces))
    assert (refusal.rule, refusal.event) == ("ballot-replay", "height 3 Ballot")


# The chain


def setup_data() -> tuple[list[bytes], Event]:
    data = [b"e", b"t", b"c"]
    setup = compact(dict(zip(("election", "trustees", "credentials"), map(hex_sha256, data), strict=True)))
    return [*data, setup], Event(None, 0, EventType.SETUP, hex_sha256(setup))


def test_a_chain_made_by_hand_is_accepted_when_it_is_right() -> None:
    data, first = setup_data()
    second = Event(first.hash, 1, EventType.BALLOT, hex_sha256(b"ballot"))
    assert read(by_hand((data, first), ([b"ballot"], second))).head_hash == second.hash


@pytest.mark.parametrize("height", [0, 2, 10**30])
def test_a_height_out_of_turn_is_refused(height: int) -> None:
    data, first = setup_data()
    second = Event(first.hash, height, EventType.BALLOT, hex_sha256(b"ballot"))
    refusal = refused(by_hand((data, first), ([b"ballot"], second)))
    assert (refusal.rule, refusal.event) == ("event-height", f"height {height} Ballot")


@pytest.mark.parametrize("parent", [None, "0" * 64])
def test_a_parent_that_is_not_the_event_before_is_refused(parent: str | None) -> None:
    """Attack 6, a fork."""
    data, first = setup_data()
    second = Event(parent, 1, EventType.BALLOT, hex_sha256(b"ballot"))
    assert refused(by_hand((data, first), ([b"ballot"], second))).rule == "event-parent"


def test_a_first_event_with_a_parent_is_refused() -> None:
    data, first = setup_data()
    orphan = Event("0" * 64, 0, EventType.SETUP, first.payload)
    assert refused(by_hand((data, orphan))).rule == "event-parent"


def test_an_event_left_out_is_missed() -> None:
    """Attack 7, a dropped ballot."""
    chain = Chain(TIME)
    kept = [setup_event(chain, b"e", b"t", b"c"), ballot_event(chain, b"1"), ballot_event(chain, b"2")]
    del kept[1]
    assert refused(header_record(TIME) + b"".join(written for _, written in kept)).rule == "event-height"


def test_an_event_that_is_not_canonical_is_refused_by_its_record() -> None:
    data, first = setup_data()
    spaced = first.to_bytes().replace(b",", b", ")
    written = header_record(TIME) + b"".join(
        record(f"{hex_sha256(item)}.data.json", item, TIME) for item in data
    )
    refusal = refused(written + record(f"{hex_sha256(spaced)}.event.json", spaced, TIME))
    assert (refusal.rule, refusal.event) == ("canonical", f"record 5 {hex_sha256(spaced)}.event.json")


# Data


@pytest.mark.parametrize(
    ("data", "payload", "rule"),
    [
        ([], None, "event-data"),
        ([], hex_sha256(b"ballot"), "event-data"),
        ([b"other", b"ballot"], hex_sha256(b"ballot"), "event-data"),
        ([b"ballot"], None, "event-payload"),
        ([b"ballot"], hex_sha256(b"other"), "event-payload"),
    ],
)
def test_an_event_stands_after_exactly_the_data_it_needs(
    data: list[bytes], payload: str | None, rule: str
) -> None:
    before, first = setup_data()
    refusal = refused(by_hand((before, first), (data, Event(first.hash, 1, EventType.BALLOT, payload))))
    assert (refusal.rule, refusal.event) == (rule, "height 1 Ballot")


def test_a_closing_with_a_payload_is_refused() -> None:
    before, first = setup_data()
    for data, payload in (([], hex_sha256(b"x")), ([b"x"], hex_sha256(b"x"))):
        event = Event(first.hash, 1, EventType.END_BALLOTS, payload)
        assert refused(by_hand((before, first), (data, event))).rule in {"event-payload", "event-data"}


def test_setup_data_in_another_order_is_refused() -> None:
    data, first = setup_data()
    swapped = [data[1], data[0], *data[2:]]
    assert refused(by_hand((swapped, first))).rule == "event-payload"


def test_setup_data_in_another_form_is_refused() -> None:
    data, _ = setup_data()
    spaced = data[3].replace(b",", b", ")
    first = Event(None, 0, EventType.SETUP, hex_sha256(spaced))
    assert refused(by_hand(([*data[:3], spaced], first))).rule == "event-payload"


def test_data_that_no_event_uses_is_refused() -> None:
    unused = record(f"{hex_sha256(b'unused')}.data.json", b"unused", TIME)
    refusal = refused(board_bytes("SB") + unused)
    assert refusal.rule == "data-unused"
    assert refusal.event == f"record 8 {hex_sha256(b'unused')}.data.json"
    assert refused(board_bytes("SB") + unused * 9).rule == "data-unused"


@pytest.mark.parametrize(
    ("owned", "rule"),
    [
        (b'{"owner":1,"payload":"' + hex_sha256(b"other").encode() + b'"}', "event-payload"),
        (b'{"owner":1, "payload":"' + hex_sha256(b"pd").encode() + b'"}', "canonical"),
        (b'{"payload":"' + hex_sha256(b"pd").encode() + b'","owner":1}', "fields"),
        (b'{"owner":1,"owner":1,"payload":"' + hex_sha256(b"pd").encode() + b'"}', "json"),
        (b'{"payload":""}', "fields"),
        (b"[1]", "fields"),
        (b"", "json"),
    ],
)
def test_an_owned_payload_names_its_shares(owned: bytes, rule: str) -> None:
    with pytest.raises(VerificationError) as caught:
        parse_owned(Posted("height 9 PartialDecryption", (b"pd", owned)))
    assert caught.value.rule == rule


@pytest.mark.parametrize("owner", [0, -1, True, "1", None])
def test_an_owner_is_a_number_from_1(owner: object) -> None:
    owned = compact({"owner": owner, "payload": hex_sha256(b"pd")})
    with pytest.raises(FormatError) as caught:
        parse_owned(Posted("height 9 PartialDecryption", (b"pd", owned)))
    assert caught.value.rule == "integer"


def test_a_right_owned_payload_gives_the_owner() -> None:
    owned = compact({"owner": 3, "payload": hex_sha256(b"pd")})
    assert parse_owned(Posted("height 9 PartialDecryption", (b"pd", owned))) == 3


def test_a_refusal_of_an_unreadable_event_is_a_refusal_of_form() -> None:
    with pytest.raises(FormatError):
        read(header_record(TIME) + record(f"{hex_sha256(b'x')}.event.json", b"x", TIME))
