"""A record that lies about its setup, its order or its end is refused by the rule it breaks (facts 11)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from backend.voting.errors import FormatError, VerificationError
from backend.voting.protocol.encoding import hex_sha256
from backend.voting.protocol.group import BELENIOS_2048
from backend.voting.protocol.tally import SizedTally, result_bytes
from backend.voting.protocol.trustees import Trustees
from backend.voting.protocol.verifier import verify_archive
from tests.voting import simulator
from tests.voting.simulator import AREAS, Pieces, hold, the_areas, the_election, the_heads


def refused(path: Path, *, final: bool = False, workers: int = 1) -> tuple[str, str | None]:
    with pytest.raises(VerificationError) as caught:
        verify_archive(path, final=final, workers=workers)
    return caught.value.rule, caught.value.event


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
