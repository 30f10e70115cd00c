"""Voters' credentials: the code on the notice, the keys derived from it, the public list (facts 4).

A code is standard Belenios 2.0: 14 random base58 digits (82 bits) and a check digit, in five groups
of three. Salted with the uuid of an election it gives the secret exponent; only its public form
stands in the archive, with the weight of the voter.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Container, Iterable, Mapping

from backend.voting.errors import FormatError, VerificationError
from backend.voting.protocol.encoding import check_text, compact, parse_canonical, parse_decimal
from backend.voting.protocol.group import BELENIOS_2048, Group

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

MAX_WEIGHT = 10**15
"""Bound of one weight: far above the floor area of a city in dm2, far below the group order."""

_DIGITS = 14
_PBKDF2_ROUNDS = 1000
_CODE = re.compile(f"[{BASE58}]{{3}}(?:-[{BASE58}]{{3}}){{4}}", re.ASCII)
_UUID = re.compile(f"[{BASE58}]{{14,64}}", re.ASCII)


def new_uuid() -> str:
    """Draw the identifier of an election: 14 base58 digits."""
    return _random_base58()


def check_uuid(value: object) -> str:
    """Return an election's identifier; raises FormatError `uuid` unless it is 14 or more base58 digits."""
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise FormatError("uuid", "an election's uuid is 14 to 64 base58 digits")
    return value


def new_code() -> str:
    """Draw a voter's secret code."""
    digits = _random_base58()
    return _in_groups(digits + _check_digit(digits))


def normalise_code(typed: str) -> str:
    """Return the code meant by what a person typed: spaces, dashes and wide letters are as they may be.

    Raises FormatError `credential-code` when it is no code, a mistyped digit included.
    """
    code = _in_groups(re.sub(r"[\s\-\u2010-\u2015]+", "", unicodedata.normalize("NFKC", typed)))
    check_code(code)
    return code


def check_code(code: str) -> None:
    """Refuse, as FormatError `credential-code`, a string that is no code in its exact spelling."""
    digits = code.replace("-", "")
    if not _CODE.fullmatch(code) or digits[_DIGITS] != _check_digit(digits[:_DIGITS]):
        raise FormatError("credential-code", "not a voting code; a digit may be mistyped")


def private_key(code: str, uuid: str, group: Group = BELENIOS_2048) -> int:
    """Derive a voter's secret exponent in one election; raises FormatError as `check_code` does."""
    check_code(code)
    derived = hashlib.pbkdf2_hmac("sha256", code.encode(), check_uuid(uuid).encode(), _PBKDF2_ROUNDS)
    return int.from_bytes(derived, "big") % group.q


def public_credential(code: str, uuid: str, group: Group = BELENIOS_2048) -> int:
    """Derive the public form of a code in one election; raises FormatError as `check_code` does."""
    return group.power_g(private_key(code, uuid, group))


def credential_list(weights: Mapping[int, int], group: Group = BELENIOS_2048) -> bytes:
    """Write the public list of an archive: credentials in ascending order, a weight of 1 left out.

    Raises ValueError for a weight below 0 or not below MAX_WEIGHT.
    """
    for weight in weights.values():
        if not 0 <= weight < MAX_WEIGHT:
            raise ValueError(f"{weight} is no weight")
    entries = ((group.text(credential), weights[credential]) for credential in sorted(weights))
    return compact([text if weight == 1 else f"{text},{weight}" for text, weight in entries])


def parse_credential_list(
    data: bytes, group: Group = BELENIOS_2048, *, known_elements: Container[int] = ()
) -> dict[int, int]:
    """Read a public list to credential -> weight, in the order of the list.

    `known_elements` were tested for membership before, as when the same credentials stand in the
    list of a second weight. A weight of 1 may be spelled out, as the peer does in a list that has other
    weights too. Raises FormatError on any other spelling than that of `credential_list`,
    VerificationError `credential-duplicate`, `credential-identity` or `element-membership`.
    """
    entries = parse_canonical(data)
    if not isinstance(entries, list):
        raise FormatError("credential-list", "the credential list is not an array")
    return collect_credentials(entries, group, known_elements=known_elements)


def collect_credentials(
    entries: Iterable[object], group: Group = BELENIOS_2048, *, known_elements: Container[int] = ()
) -> dict[int, int]:
    """Do what `parse_credential_list` does for entries that arrive one by one, as from a long file."""
    weights: dict[int, int] = {}
    previous = 0
    for number, entry in enumerate(entries, start=1):
        what = f"credential {number}"
        credential, weight = _parse_entry(entry, group, what)
        if credential in weights:
            raise VerificationError("credential-duplicate", f"{what} stands in the list twice")
        if credential not in known_elements:
            check_credential(credential, group, what)
        if credential < previous:
            raise FormatError("credential-order", f"{what} is not in ascending order")
        weights[credential] = weight
        previous = credential
    return weights


def check_credential(credential: int, group: Group = BELENIOS_2048, what: str = "the credential") -> None:
    """Refuse a public credential that is no element of the group, or that anybody could sign for."""
    if credential == group.identity:
        raise VerificationError("credential-identity", f"{what} is the identity, which has no secret")
    group.check_element(credential, what)


def _parse_entry(entry: object, group: Group, what: str) -> tuple[int, int]:
    element, comma, weight_text = check_text(entry, what).partition(",")
    credential = group.parse(element, what)
    if not comma:
        return credential, 1
    return credential, parse_decimal(weight_text, f"the weight of {what}", below=MAX_WEIGHT)


def _random_base58() -> str:
    return "".join(secrets.choice(BASE58) for _ in range(_DIGITS))


def _in_groups(digits: str) -> str:
    return "-".join(digits[start : start + 3] for start in range(0, len(digits), 3))


def _check_digit(digits: str) -> str:
    number = 0
    for digit in digits:
        number = number * 58 + BASE58.index(digit)
    return BASE58[53 - number % 53]
