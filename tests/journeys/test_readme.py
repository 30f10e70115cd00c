"""What the READMEs and docs/ tell people to type or to open exists."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.houses import ROOT

ENGLISH, CHINESE = "README.md", "README.zh-CN.md"
FENCE = re.compile(r"^ *```console *\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
ANY_FENCE = re.compile(r"^( *)(```+|~~~+).*?^\1\2", re.MULTILINE | re.DOTALL)
INLINE_CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+[\"'][^)]*)?\)|^ {0,3}\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|#", re.IGNORECASE)
SEPARATORS = {"&&", "||", "|", ";"}
PAGES = [*sorted(ROOT.glob("README*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def commands_in(text: str) -> list[str]:
    """Return what is typed in console blocks: lines after "$ ", those that end in a backslash joined."""
    found = []
    for block in FENCE.findall(text):
        joined = block.replace("\\\n", " ")
        lines = [line.strip() for line in joined.splitlines()]
        found += [" ".join(line.removeprefix("$ ").split()) for line in lines if line.startswith("$ ")]
    return found


def scripts_in(command: str) -> list[str]:
    """Return the files of this repository that a command starts, or hands on as scripts/NAME."""
    words = shlex.split(command, comments=True)
    first = [word for before, word in pairwise([";", *words]) if before in SEPARATORS and "/" in word]
    named = [word for word in words if word.removeprefix("./").startswith("scripts/")]
    return list(dict.fromkeys(word.removeprefix("./") for word in [*first, *named]))


def links_in(text: str) -> list[str]:
    """Return the relative links of a page, without the part after #; code is no link."""
    prose = INLINE_CODE.sub("", ANY_FENCE.sub("", text))
    targets = [inline or reference for inline, reference in LINK.findall(prose)]
    return [unquote(target.split("#")[0]) for target in targets if not ELSEWHERE.match(target)]


@pytest.mark.parametrize("name", [ENGLISH, CHINESE])
def test_every_command_of_a_readme_names_a_script_that_exists(name: str) -> None:
    commands = commands_in((ROOT / name).read_text(encoding="utf-8"))
    scripts = [script for command in commands for script in scripts_in(command)]
    assert scripts, f"{name} tells nobody what to type"
    assert [script for script in scripts if not (ROOT / script).is_file()] == []


def test_both_readmes_have_the_same_commands_in_the_same_order() -> None:
    english, chinese = (commands_in((ROOT / name).read_text(encoding="utf-8")) for name in (ENGLISH, CHINESE))
    assert english == chinese


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relative_link_of_a_page_leads_to_a_file(page: Path) -> None:
    links = links_in(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_commands_and_links_are_found_where_people_see_them() -> None:
    prose = "[a](b.md#c) [x](https://e.example) `[no](code.md)` [here](#top)\n\n[ref]: docs/d.md\n\n"
    typed = "```console\n$ scripts/run \\\n    --demo\nserving\n$ cd x && bin/y | scripts/verify x/z\n```\n"
    page = prose + typed + "```\n$ no\n[no](e.md)\n```\n"
    assert links_in(page) == ["b.md", "docs/d.md"]
    assert commands_in(page) == ["scripts/run --demo", "cd x && bin/y | scripts/verify x/z"]
    assert [scripts_in(one) for one in commands_in(page)] == [["scripts/run"], ["bin/y", "scripts/verify"]]
