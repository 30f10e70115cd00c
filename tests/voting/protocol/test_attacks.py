"""Attacks on a whole record: the chain is always right, so that only the lie can be the reason of a refusal.

The numbers are those of the list of attacks that this project must withstand, the letters those of what
belenios-tool 2.0 lets pass.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from backend.voting.errors import VerificationError
from backend.voting.protocol.ballot import Question
from backend.voting.protocol.encoding import compact, hex_sha256
from backend.voting.protocol.group import BELENIOS_2048
from backend.voting.protocol.trustees import Trustees, make_single_key
from backend.voting.protocol.verifier import verify_archive
from tests.voting.forgery import Fields, at, forged, leaves, other, put, signed
from tests.voting.forgery import Path as JsonPath
from tests.voting.simulator import FOR_A, Held, Pieces, Trusteeship, hold, the_election, the_heads

P, Q = BELENIOS_2048.p, BELENIOS_2048.q
STRANGER = 4711


def refused(pieces: Pieces, tmp_path: Path, order: str | None = None) -> tuple[str, str | None]:
    with pytest.raises(VerificationError) as caught:
        verify_archive(pieces.save(tmp_path / "attacked.bel", order))
    return caught.value.rule, caught.value.event


def with_ballot(raw: bytes) -> Pieces:
    """The board with one more ballot, at height 5."""
    return replace(the_heads(), ballots=[*the_heads().ballots, raw])


# Ballots on the board


def zhao_votes(change: Callable[[Fields], object]) -> bytes:
    """A ballot of a voter who has not voted yet, changed and signed anew."""
    return forged(honest(), the_election().secret("赵"), change)


@cache
def honest() -> bytes:
    """What that voter would send."""
    return the_election().cast("赵", FOR_A)


@cache
def another_election() -> Held:
    """An election by the same trustees, on the same questions."""
    return hold(trusteeship=the_election().trusteeship, description="另一次")


def first(fields: Fields) -> dict[str, Any]:
    """The answer to the first question."""
    answer: dict[str, Any] = fields["answers"][0]
    return answer


def times(element: str, factor: int) -> str:
    return str(int(element) * factor % P)


def rerandomised(fields: Fields) -> None:
    """Another encryption of the same choice: the proofs, copied, no longer fit."""
    key, choice = the_election().election.public_key, first(fields)["choices"][0]
    choice["alpha"] = times(choice["alpha"], BELENIOS_2048.power_g(5))
    choice["beta"] = times(choice["beta"], pow(key, 5, P))


def thousandfold(fields: Fields) -> None:
    """A choice of 1001 instead of 1, of which nothing can be proved."""
    choice = first(fields)["choices"][0]
    choice["beta"] = times(choice["beta"], BELENIOS_2048.power_g(1000))


def answers_of_another(fields: Fields) -> None:
    fields["answers"] = json.loads(the_election().ballots[0])["answers"]


def turned(fields: Fields) -> None:
    fields["answers"][0] = dict(reversed(first(fields).items()))


def doubled(fields: Fields) -> None:
    first(fields)["overall_proof"] *= 2


def one_more(fields: Fields) -> None:
    first(fields)["choices"].append(first(fields)["choices"][0])


def readdressed(fields: Fields) -> None:
    """The answers of another election, with this election written on them."""
    fields["answers"] = json.loads(another_election().ballots[0])["answers"]


def beyond(name: str) -> Callable[[Fields], object]:
    """Add q where only the value mod q matters."""

    def change(fields: Fields) -> None:
        proof = first(fields)["overall_proof"][0]
        proof[name] = str(int(proof[name]) + Q)

    return change


def alpha(new: Callable[[str], str]) -> Callable[[Fields], object]:
    """Change the first number of the first choice."""

    def change(fields: Fields) -> None:
        choice = first(fields)["choices"][0]
        choice["alpha"] = new(choice["alpha"])

    return change


CHANGES: Sequence[tuple[str, Callable[[Fields], object], str]] = [
    ("1: another voter's answers under one's own name", answers_of_another, "choice-proof"),
    ("1: another election's answers", readdressed, "choice-proof"),
    ("1: a choice encrypted anew", rerandomised, "choice-proof"),
    ("1: a response plus q", beyond("response"), "decimal-range"),
    ("1: a challenge plus q", beyond("challenge"), "decimal-range"),
    ("1: choices in another order", lambda f: first(f)["choices"].reverse(), "choice-proof"),
    ("1: answers in another order", lambda f: f["answers"].reverse(), "fields"),
    ("2: a thousand votes in one", thousandfold, "choice-proof"),
    ("3: the identity as randomness", alpha(lambda _: "1"), "choice-identity"),
    ("3: zero", alpha(lambda _: "0"), "element-membership"),
    ("3: times an element of order 2", alpha(lambda x: times(x, P - 1)), "element-membership"),
    ("3: a number above p", alpha(lambda x: str(int(x) + P)), "decimal-range"),
    ("11: no proof", lambda f: first(f)["overall_proof"].clear(), "proof-count"),
    ("11: each proof twice", doubled, "proof-count"),
    ("11: a choice too many", one_more, "choices-count"),
    ("11: a question left out", lambda f: f["answers"].pop(), "answers-count"),
    ("15, f: a field more inside an answer", lambda f: first(f).update(mark=1), "fields"),
    ("15, f: fields of an answer in another order", turned, "fields"),
    ("15, f: a leading zero inside an answer", alpha(lambda x: f"0{x}"), "decimal"),
    ("15, f: a sign inside an answer", alpha(lambda x: f"+{x}"), "decimal"),
    ("15: an unknown field", lambda f: f.update(more=1), "fields"),
    ("15: a ballot of a megabyte", lambda f: f.update(pad="x" * 1_000_000), "ballot-size"),
]


@pytest.mark.parametrize(
    ("change", "rule"), [case[1:] for case in CHANGES], ids=[case[0] for case in CHANGES]
)
def test_a_ballot_forged_and_signed_by_its_voter_is_refused(
    tmp_path: Path, change: Callable[[Fields], object], rule: str
) -> None:
    pieces = with_ballot(zhao_votes(change))
    assert refused(pieces, tmp_path, "SBBBBB") == (rule, "height 5 Ballot")


def stranger() -> Fields:
    """A ballot of somebody who is not on the list."""
    return json.loads(honest()) | {"credential": str(BELENIOS_2048.power_g(STRANGER))}


def renamed() -> Fields:
    """Another voter's ballot with one's own credential written on it."""
    return json.loads(the_election().ballots[0]) | {"credential": str(the_election().credential("赵"))}


def signed_by(voter: str, fields: Fields) -> bytes:
    return signed(fields, the_election().secret(voter))


RAW: Sequence[tuple[str, Callable[[], bytes], str]] = [
    ("1: another voter's ballot renamed", lambda: compact(renamed()), "ballot-hash"),
    ("1: and signed", lambda: signed_by("赵", renamed()), "choice-proof"),
    ("1: a ballot of another election", lambda: another_election().ballots[0], "ballot-election"),
    ("5: signed by another voter", lambda: signed_by("张", json.loads(honest())), "ballot-signature"),
    ("8: a stranger's", lambda: signed(stranger(), STRANGER), "ballot-credential"),
    ("15: a space", lambda: honest().replace(b",", b", ", 1), "canonical"),
    ("15: a line end", lambda: honest() + b"\n", "canonical"),
    ("15: a field twice", lambda: honest().replace(b"{", b'{"answers":[],', 1), "json"),
    ("15: nothing", lambda: b"", "json"),
    ("15: no object", lambda: b"[]", "fields"),
    ("15: brackets without end", lambda: b"[" * 5000, "json"),
]


@pytest.mark.parametrize(("make", "rule"), [case[1:] for case in RAW], ids=[case[0] for case in RAW])
def test_bytes_that_are_no_ballot_of_their_credential_are_refused(
    tmp_path: Path, make: Callable[[], bytes], rule: str
) -> None:
    assert refused(with_ballot(make()), tmp_path, "SBBBBB") == (rule, "height 5 Ballot")


def test_cheap_checks_come_before_costly_ones(tmp_path: Path) -> None:
    """Attack 15: a stranger's ballot, be it ever so wrong, is refused before its proofs are looked at."""
    fields = stranger()
    thousandfold(fields)
    pieces = with_ballot(signed(fields, STRANGER))
    assert refused(pieces, tmp_path, "SBBBBB") == ("ballot-credential", "height 5 Ballot")


def test_the_whole_board_is_in_order_before_any_proof_is_checked(tmp_path: Path) -> None:
    """Attack 15: a wrong order at the end is found although a ballot before it is forged."""
    pieces = with_ballot(b"{}")
    assert refused(pieces, tmp_path, "SBBBBBEE") == ("event-order", "height 7 EndBallots")


# Trustees


def test_a_trustee_that_chose_its_key_after_the_others_is_refused(tmp_path: Path) -> None:
    """A rogue key cancels the honest one, but who made it cannot prove to hold its secret."""
    _, fair = make_single_key()
    secret, mine = make_single_key()
    cancelling = pow(int(str(fair["public_key"])), -1, P)
    rogue = mine | {"public_key": times(str(BELENIOS_2048.power_g(secret)), cancelling)}
    pieces = replace(the_heads(), trustees=compact([["Single", fair], ["Single", rogue]]))
    assert refused(pieces, tmp_path) == ("trustee-possession", "height 0 Setup")


def with_factor(change: Callable[[str], str]) -> Pieces:
    (owner, raw), *rest = the_heads().decryptions
    fields = json.loads(raw)
    row = fields["decryption_factors"][0]
    row[0] = change(row[0])
    return replace(the_heads(), decryptions=[(owner, compact(fields)), *rest])


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda factor: times(factor, P - 1), "element-membership"),
        (lambda factor: times(factor, BELENIOS_2048.g), "decryption-proof"),
        (lambda _: "1", "decryption-proof"),
        (lambda _: "0", "element-membership"),
        (lambda factor: str(int(factor) + P), "decimal-range"),
        (lambda factor: f"0{factor}", "decimal"),
    ],
)
def test_a_forged_decryption_factor_is_refused(
    tmp_path: Path, change: Callable[[str], str], rule: str
) -> None:
    """Attack 3, and a trustee that would turn the result."""
    assert refused(with_factor(change), tmp_path) == (rule, "height 7 PartialDecryption")


# Every field


@cache
def small() -> Held:
    """One question, two voters, both of whom vote; a trustee without a name (names are bound to nothing)."""
    secret, public = make_single_key()
    trusteeship = Trusteeship(Trustees.create([public]), {1: secret}, (1,))
    votes = [("张", [(1, 0)]), ("李", [(0, 1)])]
    return hold(
        trusteeship=trusteeship,
        questions=[Question("事项", ("同意", "反对"), 1, 1)],
        voters=("张", "李"),
        votes=votes,
    )


@cache
def small_pieces() -> Pieces:
    return small().pieces({"张": 8950, "李": 12033})


DOCUMENTS: dict[str, tuple[Callable[[], bytes], Callable[[bytes], Pieces]]] = {
    "election": (lambda: small_pieces().election, lambda raw: replace(small_pieces(), election=raw)),
    "trustees": (lambda: small_pieces().trustees, lambda raw: replace(small_pieces(), trustees=raw)),
    "credentials": (lambda: small_pieces().credentials, lambda raw: replace(small_pieces(), credentials=raw)),
    "ballot": (
        lambda: small_pieces().ballots[0],
        lambda raw: replace(small_pieces(), ballots=[raw, small_pieces().ballots[1]]),
    ),
    "tally": (lambda: small_pieces().tally, lambda raw: replace(small_pieces(), tally=raw)),
    "sized": (lambda: small_pieces().sized, lambda raw: replace(small_pieces(), sized=raw)),
    "decryption": (
        lambda: small_pieces().decryptions[0][1],
        lambda raw: replace(small_pieces(), decryptions=[(1, raw)]),
    ),
    "result": (lambda: small_pieces().result, lambda raw: replace(small_pieces(), result=raw)),
}

PLACES: dict[str, set[str]] = {
    "election": {"height 0 Setup", "height 1 Ballot"},
    "trustees": {"height 0 Setup"},
    "credentials": {"height 0 Setup", "height 1 Ballot", "height 2 Ballot", "height 4 EncryptedTally"},
    "ballot": {"height 1 Ballot"},
    "tally": {"height 4 EncryptedTally"},
    "sized": {"height 4 EncryptedTally"},
    "decryption": {"height 5 PartialDecryption"},
    "result": {"height 6 Result"},
}
"""Where a change of each document is found out, at the latest."""


def test_the_small_record_is_right(tmp_path: Path) -> None:
    path = small_pieces().save(tmp_path / "small.bel")
    assert verify_archive(path, final=True).result == ((8950, 12033),)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_field_of_every_document_is_checked(tmp_path: Path, document: str) -> None:
    """Attacks 2 and 16: each string and number changed, one at a time, by as little as can be."""
    take, give = DOCUMENTS[document]
    raw = take()
    paths = leaves(json.loads(raw))
    assert paths
    for path in paths:
        fields = json.loads(raw)
        put(fields, path, other(at(fields, path)))
        assert refused(give(compact(fields)), tmp_path)[1] in PLACES[document], path


def signed_leaves() -> list[JsonPath]:
    return leaves(
        {name: value for name, value in json.loads(small_pieces().ballots[0]).items() if name != "signature"}
    )


def test_every_field_of_a_ballot_is_checked_even_if_it_is_signed_anew(tmp_path: Path) -> None:
    """Attack 2: no field is left out of what is hashed."""
    raw, secret = small_pieces().ballots[0], small().secret("张")
    for path in signed_leaves():
        changed_ballot = forged(
            raw, secret, lambda fields, path=path: put(fields, path, other(at(fields, path)))
        )
        pieces = replace(small_pieces(), ballots=[changed_ballot, small_pieces().ballots[1]])
        assert refused(pieces, tmp_path)[1] == "height 1 Ballot", path


def test_sampled_bytes_of_every_document_are_checked_even_if_the_chain_is_made_anew(tmp_path: Path) -> None:
    """Attack 16: the hashes are right again, and still the change is found."""
    chance = random.Random(20_261_124)
    for document, (take, give) in DOCUMENTS.items():
        raw = take()
        for place in chance.sample(range(len(raw)), 12):
            flipped = raw[:place] + bytes([raw[place] ^ (1 << chance.randrange(8))]) + raw[place + 1 :]
            assert refused(give(flipped), tmp_path)[0], (document, place)


def test_sampled_bytes_of_the_file_are_checked(tmp_path: Path) -> None:
    """Attack 16: any byte of the file, headers and padding included."""
    raw, chance = small_pieces().write(), random.Random(2)
    path = tmp_path / "small.bel"
    for place in chance.sample(range(len(raw)), 200):
        path.write_bytes(raw[:place] + bytes([raw[place] ^ (1 << chance.randrange(8))]) + raw[place + 1 :])
        with pytest.raises(VerificationError) as caught:
            verify_archive(path)
        assert str(caught.value.event).startswith("record "), place


def test_the_document_of_every_record_is_in_the_table() -> None:
    """A record kind without a row would be a field nobody changes."""
    given = {hex_sha256(take()) for take, _ in DOCUMENTS.values()}
    raw = small_pieces().write()
    named = {raw[at : at + 64].decode() for at in range(len(raw)) if raw[at + 64 : at + 74] == b".data.json"}
    derived = 2  # setup data and the owned payload: hashes and a number, with tests of their own
    assert given <= named
    assert len(named - given) == derived + len(small_pieces().ballots) - 1
