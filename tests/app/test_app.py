"""The app: its stores and client, what is built of it, and people who use it in browsers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PIL import Image

from scripts.webapp import FOLDER, Node
from tests.houses import ROOT, served
from tests.programs import need


def run_node(node: Node, script: str, **variables: str) -> str:
    """Run a script of miniprogram/tests and return what it prints; its words are shown where it fails."""
    done = subprocess.run(
        [str(node.node), f"tests/{script}"],
        cwd=FOLDER,
        env=node.environment() | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def play(node: Node, build: Path, folder: Path, script: str, people: dict[str, str]) -> str:
    """Have people of the demo's community use the built app in browsers, and return what is said of it."""
    chromium = need("chromium", "chromium")
    data = folder / "data"
    environment = os.environ | {"DATA_DIR": str(data)}
    seed = [sys.executable, "-m", "backend.command", "demo"]
    subprocess.run(seed, cwd=ROOT, env=environment, capture_output=True, check=True)
    photo = folder / "lamp.jpg"
    Image.effect_noise((1800, 1200), 60).convert("RGB").save(photo)
    served_at = {"SMS_FILE": str(data / "outbox" / "sms.jsonl"), "PHOTO": str(photo), "CHROMIUM": chromium}
    with served(data, {"WEBAPP_DIR": str(build)}) as address:
        return run_node(node, script, **people, **served_at, APP_URL=address)


def test_the_apps_own_tests_hold(node: Node) -> None:
    node.run("test")


def test_what_is_built_names_no_other_host_and_keeps_to_its_size(
    node: Node, browser_build: Path, wechat_build: Path
) -> None:
    said = run_node(node, "bundle/check.mjs")
    assert "first script" in said
    assert "mp-weixin: main" in said
    assert browser_build.parent == wechat_build.parent


def test_the_mini_program_registers_every_page_in_a_bare_realm(node: Node, wechat_build: Path) -> None:
    assert "register, the app launches" in run_node(node, "mp/smoke.mjs")


def test_an_owner_whistles_with_a_photo_is_answered_and_rates_in_a_browser(
    node: Node, browser_build: Path, tmp_path: Path
) -> None:
    people = {"OWNER": "13900000001", "NEIGHBOUR": "13900000002", "DISPATCHER": "13900010021"}
    said = play(node, browser_build, tmp_path, "e2e/ticket.mjs", people)
    assert "was answered and rated" in said


def test_a_dispatcher_assigns_a_worker_resolves_with_a_proof_and_the_street_reads_the_figures(
    node: Node, browser_build: Path, tmp_path: Path
) -> None:
    desk = {"DISPATCHER": "13900010021", "WORKER": "13900010022", "STREET": "13900010024"}
    people = desk | {"OFFICER": "13900010003", "OWNER": "13900000001", "TENANT": "13900000399"}
    said = play(node, browser_build, tmp_path, "e2e/desk.mjs", people)
    assert "assigned, resolved with a proof, counted" in said
