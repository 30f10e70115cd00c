"""Which steps of an assembly every owner hears of, and when."""

from __future__ import annotations

from datetime import timedelta

from backend.infra.outbox import drain
from tests.assemblies.scene import Scene

OWNERS = ("owner-a", "owner-b", "owner-de")
FOR, FIRST = [1, 0, 0], [0, 1, 0, 0, 0, 0, 0]


def heard(scene: Scene, who: str) -> dict[str, tuple[str, str]]:
    """What an owner's inbox says of the assembly: text and link by kind."""
    with scene.app.app_context():
        for _ in range(3):
            drain()
    items = scene.get("/me/inbox", who)["items"]
    found = {one["kind"]: (one["text"], one["link"]) for one in items}
    return {kind: said for kind, said in found.items() if kind.startswith("assembly-")}


def test_every_owner_hears_of_the_notice_with_the_hours_of_voting(founded: Scene) -> None:
    founded.draft()
    founded.step("review")
    assert heard(founded, "owner-a") == {}
    founded.step("notice")
    shown = founded.assembly()
    for owner in OWNERS:
        [(kind, (text, link))] = heard(founded, owner).items()
        assert (kind, link) == ("assembly-notice", f"id={shown['id']}")
        assert shown["title"] in text
        assert "3月18日 00:00 开始投票，4月1日 24:00 截止" in text
    assert heard(founded, "stranger") == {}


def test_that_one_can_vote_is_told_when_voting_opens_and_not_before(ready: Scene) -> None:
    assert "assembly-ready" not in heard(ready, "owner-a")
    ready.go_to("opens_at")
    text, _ = heard(ready, "owner-a")["assembly-ready"]
    assert "现在可以投票" in text


def test_the_result_is_told_with_the_end_of_objections_and_then_as_final(voting: Scene) -> None:
    voting.cast("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    voting.count()
    voting.agree()
    voting.step("preliminary")
    assert "可以提出异议" in heard(voting, "owner-b")["assembly-preliminary"][0]
    voting.clock.forward(timedelta(days=9))
    voting.step("final")
    assert "assembly-final" in heard(voting, "owner-b")
