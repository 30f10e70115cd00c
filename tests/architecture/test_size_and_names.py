"""Rooms stay small, and are named for what is in them."""

from __future__ import annotations

import re
from pathlib import Path
from statistics import median

import pytest

from tests.architecture.code import functions_of, length_of, name_of, python_files

LONGEST_MODULE = 400
LONGEST_TEST_MODULE = 600
LONGEST_FUNCTION = 40
MEDIAN_FUNCTION = 10
EMPTY_WORDS = re.compile(r"(^|_)(utils?|helpers?|managers?|misc)(_|$)", re.IGNORECASE)
OURS = python_files("backend", "scripts")
WRITTEN = [path for path in OURS if "migrations" not in path.parts]
"""What was written by hand; a migration lists what is in its tables."""


@pytest.mark.parametrize("path", WRITTEN, ids=name_of)
def test_no_module_is_longer_than_400_lines(path: Path) -> None:
    length = len(path.read_text(encoding="utf-8").splitlines())
    assert length <= LONGEST_MODULE


@pytest.mark.parametrize("path", python_files("tests"), ids=name_of)
def test_no_module_of_tests_is_longer_than_600_lines(path: Path) -> None:
    length = len(path.read_text(encoding="utf-8").splitlines())
    assert length <= LONGEST_TEST_MODULE


@pytest.mark.parametrize("path", WRITTEN, ids=name_of)
def test_no_function_is_longer_than_40_lines(path: Path) -> None:
    too_long = {
        each.name: length_of(each) for each in functions_of(path) if length_of(each) > LONGEST_FUNCTION
    }
    assert too_long == {}


def test_half_of_all_functions_are_shorter_than_10_lines() -> None:
    assert (
        median(length_of(each) for path in python_files("backend") for each in functions_of(path))
        < MEDIAN_FUNCTION
    )


@pytest.mark.parametrize("path", [*OURS, *python_files("tests")], ids=name_of)
def test_nothing_is_named_for_having_no_place(path: Path) -> None:
    names = [*path.with_suffix("").parts[-2:], *(each.name for each in functions_of(path))]
    ours = [name for name in names if not name.startswith("test_")]  # those are sentences
    assert [name for name in ours if EMPTY_WORDS.search(name)] == []
