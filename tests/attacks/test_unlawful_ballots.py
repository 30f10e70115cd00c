"""Attacks 2, 3 and 11 at the intake: a voter with a valid code and an own device, and software that cheats.

Each ballot is signed anew after the change, so that the cheat itself must be found. The verifier finds the
same in an archive (tests/voting); here nothing of it reaches the board, and the voter may still vote.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from backend.voting.protocol.credentials import private_key
from backend.voting.protocol.group import BELENIOS_2048
from tests.assemblies.scene import Scene
from tests.attacks.intake import FIRST, FOR, refusal
from tests.voting.forgery import Fields, forged

P, Q, G = BELENIOS_2048.p, BELENIOS_2048.q, BELENIOS_2048.g


def in_choice(name: str, change: Callable[[int], int]) -> Callable[[Fields], object]:
    """Change one number of the ciphertext that says "for"."""

    def act(fields: Fields) -> None:
        choice = fields["answers"][0]["choices"][0]
        choice[name] = str(change(int(choice[name])))

    return act


def in_proof(name: str, change: Callable[[int], int]) -> Callable[[Fields], object]:
    """Change one number of the proof that "for" is 0 or 1."""

    def act(fields: Fields) -> None:
        proof = fields["answers"][0]["individual_proofs"][0][0]
        proof[name] = str(change(int(proof[name])))

    return act


def lists(change: Callable[[Fields], object]) -> Callable[[Fields], object]:
    """Change the lists of the first answer."""
    return lambda fields: change(fields["answers"][0])


CHEATS = {
    "11: one vote becomes two": (in_choice("beta", lambda beta: beta * G % P), "choice-proof"),
    "11: one vote becomes a thousand": (
        in_choice("beta", lambda beta: beta * pow(G, 999, P) % P),
        "choice-proof",
    ),
    "11: a negative vote": (in_choice("beta", lambda beta: beta * pow(G, -2, P) % P), "choice-proof"),
    "11: no proof of a choice": (lists(lambda one: one["individual_proofs"].pop()), "proof-count"),
    "11: an empty proof": (lists(lambda one: one["individual_proofs"][0].clear()), "proof-count"),
    "11: half a proof": (lists(lambda one: one["individual_proofs"][0].pop()), "proof-count"),
    "11: a proof of the total too many": (
        lists(lambda one: one["overall_proof"].append(one["overall_proof"][0])),
        "proof-count",
    ),
    "11: a fourth answer": (lists(lambda one: one["choices"].append(one["choices"][0])), "choices-count"),
    "11: a third question": (lambda fields: fields["answers"].append(fields["answers"][0]), None),
    "3: no randomness": (in_choice("alpha", lambda _: 1), "choice-identity"),
    "3: an element of order two": (
        in_choice("alpha", lambda alpha: alpha * (P - 1) % P),
        "element-membership",
    ),
    "3: nothing at all": (in_choice("beta", lambda _: 0), "element-membership"),
    "3: an element spelled above the modulus": (in_choice("alpha", lambda alpha: alpha + P), "decimal-range"),
    "3: a scalar spelled above the order": (in_proof("response", lambda one: one + Q), "decimal-range"),
    "2: another challenge": (in_proof("challenge", lambda one: (one + 1) % Q), "choice-proof"),
    "2: another response": (in_proof("response", lambda one: (one + 1) % Q), "choice-proof"),
    "2: two proofs exchanged": (lists(lambda one: one["individual_proofs"].reverse()), "choice-proof"),
}


@pytest.mark.parametrize("cheat", CHEATS)
def test_a_cheating_ballot_is_refused_by_its_rule_and_does_not_cost_the_vote(
    voting: Scene, cheat: str
) -> None:
    """The number in front is the attack's."""
    change, rule = CHEATS[cheat]
    secret = private_key(voting.people.codes[voting.people.labels["1-1-101"]], voting.whole)
    raw = forged(voting.raw_ballot(voting.whole, "1-1-101", FOR, FIRST), secret, change)
    code, found = refusal(voting, "owner-a", "1-1-101", raw)
    assert code == "ballot-refused"
    assert found == (rule or "ballot-size")
    voting.cast("owner-a", voting.whole, "1-1-101", FOR, FIRST)
