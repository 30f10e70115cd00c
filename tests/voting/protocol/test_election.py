"""election.json: what is written is read back, and nothing that could not be voted on is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from backend.voting.errors import FormatError, VerificationError
from backend.voting.protocol.ballot import Election, Question
from backend.voting.protocol.encoding import b64_sha256, compact
from tests.voting.protocol.elections import COMMITTEE, ELECTION_KEY, GROUP, ITEM, an_election, changed

VECTORS = Path(__file__).parent / "vectors"
ELECTION = an_election(questions=(ITEM, COMMITTEE))
FIELDS = json.loads(ELECTION.raw)


def rule_of_refusal(fields: Any) -> str:
    with pytest.raises(VerificationError) as refusal:
        Election.parse(compact(fields))
    return refusal.value.rule


def test_an_election_is_read_back_as_it_was_made() -> None:
    assert Election.parse(ELECTION.raw) == ELECTION
    assert ELECTION.questions == (ITEM, COMMITTEE)
    assert ELECTION.key == (GROUP, ELECTION_KEY)
    assert ELECTION.fingerprint == b64_sha256(ELECTION.raw)


def test_an_election_of_the_peer_is_read() -> None:
    election = Election.parse((VECTORS / "election.json").read_bytes().strip())
    assert election.uuid == "SampLe2Vectors3"
    assert election.name == "示例业主大会"
    assert election.questions[1] == Question(
        "示例选举", ("候选人甲", "候选人乙", "候选人丙"), 1, 2, blank=True
    )


def test_an_election_may_name_its_administrator_and_credential_authority() -> None:
    named = FIELDS | {"administrator": "甲", "credential_authority": "乙"}
    assert Election.parse(compact(named)).questions == ELECTION.questions
    assert rule_of_refusal(FIELDS | {"administrator": 1}) == "text"
    assert rule_of_refusal(FIELDS | {"credential_authority": "乙", "administrator": "甲"}) == "fields"


@pytest.mark.parametrize(
    ("path", "value", "rule"),
    [
        (("version",), 2, "election-version"),
        (("version",), True, "integer"),
        (("group",), "RFC-3526-2048", "election-version"),
        (("group",), "Ed25519", "election-version"),
        (("uuid",), "short", "uuid"),
        (("name",), 1, "text"),
        (("description",), None, "text"),
        (("public_key",), "1", "election-key"),
        (("public_key",), "0", "element-membership"),
        (("public_key",), str(GROUP.p - 1), "element-membership"),
        (("public_key",), ELECTION_KEY, "decimal"),
        (("questions",), {}, "list"),
        (("questions",), [], "election-questions"),
        (("questions", 0, "answers"), [], "question"),
        (("questions", 0, "answers"), ["a", "b", 3], "text"),
        (("questions", 0, "answers"), "abc", "list"),
        (("questions", 0, "min"), 2, "question"),
        (("questions", 0, "min"), -1, "integer"),
        (("questions", 0, "max"), 4, "question"),
        (("questions", 0, "max"), "1", "integer"),
        (("questions", 0, "question"), None, "text"),
        (("questions", 1, "blank"), False, "question"),
        (("questions", 1, "blank"), 1, "question"),
        (("questions", 0), {"type": "NonHomomorphic", "value": {}}, "fields"),
    ],
)
def test_an_election_nobody_could_vote_in_is_refused(
    path: tuple[str | int, ...], value: Any, rule: str
) -> None:
    assert rule_of_refusal(changed(FIELDS, path, lambda _: value)) == rule


@pytest.mark.parametrize("name", FIELDS)
def test_a_missing_or_misplaced_field_is_refused(name: str) -> None:
    without = {field: value for field, value in FIELDS.items() if field != name}
    assert rule_of_refusal(without) == "fields"
    if name != "uuid":
        assert rule_of_refusal(without | {name: FIELDS[name]}) == "fields"
    assert rule_of_refusal(FIELDS | {"note": 1}) == "fields"


def test_another_spelling_of_an_election_is_refused() -> None:
    with pytest.raises(FormatError) as refusal:
        Election.parse(ELECTION.raw + b"\n")
    assert refusal.value.rule == "canonical"


@pytest.mark.parametrize(("low", "high"), [(2, 1), (0, 4), (-1, 1)])
def test_a_question_with_impossible_bounds_cannot_be_asked(low: int, high: int) -> None:
    with pytest.raises(ValueError, match="cannot be chosen"):
        Question("Q", ("a", "b", "c"), min=low, max=high)
