"""Adding encrypted ballots up, and reading the sums once they are decrypted (Belenios 2.0 facts 6 and 8).

A weight counts a ballot that many times: 1 in a tally of heads, an area in dm2 in a tally of areas.
Nothing here holds a key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Any

from backend.voting.errors import VerificationError
from backend.voting.protocol.ballot import Ballot
from backend.voting.protocol.election import Election
from backend.voting.protocol.encoding import (
    check_fields,
    check_integer,
    check_list,
    check_text,
    compact,
    hex_sha256,
    parse_canonical,
    parse_weight,
    weight_to_json,
)
from backend.voting.protocol.group import BELENIOS_2048, Group
from backend.voting.protocol.proofs import Ciphertext, parse_ciphertext

Matrix = tuple[tuple[int, ...], ...]
"""A number for each column of each question, blank first where it is allowed: factors, or results."""

TABLE_LIMIT = 1 << 20
"""Most steps kept in memory, about 200 MB; a wider search pays in time instead."""

WEIGHT_LIMIT = 10**12
"""The largest total weight whose sums are searched for: a hundred million flats, in 0.01 m2."""

_STEP_MASK = (1 << 128) - 1


@dataclass(frozen=True, slots=True)
class EncryptedTally:
    """The weighted products of the counted ballots; all numbers are elements of the group."""

    questions: tuple[tuple[Ciphertext, ...], ...]
    group: Group = BELENIOS_2048

    @classmethod
    def parse(cls, election: Election, raw: bytes) -> EncryptedTally:
        """Read an archived tally and test every number for membership.

        A trustee that raised anything but an element to its secret would give part of it away.

        Raises:
            FormatError: these are not canonical bytes in the shape of the questions.
            VerificationError: `element-membership`.
        """
        rows = parse_rows(election, parse_canonical(raw), "the encrypted tally")
        read = tuple(
            tuple(parse_ciphertext(entry, election.group, "the encrypted tally") for entry in row)
            for row in rows
        )
        for number in (number for row in read for ciphertext in row for number in ciphertext):
            election.group.check_element(number, "a number of the encrypted tally")
        return cls(read, election.group)

    def to_bytes(self) -> bytes:
        """Write the bytes the archive holds."""
        return compact([[entry.to_json(self.group) for entry in row] for row in self.questions])

    @property
    def digest(self) -> str:
        """The name of these bytes in the archive: hexadecimal SHA-256."""
        return hex_sha256(self.to_bytes())


@dataclass(frozen=True, slots=True)
class SizedTally:
    """What the archive says about a tally: how many ballots, of what weight together, and its digest."""

    num_tallied: int
    total_weight: int
    encrypted_tally: str

    @classmethod
    def parse(cls, raw: bytes) -> SizedTally:
        """Read the archived payload; raises FormatError. Whether it is true is for the caller to compare."""
        names = ("num_tallied", "total_weight", "encrypted_tally")
        fields = check_fields(parse_canonical(raw), names, "the sized tally")
        return cls(
            check_integer(fields["num_tallied"], "num_tallied"),
            parse_weight(fields["total_weight"], "total_weight", below=BELENIOS_2048.q),
            check_text(fields["encrypted_tally"], "encrypted_tally"),
        )

    def to_bytes(self) -> bytes:
        """Write the bytes the archive holds."""
        fields = {
            "num_tallied": self.num_tallied,
            "total_weight": weight_to_json(self.total_weight),
            "encrypted_tally": self.encrypted_tally,
        }
        return compact(fields)


class TallyAccumulator:
    """A sum of encrypted ballots that grows one ballot at a time and holds only the sum."""

    def __init__(self, election: Election) -> None:
        self.num_tallied = 0
        self.total_weight = 0
        self._group = election.group
        self._sums = [[(1, 1)] * question.size for question in election.questions]

    def add(self, choices: Sequence[Sequence[Ciphertext]], weight: int) -> None:
        """Count the choices of a checked ballot of this election `weight` times, 0 or more."""
        self._multiply(choices, lambda number: self._group.power(number, weight))
        self.num_tallied += 1
        self.total_weight += weight

    def remove(self, choices: Sequence[Sequence[Ciphertext]], weight: int) -> None:
        """Take back what `add` did with the same arguments: a later ballot replaces this one."""
        self._multiply(choices, lambda number: self._group.inverse(self._group.power(number, weight)))
        self.num_tallied -= 1
        self.total_weight -= weight

    def encrypted(self) -> EncryptedTally:
        """Return the sum so far; it goes on the board only after the vote has ended."""
        questions = tuple(tuple(Ciphertext(*sums) for sums in row) for row in self._sums)
        return EncryptedTally(questions, self._group)

    def sized(self) -> SizedTally:
        """Return the payload of the archive's EncryptedTally event."""
        return SizedTally(self.num_tallied, self.total_weight, self.encrypted().digest)

    def _multiply(self, choices: Sequence[Sequence[Ciphertext]], raised: Callable[[int], int]) -> None:
        multiply = self._group.multiply
        for row, chosen in zip(self._sums, choices, strict=True):
            row[:] = [
                (multiply(alpha, raised(each.alpha)), multiply(beta, raised(each.beta)))
                for (alpha, beta), each in zip(row, chosen, strict=True)
            ]


def encrypted_tally(election: Election, ballots: Iterable[tuple[Ballot, int]]) -> EncryptedTally:
    """Add up checked ballots in the order of the board, each with its weight.

    Of several ballots by one credential the last counts.
    """
    last = {ballot.credential: (ballot, weight) for ballot, weight in ballots}
    accumulator = TallyAccumulator(election)
    for ballot, weight in last.values():
        accumulator.add(ballot.choices, weight)
    return accumulator.encrypted()


def find_result(tally: EncryptedTally, factors: Matrix, total_weight: int) -> Matrix:
    """Read the sums out of a tally with the combined decryption factors.

    Raises:
        VerificationError: `result-range`, a sum is not in 0..total_weight; `weight-limit`, the total
            weight is absurd. So neither a hostile tally nor a hostile list makes the search run on.
    """
    if total_weight > WEIGHT_LIMIT:
        raise VerificationError("weight-limit", f"a total weight of {total_weight} is not searched")
    targets = _plain_elements(tally, factors)
    logarithm = _bounded_logarithm(tally.group, total_weight, sum(map(len, targets)))
    return tuple(tuple(map(logarithm, row)) for row in targets)


def check_result(tally: EncryptedTally, factors: Matrix, result: Matrix, total_weight: int) -> None:
    """Refuse a result that is not what the tally decrypts to.

    The peer accepts r + q for r (facts 11d), hence the range.

    Raises:
        VerificationError: `result-range` or `result`.
    """
    for targets, sums in zip(_plain_elements(tally, factors), result, strict=True):
        for target, found in zip(targets, sums, strict=True):
            if not 0 <= found <= total_weight:
                raise VerificationError("result-range", f"{found} is not in 0..{total_weight}")
            if tally.group.power(tally.group.g, found) != target:
                raise VerificationError("result", f"the tally does not decrypt to {found}")


def result_bytes(result: Matrix) -> bytes:
    """Write the result as the archive holds it."""
    return compact({"result": [list(map(weight_to_json, row)) for row in result]})


def parse_result(election: Election, raw: bytes) -> Matrix:
    """Read an archived result in the shape of the questions; raises FormatError."""
    fields = check_fields(parse_canonical(raw), ("result",), "the result")
    rows = parse_rows(election, fields["result"], "the result")
    return tuple(tuple(parse_weight(each, "a sum", below=election.group.q) for each in row) for row in rows)


def parse_rows(election: Election, value: object, what: str) -> list[list[Any]]:
    """Return `value` if it has one row a question and one entry a column; raises FormatError `shape`."""
    rows = check_list(value, what, length=len(election.questions), rule="shape")
    return [
        check_list(row, what, length=question.size, rule="shape")
        for row, question in zip(rows, election.questions, strict=True)
    ]


def _plain_elements(tally: EncryptedTally, factors: Matrix) -> Matrix:
    """Return g^sum for every column: beta divided by the combined factor."""
    group = tally.group
    return tuple(
        tuple(
            group.multiply(each.beta, group.inverse(factor)) for each, factor in zip(row, found, strict=True)
        )
        for row, found in zip(tally.questions, factors, strict=True)
    )


def _bounded_logarithm(group: Group, bound: int, searches: int) -> Callable[[int], int]:
    """Return a function from g^r to r for 0 <= r <= bound, by baby steps and giant steps.

    The table is as long as all giant strides together, which costs least over `searches` searches.
    Steps are found by 128 bits of the element to save memory, and a hit is then proven in full.
    """
    length = min(isqrt(bound * searches) + 1, bound + 1, TABLE_LIMIT)
    steps: dict[int, int] = {}
    step = group.identity
    for exponent in range(length):
        steps[step & _STEP_MASK] = exponent
        step = group.multiply(step, group.g)
    stride = group.inverse(step)

    def logarithm(element: int) -> int:
        rest = element
        for start in range(0, bound + 1, length):
            found = start + steps.get(rest & _STEP_MASK, bound + 1)
            if found <= bound and group.power(group.g, found) == element:
                return found
            rest = group.multiply(rest, stride)
        raise VerificationError("result-range", f"a sum is not in 0..{bound}")

    return logarithm
