"""Attack 8: guessing a sign-in code gets nowhere, and does not keep the owner from voting."""

from __future__ import annotations

import json

from backend.identity import rules
from tests.assemblies.scene import Scene
from tests.assemblies.world import PHONES
from tests.attacks.intake import FIRST, FOR
from tests.houses import sent_codes

CODES, TOKENS = "/api/v1/sign-in/codes", "/api/v1/sign-in/tokens"
ATTACKER = {"REMOTE_ADDR": "198.51.100.7"}
"""An address of the range that is kept for examples."""


def guess(scene: Scene, phone: str, code: str) -> tuple[int, str]:
    answer = scene.client.post(TOKENS, json={"phone": phone, "code": code}, environ_base=ATTACKER)
    return answer.status_code, json.loads(answer.data)["code"]


def wrong_codes(scene: Scene) -> list[str]:
    """Codes in the order of guessing, without the right one."""
    right = sent_codes(scene.house)[-1]
    return [f"{number:06d}" for number in range(100) if f"{number:06d}" != right]


def test_guessing_is_stopped_by_the_code_and_then_by_the_address(voting: Scene) -> None:
    """Attack 8: five tries a code, and so many an hour from one address whatever the phone."""
    voting.client.post(CODES, json={"phone": PHONES["owner-a"]})
    answers = [guess(voting, PHONES["owner-a"], code) for code in wrong_codes(voting)]
    assert answers[: rules.FAILURES_PER_ADDRESS] == rules.FAILURES_PER_ADDRESS * [(401, "code-refused")]
    assert set(answers[rules.FAILURES_PER_ADDRESS :]) == {(429, "sign-in-limited")}
    assert guess(voting, PHONES["owner-a"], sent_codes(voting.house)[-1]) == (429, "sign-in-limited")


def test_an_owner_whose_code_was_guessed_at_signs_in_with_the_next(voting: Scene) -> None:
    """Attack 8: the code is spent, not the owner's account, and the attacker's address is not the owner's."""
    voting.client.post(CODES, json={"phone": PHONES["owner-a"]})
    for code in wrong_codes(voting):
        guess(voting, PHONES["owner-a"], code)
    voting.cast("owner-a", voting.whole, "1-1-101", FOR, FIRST)


def test_an_owner_who_is_signed_in_votes_while_codes_are_asked_for_in_the_owner_s_name(
    voting: Scene,
) -> None:
    """Attack 8: limits are on signing in; who is signed in is not touched by them."""
    form = voting.ballot("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    asked = [
        voting.client.post(CODES, json={"phone": PHONES["owner-a"]}, environ_base=ATTACKER).status_code
        for _ in range(rules.CODES_PER_PHONE + 1)
    ]
    assert asked[-1] == 429
    voting.post(f"/elections/{voting.whole}/ballots", form, "owner-a")


def test_a_stranger_cannot_tell_owners_from_others_by_signing_in(voting: Scene) -> None:
    """Attack 8, enumeration of the roll: asking and guessing bring the same answers for any phone."""
    owner, nobody = PHONES["owner-a"], "13900000098"
    asked = [voting.client.post(CODES, json={"phone": phone}).data for phone in (owner, nobody)]
    assert asked[0] == asked[1]
    wrong = wrong_codes(voting)[0]
    assert guess(voting, owner, wrong) == guess(voting, nobody, wrong)
