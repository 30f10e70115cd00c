"""Guards over the joined application: authentication, refusals, and the published description."""

from __future__ import annotations

import re

from flask import Flask

from backend.command import openapi_text
from backend.infra.auth import PUBLIC, SIGNED_IN, stated_authentication
from backend.infra.http import WORDING
from backend.infra.outbox import job_kinds
from backend.kernel.refusal import Refusal
from backend.voting.errors import VotingError
from tests.architecture.code import ROOT, every_module, subclasses_of

CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def test_every_route_states_its_authentication(app: Flask) -> None:
    silent = [
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}
        if stated_authentication(app.view_functions[rule.endpoint], method) not in {PUBLIC, SIGNED_IN}
    ]
    assert silent == []


def test_every_refusal_has_a_code_of_its_own() -> None:
    every_module()
    refusals = [each for each in subclasses_of(Refusal) if each.__module__.startswith("backend.")]
    codes = [each.__dict__.get("code") for each in refusals] + [code for code, _ in WORDING.values()]
    assert None not in codes, [each for each in refusals if "code" not in each.__dict__]
    assert sorted({code for code in codes if codes.count(code) > 1}) == []


def test_every_code_is_kebab_case_and_every_title_chinese() -> None:
    every_module()
    for refusal in subclasses_of(Refusal):
        assert CODE.fullmatch(refusal.code), refusal
        assert re.search(r"[\u4e00-\u9fff]", refusal.title), refusal
        assert 400 <= refusal.status < 600, refusal


def test_the_core_s_errors_do_not_share_a_code_with_a_refusal() -> None:
    every_module()
    core = {each.code for each in subclasses_of(VotingError)}
    assert core & {each.code for each in subclasses_of(Refusal)} == set()


def test_the_committed_description_is_the_generated_one(app: Flask) -> None:
    """Run `python -m backend.command openapi` after changing a route or a schema."""
    committed = (ROOT / "docs" / "openapi.json").read_text(encoding="utf-8")
    assert committed == openapi_text(app)


def test_every_job_has_a_kind_in_kebab_case() -> None:
    every_module()
    assert [kind for kind in job_kinds() if not CODE.fullmatch(kind)] == []
