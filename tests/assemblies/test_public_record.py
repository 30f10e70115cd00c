"""The public record: anybody fetches it, whole or from where a copy ended; nothing in it names an owner."""

from __future__ import annotations

import hashlib
import io
import json

import pytest
import zxingcpp
from PIL import Image

from backend.assemblies.service.board import EVENTS_AT_ONCE
from backend.sealing.signing import verify
from backend.voting.protocol.archive import read_records
from backend.voting.protocol.election import Election
from backend.voting.record import checks
from backend.voting.record.manifest import Manifest
from backend.voting.record.rollfile import RollFile
from tests.assemblies.scene import Scene
from tests.assemblies.world import HEADS, PHONES

FOR = [1, 0, 0]
FIRST = [0, 1, 0, 0, 0, 0, 0]


@pytest.fixture
def voted(voting: Scene) -> Scene:
    """An open assembly with two ballots."""
    voting.cast("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    voting.cast("owner-b", voting.whole, "1-1-102", FOR, FIRST)
    return voting


def whole_file(scene: Scene, chain: str = "heads") -> bytes:
    return scene.get_bytes(f"/elections/{scene.whole}/{chain}.bel")


def test_the_head_is_signed_and_tells_where_both_archives_end(voted: Scene) -> None:
    head = voted.get(f"/elections/{voted.whole}/head")
    verify(head["key"], "board-head", head["document"], head["signature"])
    assert head["key"] == voted.house.keys.signing_public_hex
    assert head["document"]["drill"] is False
    for chain in ("heads", "area"):
        content = whole_file(voted, chain)
        *_, last = read_records(io.BytesIO(content))
        stands = head["document"][chain]
        assert (stands["hash"], stands["height"], stands["bytes"]) == (last.hash, 2, len(content))


def test_an_archive_only_grows(voting: Scene) -> None:
    voting.cast("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    before = whole_file(voting)
    voting.cast("owner-b", voting.whole, "1-1-102", FOR, FIRST)
    after = whole_file(voting)
    assert after.startswith(before)
    assert len(after) > len(before)


def test_a_mirror_fetches_only_what_is_new(voted: Scene) -> None:
    content = whole_file(voted)
    for start in (0, 1, 511, 512, 2000, len(content) // 2, len(content) - 1):
        answer = voted.call(
            "GET", f"/elections/{voted.whole}/heads.bel", headers={"Range": f"bytes={start}-"}
        )
        assert answer.status_code == 206
        assert answer.data == content[start:]
        assert answer.headers["Content-Range"] == f"bytes {start}-{len(content) - 1}/{len(content)}"
        assert answer.headers["Content-Length"] == str(len(content) - start)


def test_any_range_is_the_same_bytes(voted: Scene) -> None:
    content = whole_file(voted, "area")
    for asked, expected in {
        "bytes=0-0": content[:1],
        "bytes=700-1300": content[700:1301],
        "bytes=-100": content[-100:],
        f"bytes=100-{len(content) * 2}": content[100:],
    }.items():
        answer = voted.call("GET", f"/elections/{voted.whole}/area.bel", headers={"Range": asked})
        assert (answer.status_code, answer.data) == (206, expected), asked


def test_a_range_beyond_the_archive_is_refused_with_its_length(voted: Scene) -> None:
    size = len(whole_file(voted))
    path = f"/elections/{voted.whole}/heads.bel"
    answer = voted.call("GET", path, headers={"Range": f"bytes={size}-"})
    assert (answer.status_code, json.loads(answer.data)["code"]) == (416, "range-not-satisfiable")
    assert answer.headers["Content-Range"] == f"bytes */{size}"


def test_a_head_request_tells_the_length_without_the_archive(voted: Scene) -> None:
    answer = voted.call("HEAD", f"/elections/{voted.whole}/heads.bel")
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(whole_file(voted)))
    assert answer.headers["Accept-Ranges"] == "bytes"


def test_an_archive_longer_than_one_piece_is_whole(voting: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    voting.cast("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    voting.cast("owner-b", voting.whole, "1-1-102", FOR, FIRST)
    content = whole_file(voting)
    assert EVENTS_AT_ONCE > 1
    monkeypatch.setattr("backend.assemblies.service.board.EVENTS_AT_ONCE", 1)
    assert whole_file(voting) == content
    answer = voting.call("GET", f"/elections/{voting.whole}/heads.bel", headers={"Range": "bytes=3000-"})
    assert answer.data == content[3000:]


def test_a_ballot_that_comes_during_a_download_is_not_in_it(voted: Scene) -> None:
    content = whole_file(voted)
    path = f"/api/v1/elections/{voted.whole}/heads.bel"
    answer = voted.client.get(path, buffered=False)
    pieces = answer.iter_encoded()
    first = next(pieces)
    voted.cast("owner-de", voted.whole, "2-1-301", FOR, FIRST)
    assert first + b"".join(pieces) == content


def test_manifest_roll_and_election_fit_each_other_and_the_lists(voted: Scene) -> None:
    path = f"/elections/{voted.whole}"
    manifest = Manifest.parse(voted.get_bytes(f"{path}/manifest.json"))
    roll = RollFile.parse(voted.get_bytes(f"{path}/roll.json"))
    election = Election.parse(voted.get_bytes(f"{path}/election.json"))
    checks.check_manifest(manifest, election)
    checks.check_questions(manifest, election)
    assert manifest.roll_sha256 == roll.sha256
    assert manifest.heads_sha256 == hashlib.sha256(roll.heads_list()).hexdigest()
    assert manifest.area_sha256 == hashlib.sha256(roll.area_list()).hexdigest()
    assert manifest.server_key == voted.house.keys.signing_public_hex
    assert [auditor.name for auditor in manifest.auditors] == ["auditor-1", "auditor-2"]
    assert [counter.name for counter in manifest.counters] == ["counter-1", "counter-2"]
    assert (manifest.opens_at, manifest.closes_at) == (
        "2026-03-18T00:00:00+08:00",
        "2026-04-02T00:00:00+08:00",
    )
    assert [item.id for item in manifest.items] == ["fund", "committee"]
    view = voted.get(path)
    assert (view["fingerprint"], view["manifest_sha256"]) == (election.fingerprint, manifest.sha256)


def test_nothing_in_the_record_names_an_owner(voted: Scene) -> None:
    path = f"/elections/{voted.whole}"
    names = (
        "manifest.json",
        "roll.json",
        "election.json",
        "heads.bel",
        "area.bel",
        "head",
        "paper-users",
        "",
    )
    public = b"".join(voted.get_bytes(f"{path}/{name}".rstrip("/")) for name in names)
    public += voted.get_bytes(voted.path)
    private = [*PHONES.values(), "甲某", "乙某", "1-1-101", "2-1-301", "13900000041"[:3] + "****"]
    assert [text for text in private if text.encode() in public] == []


def test_before_ready_there_is_no_record(founded: Scene) -> None:
    founded.draft()
    founded.freeze()
    for name in ("manifest.json", "roll.json", "election.json", "heads.bel", "head"):
        assert founded.code("GET", f"/elections/{founded.whole}/{name}") == "not-found"
    view = founded.get(f"/elections/{founded.whole}")
    assert (view["stage"], view["fingerprint"], view["electors"]) == ("NOTICED", None, HEADS)


# Where a ballot stands


def test_a_tracker_is_found_on_the_board(voted: Scene) -> None:
    document = voted.cast("owner-de", voted.whole, "2-1-301", FOR, FIRST)["receipt"]["document"]
    found = voted.get(f"/elections/{voted.whole}/ballots/{document['tracker']}")
    assert found == {"tracker": document["tracker"], "height": 3, "on_board": True}


@pytest.mark.parametrize("tracker", ["0" * 64, "nothing", "0" * 63])
def test_a_tracker_that_is_not_there_is_refused_and_says_whom_to_tell(voted: Scene, tracker: str) -> None:
    problem = voted.refusal("GET", f"/elections/{voted.whole}/ballots/{tracker}")
    assert problem["status"] == 404
    assert "审计人" in problem["detail"]


def test_the_receipt_s_code_leads_to_a_page_that_shows_the_ballot(voted: Scene) -> None:
    answer = voted.cast("owner-de", voted.whole, "2-1-301", FOR, FIRST)
    tracker = answer["receipt"]["document"]["tracker"]
    image = voted.get_bytes(f"/elections/{voted.whole}/receipts/{tracker}.png")
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(image)))
    assert code.text == answer["url"] == f"{voted.house.settings.public_url}/b/{voted.whole}/{tracker}"
    page = voted.client.get(code.text.removeprefix(voted.house.settings.public_url))
    assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
    assert tracker in page.text
    assert "这张选票在公告板上" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_the_code_is_there_as_a_drawing_too(voted: Scene) -> None:
    tracker = voted.cast("owner-de", voted.whole, "2-1-301", FOR, FIRST)["receipt"]["document"]["tracker"]
    answer = voted.call("GET", f"/elections/{voted.whole}/receipts/{tracker}.svg")
    assert answer.content_type.startswith("image/svg+xml")
    assert b"<svg" in answer.data


def test_there_is_no_code_for_a_ballot_that_is_not_on_the_board(voted: Scene) -> None:
    assert voted.code("GET", f"/elections/{voted.whole}/receipts/{'0' * 64}.png") == "not-found"


def test_the_page_of_a_ballot_that_is_not_there_says_so_and_escapes_what_it_was_asked(voted: Scene) -> None:
    page = voted.client.get(f"/b/{voted.whole}/<script>alert(1)<%2Fscript>")
    assert page.status_code == 404
    assert "<script>" not in page.text
    page = voted.client.get(f"/b/{voted.whole}/{'0' * 64}")
    assert (page.status_code, "公告板上没有这张选票" in page.text) == (404, True)


def test_a_notice_s_link_leads_into_the_app_and_leaves_the_code_to_the_browser(founded: Scene) -> None:
    answer = founded.client.get("/vote/a-1")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/app/?vote=a-1")
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_notice_s_link_leads_nowhere_else(founded: Scene) -> None:
    address = founded.client.get("/vote/a%23%26b%0d%0aX").headers["Location"]
    assert address == "/app/?vote=a%23%26b%0D%0AX"


# Auditors


def test_an_auditor_co_signs_a_head_for_all_to_see(voted: Scene) -> None:
    head = voted.get(f"/elections/{voted.whole}/head")["document"]
    path = f"/elections/{voted.whole}/cosignatures"
    voted.post(path, voted.signed("auditor-1", "cosign", head), "auditor-1")
    [shown] = voted.get(path)["items"]
    verify(shown["key"], "cosign", shown["document"], shown["signature"])
    assert (shown["name"], shown["document"]) == ("auditor-1", head)


def test_only_an_auditor_of_the_assembly_co_signs(voted: Scene) -> None:
    head = voted.get(f"/elections/{voted.whole}/head")["document"]
    path = f"/elections/{voted.whole}/cosignatures"
    assert voted.code("POST", path, voted.signed("counter-1", "cosign", head), "counter-1") == "not-appointed"
    assert (
        voted.code("POST", path, voted.signed("auditor-2", "cosign", head), "auditor-1")
        == "cosignature-refused"
    )


@pytest.mark.parametrize(
    "change", [{"uuid": "another"}, {"heads": {"height": 1, "hash": "0" * 64, "bytes": 1}}]
)
def test_a_co_signature_on_a_head_that_this_board_never_had_is_refused(voted: Scene, change: dict) -> None:
    head = voted.get(f"/elections/{voted.whole}/head")["document"] | change
    path = f"/elections/{voted.whole}/cosignatures"
    assert (
        voted.code("POST", path, voted.signed("auditor-1", "cosign", head), "auditor-1")
        == "cosignature-refused"
    )
