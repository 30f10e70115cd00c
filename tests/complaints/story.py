"""Some days in the scene: residents report, staff answer more or less well, time passes."""

from __future__ import annotations

import random

from tests.complaints.scene import Scene


def live_some_days(scene: Scene, seed: int) -> None:
    """Let residents report and staff act, more or less well, for some days."""
    chance = random.Random(seed)  # a story, not a secret
    categories = ["stairwell", "noise", "lift-trapped", "rubbish", "no-power"]
    tickets: list[dict] = []
    for day in range(8):
        tickets += [
            scene.report(by, category=chance.choice(categories), text=f"第{day}天的事")
            for by in ("owner-a", "owner-b", "owner-f")
        ]
        for ticket in tickets:
            act_somehow(scene, chance, ticket)
        scene.pass_time(hours=chance.choice([1, 5, 20, 30]))


def act_somehow(scene: Scene, chance: random.Random, ticket: dict) -> None:
    by = chance.choice(["dispatcher", "dispatcher", "officer"])
    steps = {
        "acknowledged": lambda: body("acknowledged"),
        "resolved": lambda: body("resolved", "办好了"),
        "confirmed": lambda: body(
            "confirmed", satisfaction=chance.randint(1, 5), solved=chance.random() < 0.7
        ),
        "reopened": lambda: body("reopened", "没有好"),
        "called_back": lambda: body(
            "called_back", callback=chance.choice(["solved", "unsolved", "unreached", "impossible"])
        ),
        "rejected": lambda: body("rejected", "不属于", reason="elsewhere"),
        "waited": lambda: body("waited", "等", wait="parts"),
    }
    kind = chance.choice(
        [
            "acknowledged",
            "resolved",
            "resolved",
            "confirmed",
            "confirmed",
            "reopened",
            "called_back",
            "rejected",
            "waited",
            "",
        ]
    )
    if kind:
        who = {"confirmed": "owner-a", "reopened": "owner-a", "called_back": "officer"}.get(kind, by)
        scene.call("POST", f"/tickets/{ticket['id']}/acts", who, json=steps[kind]())


def body(kind: str, text: str = "", **facts: object) -> dict:
    return {"kind": kind, "text": text, "facts": facts}
