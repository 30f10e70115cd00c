"""Recompute written cases, one JSON document a line, with nothing but this package.

A vote case gives totals and votes, a roll case gives units; areas are written in m2 with at most two
decimals and never pass through binary fractions. Rules are those of the national pack; a case may set
`invalid_counts` and `nonreturn`, and a roll case its `scope`.
"""

from __future__ import annotations

import argparse
import json
import re
import reprlib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from backend.voting.errors import LawError
from backend.voting.law.count import Count
from backend.voting.law.majority import Decision, MatterClass, Votes, decide
from backend.voting.law.roll import Roll, RollBlocked, Scope, Unit, UnitKind, UnitStatus, build_roll
from backend.voting.law.rulepack import NonReturn, RulePack, load_pack

PACK = "cn-civil-code"
METRES = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,2}))?")
VOTE_KEYS = {"for", "against", "abstain", "invalid", "delivered_unreturned"}
INPUT_KEYS = VOTE_KEYS | {"A", "H", "class", "invalid_counts", "nonreturn"}
UNIT_KEYS = {"id", "area", "owners", "status", "kind", "building", "stair"}
CASE_KEYS = {"id", "title", "note", "expected"}

Word = TypeVar("Word", UnitKind, UnitStatus, MatterClass, NonReturn)


class CaseUnreadable(LawError):
    """A case that is not in the written form; the message says where."""

    code = "case-unreadable"


class Figure(str):
    """A number with a decimal point or an exponent, as it was written."""

    __slots__ = ()


class Metres(int):
    """An area in 0.01 m2 that is written in m2."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The recomputed case as one line of JSON; `remark` says why a roll is blocked."""

    line: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that could not be computed, and why."""

    number: int
    cause: str


def run_cases(lines: Iterable[bytes]) -> Iterator[Answer | Refused]:
    """Compute every line in order; blank lines are skipped, a bad one is reported and the rest goes on."""
    pack = load_pack(PACK)
    for number, raw in enumerate(lines, start=1):
        if not raw.strip():
            continue
        try:
            yield _answer(_parse(raw), pack)
        except LawError as error:
            yield Refused(number, f"[{error.code}] {error}")


def _parse(raw: bytes) -> Mapping[str, object]:
    try:
        case = json.loads(
            raw.decode(), parse_float=Figure, parse_constant=_no_constant, object_pairs_hook=_object
        )
    except (ValueError, RecursionError) as error:
        raise CaseUnreadable(f"not one JSON document ({error}); correct the line") from error
    return _table(case, "the case")


def _no_constant(word: str) -> object:
    raise CaseUnreadable(f"{word} is no number; write a decimal")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise CaseUnreadable("a key stands twice in one object; remove one")
    return table


def _answer(case: Mapping[str, object], pack: RulePack) -> Answer:
    name = _text(case.get("id"), "id")
    if "units" in case:
        _check_keys(case, CASE_KEYS | {"units", "scope"}, "the case")
        return _roll_answer(name, case, pack)
    if "input" in case:
        _check_keys(case, CASE_KEYS | {"input"}, "the case")
        return Answer(write({"id": name, **_decision(_table(case["input"], "input"), pack)}))
    raise CaseUnreadable('the case has neither "input" (a vote) nor "units" (a roll); add one')


def _decision(given: Mapping[str, object], pack: RulePack) -> dict[str, object]:
    _check_keys(given, INPUT_KEYS, "input")
    rules = replace(
        pack.votes,
        invalid_participates=_flag(given.get("invalid_counts", False), "invalid_counts"),
        nonreturn=_word(given.get("nonreturn", "NOT_PARTICIPATING"), "nonreturn", NonReturn),
    )
    votes = Votes(
        for_=_pair(given, "for"),
        against=_pair(given, "against"),
        abstain=_pair(given, "abstain"),
        invalid=_pair(given, "invalid"),
        unreturned=_pair(given, "delivered_unreturned"),
    )
    total = Count(_metres(given.get("A"), "A"), _heads(given.get("H"), "H"))
    matter_class = _word(given.get("class"), "class", MatterClass)
    return _written(decide(total, votes, matter_class, replace(pack, votes=rules)))


def _written(decision: Decision) -> dict[str, object]:
    return {
        "outcome": decision.outcome,
        "quorum": list(decision.quorum),
        "approval": list(decision.approval),
        "participating": [Metres(decision.participating.area), decision.participating.heads],
        "for": [Metres(decision.for_.area), decision.for_.heads],
        "deemed": decision.deemed,
    }


def _roll_answer(name: str, case: Mapping[str, object], pack: RulePack) -> Answer:
    units = [_unit(entry, f"units[{place}]") for place, entry in enumerate(_list(case["units"], "units"))]
    scope = Scope.parse(_text(case.get("scope", "all"), "scope"))
    try:
        roll = build_roll(units, scope, pack)
    except RollBlocked as blocked:
        return Answer(write({"id": name, "status": "ROLL_BLOCKED"}), f"{name}: {blocked}")
    return Answer(write({"id": name, **_written_roll(roll)}))


def _written_roll(roll: Roll) -> dict[str, object]:
    return {
        "status": "OK",
        "heads": roll.total.heads,
        "area": Metres(roll.total.area),
        "by_head": {elector.key: Metres(elector.area) for elector in roll.electors},
    }


def _unit(entry: object, place: str) -> Unit:
    given = _table(entry, place)
    _check_keys(given, UNIT_KEYS, place)
    area = given.get("area")
    return Unit(
        id=_text(given.get("id"), f"{place}.id"),
        building=_text(given.get("building", ""), f"{place}.building"),
        stair=_text(given.get("stair", ""), f"{place}.stair"),
        kind=_word(given.get("kind", "HOME"), f"{place}.kind", UnitKind),
        area=None if area is None else _metres(area, f"{place}.area"),
        status=_word(given.get("status", "DELIVERED"), f"{place}.status", UnitStatus),
        owners=tuple(
            _text(name, f"{place}.owners") for name in _list(given.get("owners", []), f"{place}.owners")
        ),
    )


def _check_keys(table: Mapping[str, object], known: set[str], place: str) -> None:
    for key in sorted(set(table) - known):
        raise CaseUnreadable(f"{place} has the unknown key {key!r}; known are {', '.join(sorted(known))}")


def _wrong(value: object, place: str, wanted: str) -> CaseUnreadable:
    found = "missing" if value is None else reprlib.repr(value)
    return CaseUnreadable(f"{place} is {found}; write {wanted}")


def _table(value: object, place: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise _wrong(value, place, "an object")
    return value


def _list(value: object, place: str) -> list[object]:
    if not isinstance(value, list):
        raise _wrong(value, place, "a list")
    return value


def _text(value: object, place: str) -> str:
    if not isinstance(value, str) or isinstance(value, Figure):
        raise _wrong(value, place, "a text")
    return value


def _flag(value: object, place: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(value, place, "true or false")
    return value


def _word(value: object, place: str, words: type[Word]) -> Word:
    for word in words:
        if word.value == value:
            return word
    raise _wrong(value, place, "one of " + ", ".join(words))


def _heads(value: object, place: str) -> int:
    if type(value) is not int or value < 0:
        raise _wrong(value, place, "a whole number of heads")
    return value


def _metres(value: object, place: str) -> int:
    """Read m2 and return 0.01 m2, exactly."""
    written = METRES.fullmatch(str(value)) if type(value) is int or isinstance(value, Figure) else None
    if written is None:
        raise _wrong(value, place, "an area in m2, not negative, with at most two decimals, such as 89.35")
    whole, decimals = written.groups(default="")
    return int(whole + decimals.ljust(2, "0"))


def _pair(given: Mapping[str, object], key: str) -> Count:
    pair = _list(given.get(key, [0, 0]), key)
    if len(pair) != 2:
        raise _wrong(pair, key, "[area in m2, heads]")
    return Count(_metres(pair[0], f"{key}[0]"), _heads(pair[1], f"{key}[1]"))


def write(value: object) -> str:
    """Return JSON in which areas are exact decimals with two places; ASCII, so the same bytes everywhere."""
    if isinstance(value, Metres):
        whole, decimals = divmod(int(value), 100)
        return f"{whole}.{decimals:02d}"
    if isinstance(value, dict):
        return "{" + ",".join(f"{write(key)}:{write(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(write(item) for item in value) + "]"
    return json.dumps(value)


def main(arguments: Sequence[str]) -> int:
    """Print the recomputed cases of one file. Returns 0, 1 for a bad line, 2 for no file (or wrong use)."""
    parser = argparse.ArgumentParser(
        prog="rules", description="Recompute cases of the law, one JSON document a line."
    )
    parser.add_argument("file", type=Path, help="the cases, as JSON lines in UTF-8")
    path: Path = parser.parse_args(arguments).file
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        sys.stderr.write(f"rules: cannot read {path}: {error.strerror}; name a file of cases\n")
        return 2
    return _print_answers(lines)


def _print_answers(lines: Iterable[bytes]) -> int:
    refused = 0
    for result in run_cases(lines):
        if isinstance(result, Refused):
            refused = 1
            sys.stderr.write(f"rules: line {result.number}: {result.cause}\n")
            continue
        sys.stdout.write(result.line + "\n")
        if result.remark:
            sys.stderr.write(f"rules: {result.remark}\n")
    return refused
