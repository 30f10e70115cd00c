"""Photos kept by their bytes, attached once, and removed when nobody wanted them."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.infra.files import FileStore
from tests.complaints.scene import Scene, a_photo


def stored(scene: Scene) -> set[str]:
    folder = scene.house.settings.data_dir / "files"
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_a_file_is_kept_once_read_back_and_readable_by_the_server_alone(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files")
    name = store.keep(b"bytes")
    assert store.keep(b"bytes") == name
    assert store.read(name) == b"bytes"
    (path,) = [path for path in store.folder.rglob("*") if path.is_file()]
    assert path.stat().st_mode & 0o077 == 0
    store.remove(name)
    store.remove(name)
    with pytest.raises(FileNotFoundError):
        store.read(name)


@pytest.mark.parametrize("name", ["../keys/fields.key", "", "A" * 64, "0" * 63])
def test_nothing_but_a_hash_names_a_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        FileStore(tmp_path).read(name)


def test_the_same_photo_of_two_people_is_stored_once_and_outlives_the_first(scene: Scene) -> None:
    scene.photo("owner-a")
    kept = stored(scene)
    photo = scene.photo("owner-b")
    assert stored(scene) == kept
    scene.report("owner-b", photos=[photo])
    scene.pass_time(hours=25)
    assert stored(scene) == kept


def test_a_photo_that_nobody_attached_is_gone_after_a_day(scene: Scene) -> None:
    photo = scene.photo("owner-a")
    scene.pass_time(hours=23)
    assert stored(scene) != set()
    scene.pass_time(hours=2)
    assert stored(scene) == set()
    assert scene.report(status=404, photos=[photo])["code"] == "photo-unknown"


def test_one_person_s_photos_that_wait_are_limited(scene: Scene) -> None:
    for number in range(30):
        scene.photo("owner-a", a_photo((number * 8, 0, 0), (8, 8)))
    refused = scene.photo("owner-a", status=429)
    assert refused["code"] == "too-many-photos"
    scene.photo("owner-b")


def test_a_thirty_megabyte_photo_is_refused_clearly_and_nothing_is_kept(scene: Scene) -> None:
    refused = scene.photo("owner-a", b"\xff\xd8\xff\xe0" + b"\0" * (30 * 2**20), status=422)
    assert (refused["code"], "20 MB" in refused["detail"]) == ("photo-refused", True)
    assert stored(scene) == set()


def test_a_retried_upload_is_one_photo(scene: Scene) -> None:
    part = b"--B\r\nContent-Disposition: form-data; name=photo; filename=p.jpg\r\n\r\n"
    body = part + a_photo() + b"\r\n--B--\r\n"
    options = {"data": body, "content_type": "multipart/form-data; boundary=B"}
    headers = {"Idempotency-Key": "upload-0001"}
    answers = [scene.call("POST", "/photos", "owner-a", headers=headers, **options) for _ in range(2)]
    assert answers[0].status_code == 201
    assert answers[0].get_json() == answers[1].get_json()


def test_looking_at_photos_needs_a_ticket_that_one_may_see(scene: Scene) -> None:
    photo = scene.photo("owner-a")
    ticket, other = scene.report(photos=[photo]), scene.report(text="另一件")
    assert scene.call("GET", f"/tickets/{other['id']}/photos/{photo}", "owner-a").status_code == 404
    assert scene.call("GET", f"/tickets/{ticket['id']}/photos/{photo}", "stranger").status_code == 404
    assert scene.call("GET", f"/tickets/{ticket['id']}/photos/{photo}", "owner-a").status_code == 200
