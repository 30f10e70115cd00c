"""The group in which ballots are encrypted (Belenios 2.0 facts 1), and fast arithmetic in it.

Elements and scalars are plain integers; the group alone knows how an element is written as text,
so that another group (Ed25519 of Belenios 2.1 to 3.3) can stand beside this one. gmpy2 is used when
it is installed; the environment variable YISHITING_NO_GMPY2=1 forces Python's own arithmetic.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from types import ModuleType

from backend.voting.errors import VerificationError
from backend.voting.protocol.encoding import parse_decimal


def _find_gmpy2() -> ModuleType | None:
    if os.environ.get("YISHITING_NO_GMPY2") == "1":
        return None
    try:
        return importlib.import_module("gmpy2")
    except ImportError:
        return None


_GMPY2 = _find_gmpy2()
_number: Callable[[int], int] = _GMPY2.mpz if _GMPY2 else int
_modular_power: Callable[[int, int, int], int] = _GMPY2.powmod if _GMPY2 else pow

ARITHMETIC = "gmpy2" if _GMPY2 else "python"
"""Which arithmetic this process uses; reports of speed name it."""

FIXED_BASES_KEPT = 16
"""How many tables of powers stay in memory; one takes about 2.5 MB."""


class Group(ABC):
    """A cyclic group of prime order `q` with generator `g`, as the protocol sees it."""

    name: str
    q: int
    g: int

    @abstractmethod
    def multiply(self, *factors: int) -> int:
        """Return the product; of nothing, the identity."""

    @abstractmethod
    def inverse(self, element: int) -> int:
        """Return the element that multiplies with this one to the identity."""

    @abstractmethod
    def power(self, base: int, exponent: int) -> int:
        """Raise any base to any exponent that is not negative; the exponent is not reduced."""

    @abstractmethod
    def powers(self, base: int, exponents: Sequence[int]) -> tuple[int, ...]:
        """Raise one base to several exponents below 2^256, sharing the work among them."""

    @abstractmethod
    def fixed(self, base: int) -> Callable[[int], int]:
        """Return x -> base^x for a base used many times; it must be an element, x is taken mod q."""

    @abstractmethod
    def is_element(self, number: int) -> bool:
        """Tell whether the number stands for an element of the group (the identity included)."""

    @abstractmethod
    def text(self, element: int) -> str:
        """Write an element as it stands in JSON and inside hashed strings."""

    @abstractmethod
    def parse(self, value: object, what: str) -> int:
        """Read the canonical text of a number that may be an element; membership is not tested."""

    @property
    def identity(self) -> int:
        """The neutral element."""
        return self.multiply()

    def power_g(self, exponent: int) -> int:
        """Raise the generator to an exponent, taken mod q."""
        return self.fixed(self.g)(exponent)

    def check_element(self, number: int, what: str) -> None:
        """Refuse, as `element-membership`, a number that is no element of the group."""
        if not self.is_element(number):
            raise VerificationError("element-membership", f"{what} is not an element of the group")

    def element_powers(self, number: int, exponents: Sequence[int]) -> tuple[int, ...]:
        """Return the powers of a number and refuse it, as `check_element` does, if it is no element.

        The membership test shares its work with the powers.
        """
        *found, unit = self.powers(number, (*exponents, self.q))
        if unit != self.identity:
            raise VerificationError("element-membership", "a number is not an element of the group")
        return tuple(found)

    def random_scalar(self) -> int:
        """Draw a secret exponent, 1 <= x < q."""
        return 1 + secrets.randbelow(self.q - 1)

    def hash(self, prefix: str, elements: Iterable[int]) -> int:
        """Hash a domain prefix and elements to a scalar: SHA-256 of the text, mod q."""
        hashed = prefix + ",".join(map(self.text, elements))
        return int.from_bytes(hashlib.sha256(hashed.encode()).digest(), "big") % self.q


class SchnorrGroup(Group):
    """The subgroup of order `q` of the numbers modulo the prime `p`."""

    def __init__(self, *, name: str, p: int, q: int, g: int) -> None:
        self.name, self.p, self.q, self.g = name, p, q, g
        self._modulus = _number(p)
        self._fixed = lru_cache(FIXED_BASES_KEPT)(self._table_of_powers)

    def multiply(self, *factors: int) -> int:
        """Multiply modulo p."""
        product = _number(1)
        for factor in factors:
            product = product * factor % self._modulus
        return int(product)

    def inverse(self, element: int) -> int:
        """Invert modulo p."""
        return int(_modular_power(element, -1, self.p))

    def power(self, base: int, exponent: int) -> int:
        """Raise modulo p."""
        return int(_modular_power(base, exponent, self.p))

    def powers(self, base: int, exponents: Sequence[int]) -> tuple[int, ...]:
        """Raise modulo p to each exponent; the squarings are made once."""
        if len(exponents) < 2:
            return tuple(self.power(base, exponent) for exponent in exponents)
        ladder = self._ladder(base)
        return tuple(self._climb(ladder, exponent) for exponent in exponents)

    def fixed(self, base: int) -> Callable[[int], int]:
        """Return the power function of a base, from its cached table."""
        return self._fixed(base)

    def is_element(self, number: int) -> bool:
        """Test the range and that number^q = 1; nothing cheaper is sound."""
        return 0 < number < self.p and self.power(number, self.q) == 1

    def text(self, element: int) -> str:
        """Write in base 10."""
        return str(_number(element))

    def parse(self, value: object, what: str) -> int:
        """Read a canonical decimal string below p."""
        return parse_decimal(value, what, below=self.p)

    def _ladder(self, base: int) -> list[int]:
        """List base^(16^i): the squarings that all powers of one base have in common."""
        modulus, step = self._modulus, _number(base)
        ladder = [step]
        for _ in range(63):
            for _ in range(4):
                step = step * step % modulus
            ladder.append(step)
        return ladder

    def _climb(self, ladder: Sequence[int], exponent: int) -> int:
        """Raise to one exponent by Yao's method: gather the steps by digit, then weigh the digits."""
        modulus = self._modulus
        gathered: dict[str, int] = {}
        for step, digit in zip(ladder, reversed(f"{exponent:064x}"), strict=True):
            gathered[digit] = gathered[digit] * step % modulus if digit in gathered else step
        running = product = _number(1)
        for digit in "fedcba987654321":
            if digit in gathered:
                running = running * gathered[digit] % modulus
            product = product * running % modulus
        return int(product)

    def _table_of_powers(self, base: int) -> Callable[[int], int]:
        """Precompute base^(d * 256^i) for every byte d, so that a power is 32 multiplications."""
        modulus, q, step = self._modulus, self.q, _number(base)
        rows: list[list[int]] = []
        for _ in range(32):
            row = [_number(1)]
            for _ in range(256):
                row.append(row[-1] * step % modulus)
            step = row.pop()
            rows.append(row)

        def power(exponent: int) -> int:
            product = _number(1)
            for row, byte in zip(rows, (exponent % q).to_bytes(32, "little"), strict=True):
                product = product * row[byte] % modulus
            return int(product)

        return power


BELENIOS_2048 = SchnorrGroup(
    name="BELENIOS-2048",
    p=int(
        "206947856914225464010136436575050080649229892957511040971008847870573742192427174019222372544976"
        "843381290666331380789584049600543896362897963930387739057228036059737494276713767776188985898727"
        "358650490811670993105358677809800307904916540637771737641986785272734744763418356000356983051931"
        "442845617019110007867373073335641239717328979132404745788344682606523279746479511376726586935821"
        "800463179220736688600526271863633860887968821207694323661494910029234443463732221458841005864210"
        "502421203654335612013204811188524087310770141516662001623131771693721892480785077118278423174980"
        "73276598828825169183103125680162072880719"
    ),
    q=78571733251071885079927659812671450121821421258408794611510081919805623223441,
    g=int(
        "240235267750185220922768770353239993271228765737836491651007531878766327414635321932028567615526"
        "967879969466829874938909508389657342560190060106847716449173547413728310461045868131451178164675"
        "540052740288984613986453266121505579709716201616827031288643245666383486363578210615491841998253"
        "431518974065818686865115135857641013888221539601604322884360393098933366277284840659313840601023"
        "167509576377798266510360682240663507669776402534625377308513317349519424896775405257365904949247"
        "763147599157519877517771148149092045660020547812705472823814097251863985833411570056835369555342"
        "3781475582491896050296680037745308460627"
    ),
)
"""p has 2048 bits, q 256; (p - 1) / q is 2 * 3 * a number without factors below 200,000."""
