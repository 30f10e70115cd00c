"""Ballots: what a voter may say is accepted, everything else is refused by the right rule."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.voting.errors import FormatError, VerificationError
from backend.voting.protocol.ballot import Election, Question, check_ballot, make_ballot, parse_ballot
from backend.voting.protocol.credentials import private_key, public_credential
from backend.voting.protocol.encoding import b64_sha256, compact, hex_sha256
from backend.voting.protocol.proofs import Opening, encrypt
from tests.voting.protocol.elections import (
    COMMITTEE,
    ELECTION_SECRET,
    GROUP,
    ITEM,
    OTHER_VOTER,
    VOTER,
    JsonPath,
    an_election,
    ballot_fields,
    changed,
    containers,
    leaves,
    signed_anew,
)

VECTORS = Path(__file__).parent / "vectors"
ELECTION = an_election()
FIELDS = ballot_fields(ELECTION)
BOTH = an_election(questions=(ITEM, COMMITTEE))
BOTH_FIELDS = ballot_fields(BOTH, ((0, 1, 0), (0, 1, 1, 0)))


def refusal_of(election: Election, raw: bytes) -> VerificationError:
    with pytest.raises(VerificationError) as refusal:
        check_ballot(election, parse_ballot(election, raw))
    return refusal.value


def decrypted(election: Election, raw: bytes) -> list[list[int]]:
    """Read a ballot with the election's secret key, as no single trustee can."""

    def value(alpha: int, beta: int) -> int:
        power = GROUP.multiply(beta, GROUP.inverse(GROUP.power(alpha, ELECTION_SECRET)))
        return [GROUP.power_g(number) for number in range(4)].index(power)

    return [[value(*each) for each in answer] for answer in parse_ballot(election, raw).choices]


@st.composite
def questions_with_choices(draw: st.DrawFn) -> tuple[Question, list[int]]:
    size = draw(st.integers(1, 4))
    low = draw(st.integers(0, size))
    high = draw(st.integers(low, size))
    blank = draw(st.booleans())
    question = Question("Q", tuple("abcd"[:size]), min=low, max=high, blank=blank)
    if blank and draw(st.booleans()):
        return question, [1, *[0] * size]
    total = draw(st.integers(low, high))
    chosen = draw(st.permutations([1] * total + [0] * (size - total)))
    return question, [*([0] if blank else []), *chosen]


@settings(max_examples=12, deadline=None)
@given(st.lists(questions_with_choices(), min_size=1, max_size=2))
def test_any_lawful_choice_makes_a_ballot_that_is_accepted_and_decrypts_to_it(
    drawn: list[tuple[Question, list[int]]],
) -> None:
    election = an_election(questions=[question for question, _ in drawn])
    raw = make_ballot(election, VOTER, [chosen for _, chosen in drawn])
    ballot = parse_ballot(election, raw)
    check_ballot(election, ballot)
    assert ballot.credential == GROUP.power_g(VOTER)
    assert decrypted(election, raw) == [chosen for _, chosen in drawn]


@pytest.mark.parametrize("name", ["ballot.json", "ballot_blank.json"])
def test_ballots_of_the_peer_are_accepted(name: str) -> None:
    election = Election.parse((VECTORS / "election.json").read_bytes().strip())
    ballot = parse_ballot(election, (VECTORS / name).read_bytes().strip())
    check_ballot(election, ballot)
    code = (VECTORS / "codes.txt").read_text().split()[name == "ballot_blank.json"]
    assert ballot.credential == public_credential(code, election.uuid)
    check_ballot(
        election,
        parse_ballot(
            election, make_ballot(election, private_key(code, election.uuid), [[0, 1, 0], [0, 0, 1, 0]])
        ),
    )


def test_a_ballot_is_known_by_its_tracker_in_both_spellings() -> None:
    raw = compact(FIELDS)
    ballot = parse_ballot(ELECTION, raw)
    assert ballot.tracker == b64_sha256(raw)
    assert ballot.tracker_hex == hex_sha256(raw)
    assert ballot.raw == raw


def test_two_ballots_of_one_choice_have_nothing_in_common() -> None:
    """The clash attack needs two voters with one receipt."""
    first, second = (ballot_fields(ELECTION) for _ in range(2))
    differing = [path for path in leaves(first) if path[0] in ("answers", "signature")]
    for path in differing:
        one, other = first, second
        for step in path:
            one, other = one[step], other[step]
        assert one != other


@pytest.mark.parametrize(
    ("question", "chosen"),
    [
        (ITEM, [0, 0, 0]),
        (ITEM, [1, 1, 0]),
        (ITEM, [1, 0]),
        (ITEM, [1, 0, 0, 0]),
        (ITEM, [2, 0, 0]),
        (ITEM, [1, 1, -1]),
        (COMMITTEE, [0, 0, 0, 0]),
        (COMMITTEE, [0, 1, 1, 1]),
        (COMMITTEE, [1, 1, 0, 0]),
        (COMMITTEE, [1, 0, 0]),
    ],
)
def test_a_choice_the_question_does_not_allow_cannot_be_made(question: Question, chosen: list[int]) -> None:
    with pytest.raises(ValueError, match=r"expected|chosen|chooses"):
        make_ballot(an_election(questions=(question,)), VOTER, [chosen])


def test_an_answer_left_out_or_added_cannot_be_made() -> None:
    for choices in ([], [[1, 0, 0], [1, 0, 0]]):
        with pytest.raises(ValueError, match="zip"):
            make_ballot(ELECTION, VOTER, choices)


def lax(election: Election, **bounds: Any) -> Election:
    """The same election as a dishonest voter's software sees it: other bounds, same fingerprint."""
    return dataclasses.replace(
        election, questions=tuple(dataclasses.replace(each, **bounds) for each in election.questions)
    )


@pytest.mark.parametrize("bounds", [{"max": 3}, {"min": 0}, {"min": 0, "max": 3}, {"blank": True}])
def test_a_ballot_with_room_for_more_than_is_allowed_is_refused_by_its_form(bounds: dict[str, Any]) -> None:
    election = lax(ELECTION, **bounds)
    raw = make_ballot(election, VOTER, [[0] * election.questions[0].blank + [1, 0, 0]])
    assert refusal_of(ELECTION, raw).rule in {"proof-count", "fields", "ballot-size"}


@pytest.mark.parametrize("chosen", [[1, 1, 0], [0, 0, 0], [1, 1, 1]])
def test_a_forged_ballot_with_too_many_or_too_few_choices_is_refused(chosen: list[int]) -> None:
    total = sum(chosen)
    raw = make_ballot(lax(ELECTION, min=total, max=total), VOTER, [chosen])
    refusal = refusal_of(ELECTION, raw)
    assert refusal.rule == "overall-proof"
    assert "question 1" in refusal.message


def test_a_forged_ballot_that_says_one_choice_twice_is_refused() -> None:
    doubled = changed(
        FIELDS,
        ("answers", 0, "choices", 1, "beta"),
        lambda text: GROUP.text(GROUP.multiply(int(text), GROUP.g)),
    )
    assert refusal_of(ELECTION, signed_anew(doubled)).rule == "choice-proof"


def test_a_forged_ballot_that_is_blank_and_chooses_is_refused() -> None:
    """Blank counts as one of the choices for a question without blank of the same size."""
    question = dataclasses.replace(COMMITTEE, answers=("空白", *COMMITTEE.answers), blank=False)
    election = an_election(questions=(COMMITTEE,))
    forger = dataclasses.replace(election, questions=(question,))
    fields = json.loads(make_ballot(forger, VOTER, [[1, 1, 0, 0]]))
    honest = ballot_fields(election, ((0, 1, 0, 0),))["answers"][0]
    answer = fields["answers"][0] | {name: honest[name] for name in ("overall_proof", "blank_proof")}
    assert refusal_of(election, signed_anew(fields | {"answers": [answer]})).rule == "blank-proof"


def test_a_forged_overall_proof_of_a_question_with_blank_is_refused() -> None:
    election = an_election(questions=(COMMITTEE,))
    fields, other = (ballot_fields(election, ((0, 1, 0, 0),)) for _ in range(2))
    mixed = changed(fields, ("answers", 0, "overall_proof"), lambda _: other["answers"][0]["overall_proof"])
    assert refusal_of(election, signed_anew(mixed)).rule == "overall-proof"


@pytest.mark.parametrize("path", leaves(BOTH_FIELDS), ids=lambda path: ".".join(map(str, path)))
def test_every_leaf_that_is_changed_is_refused_even_if_the_voter_signs_anew(path: JsonPath) -> None:
    other = changed(BOTH_FIELDS, path, another_value)
    assert refusal_of(BOTH, compact(other)).rule in {
        "ballot-election",
        "ballot-hash",
        "ballot-signature",
        "element-membership",
        "decimal-range",
    }
    if path[0] != "signature":
        expected = {
            "election_uuid": {"ballot-election"},
            "election_hash": {"ballot-election"},
            "credential": {"element-membership", "ballot-signature"},
            "answers": {"choice-proof", "overall-proof", "blank-proof", "element-membership"},
        }[str(path[0])]
        assert refusal_of(BOTH, signed_anew(other)).rule in expected


def another_value(text: str) -> str:
    """Change the last character, staying within the form."""
    return text[:-1] + ("1" if text[-1] != "1" else "2")


@pytest.mark.parametrize(
    "respell",
    [
        lambda text: "0" + text,
        lambda text: "+" + text,
        lambda text: text + " ",
        lambda text: "-" + text,
        int,
        lambda text: [text],
        lambda _: "",
        lambda _: None,
        lambda text: str(int(text) + GROUP.q * GROUP.p),
    ],
)
def test_no_number_of_a_ballot_has_a_second_spelling_even_inside_answers(respell: Any) -> None:
    """The peer keeps answers as parsed, so a voter could mark a ballot there (facts 11 f)."""
    for path in leaves(FIELDS):
        if path[0] in ("election_uuid", "election_hash") or path[-1] == "hash":
            continue
        other = changed(FIELDS, path, respell)
        raw = compact(other) if path[0] == "signature" else signed_anew(other)
        refusal = refusal_of(ELECTION, raw)
        assert isinstance(refusal, FormatError)
        assert refusal.rule in {"decimal", "decimal-range"}


@pytest.mark.parametrize(
    "path", containers(BOTH_FIELDS), ids=lambda path: ".".join(map(str, path)) or "ballot"
)
def test_no_part_of_a_ballot_may_have_more_less_or_another_order(path: JsonPath) -> None:
    def more(part: Any) -> Any:
        return part | {"note": "1"} if isinstance(part, dict) else [*part, part[0]]

    def less(part: Any) -> Any:
        return dict(list(part.items())[:-1]) if isinstance(part, dict) else part[:-1]

    def reversed_fields(part: Any) -> Any:
        return dict(reversed(part.items())) if isinstance(part, dict) else {}

    for change in (more, less, reversed_fields):
        other = changed(BOTH_FIELDS, path, change)
        assert isinstance(refusal_of(BOTH, compact(other)), FormatError)
        if path and path[0] == "answers":
            assert isinstance(refusal_of(BOTH, signed_anew(other)), FormatError)


@pytest.mark.parametrize(
    "respell",
    [
        lambda raw: raw + b"\n",
        lambda raw: b" " + raw,
        lambda raw: raw.replace(b",", b", ", 1),
        lambda raw: raw.replace(b"alpha", b"\\u0061lpha", 1),
        lambda raw: raw.replace(b'{"alpha"', b'{"alpha":"1","alpha"', 1),
        lambda raw: raw[:-1],
        lambda raw: raw + b"}",
        lambda _: b"",
        lambda _: b"null",
        lambda _: b"[]",
    ],
)
def test_a_ballot_of_other_bytes_is_refused(respell: Any) -> None:
    assert isinstance(refusal_of(ELECTION, respell(compact(FIELDS))), FormatError)


def test_a_ballot_of_absurd_length_is_refused_unread() -> None:
    assert refusal_of(ELECTION, b"[" * 50_000).rule == "ballot-size"


@settings(max_examples=40, deadline=None)
@given(position=st.integers(0, len(compact(FIELDS)) - 1), bit=st.integers(0, 7))
def test_a_flipped_bit_anywhere_is_refused(position: int, bit: int) -> None:
    raw = bytearray(compact(FIELDS))
    raw[position] ^= 1 << bit
    refusal_of(ELECTION, bytes(raw))


def test_the_answers_of_another_voter_signed_with_ones_own_credential_are_refused() -> None:
    """Ballot copying breaks privacy (Cortier, Smyth): the copy must not count."""
    copied = FIELDS | {"credential": GROUP.text(GROUP.power_g(OTHER_VOTER))}
    assert refusal_of(ELECTION, signed_anew(copied, voter=OTHER_VOTER)).rule == "choice-proof"


def test_a_ballot_signed_by_another_than_its_credential_is_refused() -> None:
    assert refusal_of(ELECTION, signed_anew(FIELDS, voter=OTHER_VOTER)).rule == "ballot-signature"


def test_a_ballot_of_another_election_with_the_same_key_is_refused() -> None:
    other = an_election()
    assert refusal_of(other, compact(FIELDS)).rule == "ballot-election"
    moved = FIELDS | {"election_uuid": other.uuid, "election_hash": other.fingerprint}
    assert refusal_of(other, signed_anew(moved)).rule == "choice-proof"


def test_an_answer_moved_to_another_question_is_refused() -> None:
    election = an_election(questions=(ITEM, ITEM))
    fields = ballot_fields(election, ((1, 0, 0), (0, 1, 0)))
    first, second = fields["answers"]
    mixed = first | {"choices": second["choices"], "individual_proofs": second["individual_proofs"]}
    assert refusal_of(election, signed_anew(fields | {"answers": [mixed, second]})).rule == "overall-proof"


def test_choices_in_another_order_are_refused() -> None:
    swapped = changed(FIELDS, ("answers", 0, "choices"), lambda choices: choices[::-1])
    assert refusal_of(ELECTION, signed_anew(swapped)).rule == "choice-proof"
    both = changed(swapped, ("answers", 0, "individual_proofs"), lambda proofs: proofs[::-1])
    assert refusal_of(ELECTION, signed_anew(both)).rule == "overall-proof"


def test_a_rerandomised_ballot_is_refused() -> None:
    zero = encrypt(ELECTION.key, Opening(0, 777))

    def rerandomise(choice: dict[str, str]) -> dict[str, str]:
        return {
            "alpha": GROUP.text(GROUP.multiply(int(choice["alpha"]), zero.alpha)),
            "beta": GROUP.text(GROUP.multiply(int(choice["beta"]), zero.beta)),
        }

    other = changed(FIELDS, ("answers", 0, "choices", 0), rerandomise)
    assert refusal_of(ELECTION, signed_anew(other)).rule == "choice-proof"


@pytest.mark.parametrize("number", [0, GROUP.p - 1, 3])
@pytest.mark.parametrize("name", ["alpha", "beta"])
def test_a_choice_outside_the_group_is_refused(name: str, number: int) -> None:
    other = changed(FIELDS, ("answers", 0, "choices", 2, name), lambda _: str(number))
    assert refusal_of(ELECTION, signed_anew(other)).rule == "element-membership"


def test_a_choice_anybody_can_read_is_refused() -> None:
    other = changed(FIELDS, ("answers", 0, "choices", 2, "alpha"), lambda _: "1")
    assert refusal_of(ELECTION, signed_anew(other)).rule == "choice-identity"


@pytest.mark.parametrize(
    ("number", "rule"), [(1, "credential-identity"), (GROUP.p - 1, "element-membership")]
)
def test_a_credential_that_is_no_key_is_refused(number: int, rule: str) -> None:
    fields = FIELDS | {"credential": str(number)}
    assert refusal_of(ELECTION, signed_anew(fields)).rule == rule


def test_a_credential_known_from_the_list_is_not_tested_again() -> None:
    check_ballot(ELECTION, parse_ballot(ELECTION, compact(FIELDS)), known_credential=True)
    outside = signed_anew(FIELDS | {"credential": str(GROUP.p - 1)})
    with pytest.raises(VerificationError) as refusal:
        check_ballot(ELECTION, parse_ballot(ELECTION, outside), known_credential=True)
    assert refusal.value.rule == "ballot-signature"


def test_the_bound_on_the_length_lets_every_honest_ballot_through() -> None:
    for election, fields in ((ELECTION, FIELDS), (BOTH, BOTH_FIELDS)):
        grown = changed(fields, ("answers", 0, "choices", 0, "alpha"), lambda _: str(GROUP.p - 1))
        assert refusal_of(election, compact(grown)).rule == "ballot-hash"
