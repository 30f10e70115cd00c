"""Photos judged by WeChat: sent by a job, fetched by a signed link, decided by a signed event."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.serving import make_server

from backend.infra import photochecks
from backend.infra.db import reading, transaction
from backend.infra.photochecks import LARGEST, PhotoCheck, link_to
from backend.infra.photos import Photo
from tests.complaints.conftest import copied
from tests.complaints.scene import RESIDENTS, Json, Scene
from tests.houses import an_app, free_port
from tests.standins.wechat import BREAK, EVENTS_TOKEN, WeChatStandIn, ask, wechat_stand_in
from tests.wechat import sign_in_by_wechat, with_wechat

ASKED = "/wxa/media_check_async"
OPENID = "o-owner-a"


@dataclass
class Checked:
    """A scene whose server WeChat's stand-in reaches over the network."""

    scene: Scene
    service: WeChatStandIn

    def report(self, text: str = "一号楼楼道很久没有打扫了。") -> tuple[Json, str]:
        """Report something with a photo, and let the worker send it; return ticket and photo."""
        photo = self.scene.photo("owner-a")
        ticket = self.scene.report(photos=[photo], text=text)
        self.work()
        return ticket, photo

    def work(self) -> None:
        """Let the worker tell of what happened, and then do the jobs that came of it."""
        self.scene.work()
        self.scene.work()

    @property
    def trace(self) -> str:
        """The trace of the one picture that was asked about."""
        (found,) = self.service.images
        return found

    def waiting(self) -> list[str]:
        """The photos in the officer's queue."""
        path = f"/communities/{self.scene.community}/reviews"
        return [each["id"] for each in self.scene.get(path, "officer")["photos"]]

    def review(self, photo: str) -> str:
        """What stands in a photo's row."""
        with self.scene.app.app_context(), reading() as session:
            return session.get_one(Photo, photo).review

    def decide(self, photo: str, *, approve: bool) -> None:
        """Have an officer decide."""
        answer = self.scene.call("POST", f"/photos/{photo}/review", "officer", json={"approve": approve})
        assert answer.status_code == 204, answer.text

    def verdicts(self) -> list[str | None]:
        """What is noted of each check."""
        with self.scene.app.app_context(), reading() as session:
            return list(session.scalars(sa.select(PhotoCheck.verdict)))


@contextmanager
def served_app(app: Flask, port: int) -> Iterator[None]:
    """Serve an application of this process on a loopback port."""
    server = make_server("127.0.0.1", port, app, threaded=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def a_checked_scene(set_scene: tuple[Path, Scene], tmp_path: Path, **environment: str) -> Iterator[Checked]:
    """The scene with the stand-in's mini-program; owner-a uses it."""
    port = free_port()
    url = {"PUBLIC_URL": f"http://127.0.0.1:{port}"}
    with wechat_stand_in() as service, copied(*set_scene, tmp_path) as plain:
        app = an_app(with_wechat(plain.house, service, plain.clock, **url, **environment))
        house, client = app.extensions["yishiting"], app.test_client()
        desk = replace(plain.desk, client=client, house=house)
        scene = replace(plain, desk=desk, client=client, app=app, house=house)
        service.events_url, service.now = f"{url['PUBLIC_URL']}/wechat/events", plain.clock
        service.active.add(OPENID)
        scene.tokens["owner-a"] = sign_in_by_wechat(client, service, OPENID, RESIDENTS["owner-a"])
        with served_app(app, port):
            yield Checked(scene, service)
        with app.app_context():
            app.extensions["sqlalchemy"].engine.dispose()


@pytest.fixture
def checked(set_scene: tuple[Path, Scene], tmp_path: Path) -> Iterator[Checked]:
    with a_checked_scene(set_scene, tmp_path, WECHAT_EVENTS_TOKEN=EVENTS_TOKEN) as made:
        yield made


def test_a_photo_that_wechat_passes_is_public_without_a_person(checked: Checked) -> None:
    ticket, photo = checked.report()
    assert checked.waiting() == [photo]
    assert checked.service.judge(checked.trace, "pass") == (200, "success")
    assert (checked.waiting(), checked.review(photo)) == ([], "approved")
    assert len(checked.service.fetched) == 1
    checked.scene.act(ticket, "reviewed", "officer", publication="shown")
    assert checked.scene.client.get(f"/api/v1/board/photos/{photo}").status_code == 200


@pytest.mark.parametrize("suggest", ["review", "risky", "something-new"])
def test_a_photo_that_does_not_pass_waits_for_a_person(checked: Checked, suggest: str) -> None:
    _, photo = checked.report()
    assert checked.service.judge(checked.trace, suggest) == (200, "success")
    assert checked.waiting() == [photo]


def test_no_request_waits_for_wechat(checked: Checked) -> None:
    checked.scene.report(photos=[checked.scene.photo("owner-a")])
    assert checked.service.images == {}
    checked.work()
    assert len(checked.service.images) == 1


def test_photos_of_a_later_act_are_sent_too(checked: Checked) -> None:
    ticket = checked.scene.report()
    checked.scene.act(ticket, "added", "owner-a", "又看到了", photos=[checked.scene.photo("owner-a")])
    checked.work()
    assert len(checked.service.images) == 1


def test_photos_of_the_firm_are_not_sent(checked: Checked) -> None:
    ticket = checked.scene.report()
    checked.scene.act(ticket, "acknowledged", "dispatcher", "已收到")
    photo = checked.scene.photo("dispatcher")
    checked.scene.act(ticket, "resolved", "dispatcher", "已打扫", photos=[photo])
    checked.work()
    assert checked.service.calls[ASKED] == 0


def test_a_photo_of_somebody_without_the_mini_program_waits_for_a_person(checked: Checked) -> None:
    photo = checked.scene.photo("owner-b")
    checked.scene.report("owner-b", photos=[photo])
    checked.work()
    assert (checked.service.calls[ASKED], checked.waiting()) == (0, [photo])


def test_a_mini_program_without_a_token_of_events_sends_nothing(
    set_scene: tuple[Path, Scene], tmp_path: Path
) -> None:
    with a_checked_scene(set_scene, tmp_path) as made:
        _, photo = made.report()
        assert (made.service.calls[ASKED], made.waiting()) == (0, [photo])
        status, answer = ask(made.service.address())
        assert (status, b"wechat-events-off" in answer) == (404, True)


def test_what_a_person_decided_before_the_verdict_holds(checked: Checked) -> None:
    _, photo = checked.report()
    event = checked.service.image_event(checked.trace, "pass")
    checked.decide(photo, approve=False)
    assert checked.service.push(event) == (200, "success")
    assert (checked.review(photo), checked.verdicts()) == ("rejected", ["pass"])


def test_a_photo_that_was_decided_before_the_worker_came_is_not_sent(checked: Checked) -> None:
    photo = checked.scene.photo("owner-a")
    checked.scene.report(photos=[photo])
    checked.decide(photo, approve=True)
    checked.work()
    assert checked.service.calls[ASKED] == 0


def test_a_wechat_that_is_down_blocks_nothing_and_is_asked_again(checked: Checked) -> None:
    checked.service.fail(ASKED, BREAK, -1)
    _, photo = checked.report()
    assert (checked.service.images, checked.waiting()) == ({}, [photo])
    told = len(checked.scene.inbox("dispatcher"))
    for _ in range(2):
        checked.scene.pass_time(minutes=1)
    assert len(checked.service.images) == 1
    assert len(checked.scene.inbox("dispatcher")) == told
    assert checked.service.judge(checked.trace) == (200, "success")
    assert checked.review(photo) == "approved"


def test_what_wechat_refuses_for_good_is_left_to_a_person(checked: Checked) -> None:
    checked.service.active.clear()
    _, photo = checked.report()
    checked.scene.pass_time(hours=1)
    assert (checked.service.calls[ASKED], checked.waiting()) == (1, [photo])


def test_a_check_whose_answer_never_comes_leaves_the_photo_in_the_queue(checked: Checked) -> None:
    _, photo = checked.report()
    checked.scene.pass_time(hours=48)
    assert (checked.service.calls[ASKED], checked.waiting()) == (1, [photo])


def test_a_repeated_job_asks_once(checked: Checked) -> None:
    _, photo = checked.report()
    with checked.scene.app.app_context():
        photochecks.ask_about(checked.scene.house, photo, OPENID)
    assert checked.service.calls[ASKED] == 1


def test_the_first_verdict_of_a_check_stays(checked: Checked) -> None:
    _, photo = checked.report()
    for suggest in ("risky", "pass", "risky"):
        assert checked.service.push(checked.service.image_event(checked.trace, suggest)) == (200, "success")
    assert (checked.waiting(), checked.verdicts()) == ([photo], ["risky"])


def test_a_signature_that_was_overheard_serves_for_no_other_photo(checked: Checked) -> None:
    _, first = checked.report()
    _, second = checked.report("又有一处没有打扫。")
    one, other = checked.service.images
    address = checked.service.address()
    events = [json.dumps(checked.service.image_event(trace, "pass")).encode() for trace in (one, other, one)]
    answers = [ask(address, event) for event in events]
    assert [status for status, _ in answers] == [200, 403, 200]
    assert b"wechat-event-replayed" in answers[1][1]
    assert {checked.review(first), checked.review(second)} == {"approved", "pending"}


@pytest.mark.parametrize("token", ["AnotherTokenOfEvents", ""])
def test_a_forged_event_decides_nothing(checked: Checked, token: str) -> None:
    _, photo = checked.report()
    event = json.dumps(checked.service.image_event(checked.trace, "pass")).encode()
    status, answer = ask(checked.service.address(token), event)
    assert (status, b"wechat-event-forged" in answer, checked.review(photo)) == (403, True, "pending")


def test_an_event_that_is_replayed_later_decides_nothing(checked: Checked) -> None:
    _, photo = checked.report()
    event = json.dumps(checked.service.image_event(checked.trace, "pass")).encode()
    address = checked.service.address()
    checked.scene.clock.forward(timedelta(minutes=5, seconds=1))
    status, answer = ask(address, event)
    assert (status, b"wechat-event-stale" in answer, checked.review(photo)) == (403, True, "pending")


def test_an_event_of_another_mini_program_decides_nothing(checked: Checked) -> None:
    _, photo = checked.report()
    status, _ = checked.service.push(checked.service.image_event(checked.trace, "pass") | {"appid": "wx-b"})
    assert (status, checked.review(photo)) == (403, "pending")


def test_a_verdict_that_overtook_our_note_of_the_check_is_asked_for_again(checked: Checked) -> None:
    status, answer = checked.service.push(checked.service.image_event("60ae-of-nobody", "pass"))
    assert (status, "photo-check-unknown" in answer) == (404, True)


def test_a_photo_that_wechat_could_not_fetch_waits_for_a_person(checked: Checked) -> None:
    _, photo = checked.report()
    checked.scene.clock.forward(timedelta(minutes=30))
    assert checked.service.judge(checked.trace, "pass") == (200, "success")
    assert (checked.waiting(), checked.verdicts(), checked.service.fetched) == ([photo], ["unknown"], [])


def test_a_link_lives_half_an_hour(checked: Checked) -> None:
    checked.report()
    link = checked.service.images[checked.trace]
    checked.scene.clock.forward(timedelta(minutes=29, seconds=59))
    assert ask(link)[0] == 200
    checked.scene.clock.forward(timedelta(seconds=1))
    assert ask(link)[0] == 404


def test_a_link_ends_when_the_photo_is_decided(checked: Checked) -> None:
    _, photo = checked.report()
    checked.decide(photo, approve=False)
    assert ask(checked.service.images[checked.trace])[0] == 404


def test_no_changed_link_opens_and_none_tells_which_photos_there_are(checked: Checked) -> None:
    _, photo = checked.report()
    other = checked.scene.photo("owner-b")
    link = checked.service.images[checked.trace]
    until = parse_qs(urlsplit(link).query)["until"][0]
    bare = link.partition("?")[0]
    forged = [
        bare,
        link.replace(photo, other),
        link.replace(photo, "2" * 20),
        link.replace(f"until={until}", f"until={int(until) + 1}"),
        link.replace(f"until={until}", f"until=0{until}"),
        link.replace(f"until={until}", "until=" + "9" * 400),
        f"{link[:-1]}{'0' if link[-1] != '0' else '1'}",
        f"{bare}?until={until}&proof=%E8%AF%81",
        f"{bare}?until=%D9%A1&proof=",
    ]
    answers = {ask(each) for each in forged}
    assert {status for status, _ in answers} == {404}
    assert len(answers) == 1
    assert ask(bare.rpartition("/")[0])[0] == 404


def test_a_photo_too_large_for_wechat_is_shown_small(checked: Checked) -> None:
    _, photo = checked.report()
    with checked.scene.app.app_context(), transaction() as session:
        row, files = session.get_one(Photo, photo), checked.scene.house.files
        row.sha256 = files.keep(b"\xff\xd8" + bytes(LARGEST))
        small = files.read(row.thumbnail_sha256)
    assert ask(checked.service.images[checked.trace]) == (200, small)


def test_a_link_is_of_this_server_s_key_alone(checked: Checked, set_scene: tuple[Path, Scene]) -> None:
    _, photo = checked.report()
    house = checked.scene.house
    keys = replace(house.keys, lookup=bytes(32))
    stranger = replace(house, fields=type(house.fields)(keys))
    assert ask(link_to(house, photo))[0] == 200
    assert ask(link_to(stranger, photo))[0] == 404
