"""The extra questions of a category, typed as Open311 types them, and the answers to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from backend.complaints.rules.refusals import AnswersRefused, CategoryUnlawful
from backend.kernel.clock import parse_instant

LONGEST_ANSWER = 500
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?")


class Datatype(StrEnum):
    """What kind of answer a question takes (Open311 GeoReport v2, service definition)."""

    STRING = "string"
    NUMBER = "number"
    DATETIME = "datetime"
    TEXT = "text"
    SINGLE = "singlevaluelist"
    MULTI = "multivaluelist"


_LISTS = frozenset({Datatype.SINGLE, Datatype.MULTI})


def check_questions(questions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return questions in the form in which they are kept.

    Each is {"code", "question", "datatype", "required", "values": [{"key", "name"}], "hint"}.

    Raises:
        CategoryUnlawful: a code that is malformed or used twice, or a list without values.
    """
    kept = [_question(one) for one in questions]
    codes = [one["code"] for one in kept]
    if len(set(codes)) != len(codes):
        raise CategoryUnlawful("补充问题的代码不能重复")
    return kept


def check_answers(questions: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers that were given, each as its question's type.

    Raises:
        AnswersRefused: with one entry for each wrong answer, naming the question.
    """
    errors: list[dict[str, object]] = [
        {"field": f"answers.{code}", "rule": "没有这个补充问题"}
        for code in answers.keys() - {one["code"] for one in questions}
    ]
    kept: dict[str, Any] = {}
    for one in questions:
        given = answers.get(one["code"])
        if given in (None, "", []):
            if one["required"]:
                errors.append({"field": f"answers.{one['code']}", "rule": f"请回答“{one['question']}”"})
            continue
        try:
            kept[one["code"]] = _READERS[Datatype(one["datatype"])](one, given)
        except ValueError as error:
            errors.append({"field": f"answers.{one['code']}", "rule": f"“{one['question']}”：{error}"})
    if errors:
        raise AnswersRefused("；".join(str(error["rule"]) for error in errors), errors=errors)
    return kept


def _question(one: Mapping[str, Any]) -> dict[str, Any]:
    code, text = str(one.get("code", "")), str(one.get("question", "")).strip()
    if not CODE.fullmatch(code) or not text:
        raise CategoryUnlawful("补充问题需要代码（小写字母、数字、下划线）和问题文字")
    try:
        datatype = Datatype(str(one.get("datatype", "")))
    except ValueError as error:
        raise CategoryUnlawful(f"补充问题“{text}”的类型应为 {'、'.join(Datatype)} 之一") from error
    values = [{"key": str(value["key"]), "name": str(value["name"])} for value in one.get("values", ())]
    if (datatype in _LISTS) != bool(values) or len({value["key"] for value in values}) != len(values):
        raise CategoryUnlawful(f"补充问题“{text}”：选择题需要不重复的选项，其他题不能有选项")
    return {
        "code": code,
        "question": text,
        "datatype": datatype.value,
        "required": bool(one.get("required", False)),
        "hint": str(one.get("hint", "")),
        "values": values,
    }


def _text(_question: Mapping[str, Any], given: Any) -> str:
    if not isinstance(given, str) or len(given) > LONGEST_ANSWER:
        raise ValueError(f"请填写不超过 {LONGEST_ANSWER} 字的文字")
    return given.strip()


def _number(_question: Mapping[str, Any], given: Any) -> str:
    """Keep a number as it was written: no answer is calculated with, and none is rounded."""
    written = str(given).strip()
    if isinstance(given, bool) or not NUMBER.fullmatch(written):
        raise ValueError("请填写数字")
    return written


def _moment(_question: Mapping[str, Any], given: Any) -> str:
    try:
        return parse_instant(str(given)).isoformat()
    except ValueError as error:
        raise ValueError("请填写带时区的日期时间，如 2026-01-31T08:00:00+08:00") from error


def _single(question: Mapping[str, Any], given: Any) -> str:
    if not isinstance(given, str) or given not in {value["key"] for value in question["values"]}:
        raise ValueError("请从选项中选择一项")
    return str(given)


def _multi(question: Mapping[str, Any], given: Any) -> list[str]:
    keys = [value["key"] for value in question["values"]]
    chosen = given if isinstance(given, list) else []
    if not chosen or any(one not in keys or chosen.count(one) > 1 for one in chosen):
        raise ValueError("请从选项中选择，每项一次")
    return [str(one) for one in chosen]


_READERS: Mapping[Datatype, Callable[[Mapping[str, Any], Any], Any]] = {
    Datatype.STRING: _text,
    Datatype.TEXT: _text,
    Datatype.NUMBER: _number,
    Datatype.DATETIME: _moment,
    Datatype.SINGLE: _single,
    Datatype.MULTI: _multi,
}
