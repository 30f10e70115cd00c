"""Ballots (Belenios 2.0 facts 5): making them, reading them strictly, checking them.

A ballot is read in two steps. `parse_ballot` settles, cheaply, that the bytes are the one canonical
spelling of a ballot for this very election. `check_ballot` then settles what costs arithmetic: that
the holder of the credential signed it and that it encrypts a lawful choice, whatever that is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple

from backend.voting.errors import FormatError, VerificationError
from backend.voting.protocol.credentials import check_credential
from backend.voting.protocol.election import Election, Question
from backend.voting.protocol.encoding import (
    b64_sha256,
    check_fields,
    check_list,
    check_text,
    compact,
    hex_sha256,
    parse_canonical,
)
from backend.voting.protocol.group import Group
from backend.voting.protocol.proofs import (
    Ciphertext,
    ElectionKey,
    OneOf,
    Opening,
    Proof,
    add_ciphertexts,
    blank_exclusive,
    blank_or_interval,
    check_knowledge,
    check_one_of,
    encrypt,
    interval,
    parse_ciphertext,
    parse_proof,
    parse_proofs,
    prove_knowledge,
    prove_one_of,
    signature_prefix,
)

__all__ = ["Answer", "Ballot", "Election", "Question", "check_ballot", "make_ballot", "parse_ballot"]

_BALLOT_FIELDS = ("election_uuid", "election_hash", "credential", "answers", "signature")


@dataclass(frozen=True, slots=True)
class Answer:
    """The encrypted choices of one question and the proofs that they are lawful."""

    choices: tuple[Ciphertext, ...]
    individual_proofs: tuple[tuple[Proof, ...], ...]
    overall_proof: tuple[Proof, ...]
    blank_proof: tuple[Proof, ...] = ()

    def to_json(self, group: Group) -> dict[str, object]:
        """Return the object of the wire form, its fields in order."""
        blank = {"blank_proof": _proofs_json(self.blank_proof)} if self.blank_proof else {}
        return {
            "choices": [choice.to_json(group) for choice in self.choices],
            "individual_proofs": [_proofs_json(proofs) for proofs in self.individual_proofs],
            "overall_proof": _proofs_json(self.overall_proof),
            **blank,
        }


@dataclass(frozen=True, slots=True)
class Ballot:
    """A ballot of the canonical form, for the election it was read with. That alone proves nothing."""

    raw: bytes
    credential: int
    answers: tuple[Answer, ...]
    signed_hash: str
    signature: Proof

    @property
    def choices(self) -> tuple[tuple[Ciphertext, ...], ...]:
        """The ciphertexts of each question."""
        return tuple(answer.choices for answer in self.answers)

    @property
    def tracker(self) -> str:
        """The digest by which the peer's voters look for a ballot: base64, 43 characters."""
        return b64_sha256(self.raw)

    @property
    def tracker_hex(self) -> str:
        """The same digest as the archive and our links spell it: 64 hexadecimal digits."""
        return hex_sha256(self.raw)


def make_ballot(election: Election, secret: int, choices: Sequence[Sequence[int]]) -> bytes:
    """Encrypt, prove and sign a voter's choices; `secret` is the exponent behind the credential.

    `choices` holds 0 or 1 for each answer of each question; where the question allows blank, one
    more stands in front, 1 for blank. Raises ValueError for a choice the question does not allow.
    """
    group = election.group
    credential = group.power_g(secret)
    context = _ballot_context(election, credential)
    answers = [
        _make_answer(election.key, context, question, chosen).to_json(group)
        for question, chosen in zip(election.questions, choices, strict=True)
    ]
    unsigned = {
        "election_uuid": election.uuid,
        "election_hash": election.fingerprint,
        "credential": group.text(credential),
        "answers": answers,
    }
    signed_hash = b64_sha256(compact(unsigned))
    proof = prove_knowledge(group, signature_prefix(signed_hash), secret)
    return compact(unsigned | {"signature": {"hash": signed_hash, "proof": proof.to_json()}})


def parse_ballot(election: Election, raw: bytes) -> Ballot:
    """Read a ballot for this election, strictly, without costly arithmetic.

    Raises FormatError for any spelling but the canonical one, VerificationError `ballot-election` or
    `ballot-hash` for a ballot of another election or a hash that is not that of its content.
    """
    if len(raw) > _longest_ballot(election):
        raise FormatError("ballot-size", f"{len(raw)} bytes are more than any ballot of this election has")
    fields = check_fields(parse_canonical(raw), _BALLOT_FIELDS, "the ballot")
    if (fields["election_uuid"], fields["election_hash"]) != (election.uuid, election.fingerprint):
        raise VerificationError("ballot-election", "the ballot is of another election")
    group = election.group
    signature = check_fields(fields["signature"], ("hash", "proof"), "the signature")
    answers = check_list(
        fields["answers"], "the list of answers", length=len(election.questions), rule="answers-count"
    )
    ballot = Ballot(
        raw=raw,
        credential=group.parse(fields["credential"], "the credential"),
        answers=tuple(map(_parse_answer, repeat(group), election.questions, answers)),
        signed_hash=check_text(signature["hash"], "the signed hash"),
        signature=parse_proof(signature["proof"], group, "the signature"),
    )
    if ballot.signed_hash != b64_sha256(compact({name: fields[name] for name in _BALLOT_FIELDS[:-1]})):
        raise VerificationError("ballot-hash", "the signed hash is not that of the ballot")
    return ballot


def check_ballot(election: Election, ballot: Ballot, *, known_credential: bool = False) -> None:
    """Refuse a ballot that its credential did not sign or that may encrypt an unlawful choice.

    `ballot` was read with this election. `known_credential` says that the credential was tested for
    membership before, as those of a list are. Raises VerificationError `credential-identity`,
    `element-membership`, `ballot-signature`, `choice-proof`, `blank-proof` or `overall-proof`.
    """
    group = election.group
    if not known_credential:
        check_credential(ballot.credential, group)
    prefix = signature_prefix(ballot.signed_hash)
    check_knowledge(group, prefix, ballot.credential, ballot.signature, rule="ballot-signature")
    context = _ballot_context(election, ballot.credential)
    for number, (question, answer) in enumerate(
        zip(election.questions, ballot.answers, strict=True), start=1
    ):
        try:
            _check_answer(election.key, context, question, answer)
        except VerificationError as error:
            raise type(error)(error.rule, f"question {number}: {error.message}") from error


class _Statements(NamedTuple):
    """What an answer has to prove: of each choice, of their total, and of blank with the rest."""

    individual: tuple[OneOf, ...]
    overall: OneOf
    blank: OneOf | None


def _statements(group: Group, context: str, question: Question, choices: Sequence[Ciphertext]) -> _Statements:
    individual = tuple(interval(context, group, choice, (0, 1)) for choice in choices)
    shown = ",".join(group.text(number) for choice in choices for number in choice)
    whole = f"{context}|{shown}"
    if not question.blank:
        total = add_ciphertexts(group, choices)
        return _Statements(individual, interval(whole, group, total, question.lawful_totals), None)
    blank, total = choices[0], add_ciphertexts(group, choices[1:])
    overall = blank_or_interval(whole, blank, total, question.lawful_totals)
    return _Statements(individual, overall, blank_exclusive(whole, blank, total))


def _ballot_context(election: Election, credential: int) -> str:
    """Tie every proof to the election and the voter, so that no answer can be copied."""
    return f"{election.fingerprint}|{election.group.text(credential)}"


def _make_answer(key: ElectionKey, context: str, question: Question, chosen: Sequence[int]) -> Answer:
    _check_choice(question, chosen)
    openings = [Opening(int(bit), key.group.random_scalar()) for bit in chosen]
    choices = tuple(encrypt(key, opening) for opening in openings)
    statements = _statements(key.group, context, question, choices)
    total = _add_openings(openings[question.blank :])
    either = [*openings[: question.blank], *(total for _ in question.lawful_totals)]
    individual = (
        prove_one_of(key, statement, [opening, opening])
        for statement, opening in zip(statements.individual, openings, strict=True)
    )
    return Answer(
        choices=choices,
        individual_proofs=tuple(individual),
        overall_proof=prove_one_of(key, statements.overall, either),
        blank_proof=prove_one_of(key, statements.blank, [openings[0], total]) if statements.blank else (),
    )


def _check_choice(question: Question, chosen: Sequence[int]) -> None:
    if len(chosen) != question.size or not set(chosen) <= {0, 1}:
        raise ValueError(f"{question.size} times 0 or 1 is expected, not {list(chosen)}")
    total = sum(chosen[question.blank :])
    if question.blank and chosen[0]:
        if total:
            raise ValueError("a blank ballot chooses nothing else")
    elif total not in question.lawful_totals:
        raise ValueError(f"{total} answers are chosen, from {question.min} to {question.max} may be")


def _add_openings(openings: Sequence[Opening]) -> Opening:
    return Opening(sum(each.value for each in openings), sum(each.randomness for each in openings))


def _check_answer(key: ElectionKey, context: str, question: Question, answer: Answer) -> None:
    statements = _statements(key.group, context, question, answer.choices)
    for statement, proofs in zip(statements.individual, answer.individual_proofs, strict=True):
        check_one_of(key, statement, proofs, rule="choice-proof", new_elements=True)
    if statements.blank:
        check_one_of(key, statements.blank, answer.blank_proof, rule="blank-proof")
    check_one_of(key, statements.overall, answer.overall_proof, rule="overall-proof")


def _longest_ballot(election: Election) -> int:
    """Bound the bytes of a ballot: elements have at most 617 digits, scalars 78."""
    per_question = (
        200 + 1300 * question.size + 200 * (2 * question.size + len(question.lawful_totals) + 3)
        for question in election.questions
    )
    return 1500 + sum(per_question)


def _parse_answer(group: Group, question: Question, value: object) -> Answer:
    names = ("choices", "individual_proofs", "overall_proof")
    fields = check_fields(value, (*names, "blank_proof") if question.blank else names, "an answer")
    choices = check_list(fields["choices"], "an answer", length=question.size, rule="choices-count")
    individual = check_list(
        fields["individual_proofs"], "an answer", length=question.size, rule="proof-count"
    )
    overall_count = len(question.lawful_totals) + question.blank
    return Answer(
        choices=tuple(_parse_choice(choice, group) for choice in choices),
        individual_proofs=tuple(parse_proofs(each, group, "a choice", count=2) for each in individual),
        overall_proof=parse_proofs(fields["overall_proof"], group, "the total", count=overall_count),
        blank_proof=parse_proofs(fields["blank_proof"], group, "blank", count=2) if question.blank else (),
    )


def _parse_choice(value: object, group: Group) -> Ciphertext:
    choice = parse_ciphertext(value, group, "a choice")
    if choice.alpha == group.identity:
        raise VerificationError(
            "choice-identity", "a choice is encrypted with no randomness: all can read it"
        )
    return choice


def _proofs_json(proofs: Sequence[Proof]) -> list[dict[str, str]]:
    return [proof.to_json() for proof in proofs]
