"""Attacks as vectors: the tables of our own tests, played once more under chance that repeats itself."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from backend.voting.errors import VerificationError
from backend.voting.protocol.encoding import compact
from backend.voting.protocol.trustees import Trustees
from backend.voting.protocol.verifier import VerifiedArchive, verify_archive, verify_pair
from tests.voting.protocol import test_attacks, test_trustees, test_wrong_records
from tests.voting.protocol.trustee_makers import hold_ceremony, mandatory_trustees
from tests.voting.simulator import AREAS, Held, Pieces, the_areas, the_election, the_heads
from tests.voting.vectors.texts import Json, Texts

Attack = tuple[str, Pieces, str, bool]


def verified(raw: bytes, *, final: bool = False) -> VerifiedArchive:
    """Verify an archive that is only in memory."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "archive.bel"
        path.write_bytes(raw)
        return verify_archive(path, final=final)


def refusal(check: Callable[[], object]) -> Json:
    """Return how the core refuses something; it must."""
    try:
        check()
    except VerificationError as error:
        return {"code": error.code, "rule": error.rule, "event": error.event}
    raise AssertionError("the core accepts what a vector was to show as refused")


def rows_of(test: Callable[..., object]) -> Sequence[tuple[Any, ...]]:
    """Return the table of a parametrized test."""
    (mark,) = (each for each in test.pytestmark if each.name == "parametrize")  # type: ignore[attr-defined]
    rows: Sequence[tuple[Any, ...]] = mark.args[1]
    return rows


def alone(raw: bytes) -> Pieces:
    """A board with this ballot only."""
    return replace(the_heads(), ballots=[raw])


def archives() -> Iterator[Attack]:
    """Yield attacks on the heads: title, pieces, order (or ""), whether a result is demanded."""
    for title, change, _ in test_attacks.CHANGES:
        raw = test_attacks.zhao_votes(change)
        if len(raw) < 100_000:  # the one that is only too long stands for itself in `archives`
            yield title, alone(raw), "SB", False
    long = test_attacks.zhao_votes(lambda fields: fields.update(pad="x" * 16_000))
    yield "15: a ballot longer than any", alone(long), "SB", False
    for title, make, _ in test_attacks.RAW:
        yield title, alone(make()), "SB", False
    for title, made, _ in test_wrong_records.SETUPS:
        yield title, made(), "S", False
    for title, order, _ in test_wrong_records.ORDERS:
        yield title, the_heads(), order, False
    yield "6: no result although one is demanded", the_heads(), "SBBBBETPP", True
    yield "15: order before proofs", test_attacks.with_ballot(b"{}"), "SBBBBBEE", False
    replayed = replace(the_heads(), ballots=[*the_election().ballots, the_election().ballots[0]])
    yield "1, 7, facts 11a: an old ballot after a re-vote", replayed, "SBBBBB", False
    for change, rule in rows_of(test_attacks.test_a_forged_decryption_factor_is_refused):
        yield f"3: a forged decryption factor ({rule})", test_attacks.with_factor(change), "", False


def archive_attacks(texts: Texts) -> Iterator[Json]:
    """Yield attacks on the heads, and on the areas from the tally on."""
    honest = test_attacks.honest()
    texts.add(honest)
    attacks = [(*attack, the_heads()) for attack in archives()]
    attacks += [(title, make(), "", False, the_areas()) for title, make, *_ in test_wrong_records.ENDS]
    for title, pieces, order, final, base in attacks:
        raw = pieces.write(order or None)
        yield {
            "title": title,
            "pieces": texts.pieces(pieces, base, [honest]),
            "order": order or pieces.order,
            "final": final,
            **refusal(lambda raw=raw, final=final: verified(raw, final=final)),
        }


def trustee_attacks(texts: Texts) -> Iterator[Json]:
    """Yield attacks on trustees.json."""
    _, mandatory = mandatory_trustees(2)
    ceremony = hold_ceremony(3, 2)
    damages: list[tuple[str, Trustees, Callable[[Any], object]]] = [
        (rule, mandatory, damage)
        for rule, damage in rows_of(test_trustees.test_damaged_mandatory_trustees_are_refused)
    ]
    damages += [
        (rule, ceremony.trustees, lambda fields, damage=damage: damage(ceremony, fields[0][1]))
        for rule, damage in rows_of(test_trustees.test_a_damaged_threshold_group_is_refused)
    ]
    for number, (rule, honest, damage) in enumerate(damages, 1):
        fields = json.loads(honest.raw)
        damage(fields)
        raw = compact(fields)
        title = f"trustees {number}: {rule}"
        reference = texts.refer(raw, [honest.raw])
        yield {"title": title, "trustees": reference, **refusal(lambda raw=raw: Trustees.parse(raw))}


def file_attacks() -> Iterator[Json]:
    """Yield changes of single bytes of the file of the small archive, and cuts and additions."""
    raw, chance = test_attacks.small_pieces().write(), random.Random(20_261_124)
    headers = [512 * block + place for block in (0, 2) for place in range(0, 180, 7)]
    for place in [*headers, *chance.sample(range(len(raw)), 60)]:
        bit = 1 << chance.randrange(8)
        changed = raw[:place] + bytes([raw[place] ^ bit]) + raw[place + 1 :]
        yield {"at": place, "xor": bit, **refusal(lambda changed=changed: verified(changed))}
    for cut in (0, 100, 511, 700, len(raw) // 2 + 7, len(raw) - 1):
        yield {"cut": cut, **refusal(lambda cut=cut: verified(raw[:cut]))}
    yield {"append": 1024, **refusal(lambda: verified(raw + bytes(1024)))}


def pairs(texts: Texts) -> Iterator[Json]:
    """Yield two archives of which each is right, with what is wrong with the pair."""
    heads, areas, held = the_heads(), the_areas(), the_election()
    doubled = dict.fromkeys(AREAS, 1) | {"赵": 2}
    landless: Mapping[str, int] = {**AREAS, "赵": 0}
    fewer = {voter: area for voter, area in AREAS.items() if voter != "赵"}
    cases: list[tuple[str, Pieces, Pieces, str]] = [
        ("one vote", heads, areas, areas.order),
        ("one vote, at two stages", heads, areas, "SBBBBET"),
        ("pair-ballots", heads, areas, "SBB"),
        ("pair-same-list", heads, heads, heads.order),
        ("heads-weight", _open(held, doubled), areas, "SBBBB"),
        ("area-weight", heads, _open(held, landless), "SBBBB"),
        ("pair-credentials", heads, _open(held, fewer), "SBBBB"),
    ]
    for title, left, right, order in cases:
        left_order = left.order if left is heads else "SBBBB"
        pair = verified(left.write(left_order)), verified(right.write(order))
        told = {"rule": None} if title.startswith("one") else refusal(lambda pair=pair: verify_pair(*pair))
        if told["rule"] is None:
            verify_pair(*pair)
        yield {
            "title": title,
            "heads": {"pieces": texts.pieces(left, heads), "order": left_order},
            "area": {"pieces": texts.pieces(right, areas), "order": order},
            **told,
        }


def _open(held: Held, weights: Mapping[str, int]) -> Pieces:
    """An archive by these weights that is still open."""
    return replace(the_heads(), credentials=held.credentials(weights))
