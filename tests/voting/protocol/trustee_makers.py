"""Makers of trustees, elections and small tallies for the tests of trustees, tallies and decryptions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend.voting.protocol.credentials import new_uuid
from backend.voting.protocol.decryption import (
    PartialDecryption,
    check_partial_decryption,
    partial_decryption,
)
from backend.voting.protocol.election import Election, Question
from backend.voting.protocol.group import BELENIOS_2048
from backend.voting.protocol.key_ceremony import CeremonyDealt, CeremonyStart, TrusteeShare, assemble
from backend.voting.protocol.proofs import Ciphertext, ElectionKey, Opening, encrypt
from backend.voting.protocol.tally import EncryptedTally, TallyAccumulator
from backend.voting.protocol.transcript import Seat
from backend.voting.protocol.trustees import Trustees, make_single_key

GROUP = BELENIOS_2048
ORDER_TWO = GROUP.p - 1
"""The number of order two: a square root of 1 that no subgroup of prime order holds."""

QUESTIONS = (
    Question("更换物业服务企业", ("赞成", "反对", "弃权"), 1, 1),
    Question("选举业主委员会", ("候选人甲", "候选人乙", "候选人丙", "候选人丁"), 1, 2, blank=True),
)


@dataclass(frozen=True)
class Ceremony:
    """All that happened in a key ceremony, secrets included."""

    starts: tuple[CeremonyStart, ...]
    dealt: tuple[CeremonyDealt, ...]
    shares: tuple[TrusteeShare, ...]
    trustees: Trustees

    @property
    def certificates(self) -> list[Any]:
        return [start.certificate.signed.to_json() for start in self.starts]

    @property
    def dealings(self) -> list[Any]:
        return [each.dealing.to_json() for each in self.dealt]

    @property
    def keys(self) -> list[Any]:
        return [share.key.to_json(GROUP) for share in self.shares]

    @property
    def secrets(self) -> dict[int, int]:
        return {share.index: share.secret for share in self.shares}


def over_the_wire(message: Any) -> Any:
    """Send a message through JSON text, as between two machines."""
    return json.loads(json.dumps(message))


def begin(size: int, threshold: int) -> tuple[CeremonyStart, ...]:
    return tuple(
        CeremonyStart.begin(Seat(size, threshold, index), channel_key=f"{index:064x}")
        for index in range(1, size + 1)
    )


def deal(starts: Sequence[CeremonyStart]) -> tuple[CeremonyDealt, ...]:
    certificates = [start.certificate.signed.to_json() for start in starts]
    return tuple(start.deal(certificates) for start in starts)


def shares_for(dealt: Sequence[CeremonyDealt], recipient: int) -> dict[int, int]:
    return {sender: each.share_for(recipient) for sender, each in enumerate(dealt, 1) if sender != recipient}


def hold_ceremony(size: int, threshold: int) -> Ceremony:
    starts = begin(size, threshold)
    dealt = deal(starts)
    dealings = [each.dealing.to_json() for each in dealt]
    shares = tuple(
        each.conclude(dealings, shares_for(dealt, index), name=f"保管人{index}")
        for index, each in enumerate(dealt, 1)
    )
    certificates = [start.certificate.signed.to_json() for start in starts]
    keys = [share.key.to_json(GROUP) for share in shares]
    return Ceremony(starts, dealt, shares, assemble(certificates, dealings, keys))


def mandatory_trustees(size: int) -> tuple[dict[int, int], Trustees]:
    """Return the secret of each owner, and the trustees."""
    made = [make_single_key(f"保管人{index}") for index in range(1, size + 1)]
    secrets = {owner: secret for owner, (secret, _) in enumerate(made, 1)}
    return secrets, Trustees.create([key for _, key in made])


def election_for(trustees: Trustees) -> Election:
    return Election.create(
        uuid=new_uuid(),
        name="业主大会",
        description="0" * 64,
        public_key=trustees.public_key,
        questions=QUESTIONS,
    )


def encrypt_choices(election: Election, choices: Sequence[Sequence[int]]) -> list[list[Ciphertext]]:
    """Encrypt numbers in the shape of the questions, without the proofs of a ballot."""
    key = ElectionKey(GROUP, election.public_key)
    return [[encrypt(key, Opening(each, GROUP.random_scalar())) for each in row] for row in choices]


def tally_of(election: Election, sums: Sequence[Sequence[int]]) -> EncryptedTally:
    accumulator = TallyAccumulator(election)
    accumulator.add(encrypt_choices(election, sums), 1)
    return accumulator.encrypted()


def decrypt(
    election: Election, trustees: Trustees, secrets: dict[int, int], tally: EncryptedTally
) -> list[PartialDecryption]:
    """Let every trustee of `secrets` decrypt and check what each gave."""
    return [
        check_partial_decryption(
            election, trustees, owner, tally, partial_decryption(election, secret, tally)
        )
        for owner, secret in secrets.items()
    ]
