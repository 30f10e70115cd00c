"""Finding assemblies and one's offices in them, and the files that are posted with items."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from backend.assemblies.service.attachments import MOST_BYTES
from tests.assemblies.scene import Scene
from tests.assemblies.world import an_item

A_PDF = b"%PDF-1.7\n% a fictional quotation for a lift\n%%EOF\n"


def listed(scene: Scene, who: str) -> list[tuple[str, str]]:
    path = f"/communities/{scene.people.community}/assemblies"
    return [(one["title"], one["stage"]) for one in scene.get(path, who)["items"]]


def upload(scene: Scene, content: bytes, who: str = "chair") -> Any:
    file = FileStorage(io.BytesIO(content), "报价单.pdf")
    body, _, boundary = stream_encode_multipart({"file": file}, use_tempfile=False)
    return scene.client.post(
        f"/api/v1/communities/{scene.people.community}/assembly-attachments",
        data=body.read(),
        content_type=f"multipart/form-data; boundary={boundary}",
        headers=scene.header(who),
    )


def draft_with(scene: Scene, sha256: str) -> None:
    scene.draft(items=[an_item(attachments=[{"name": "电梯报价单.pdf", "sha256": sha256}])])


def test_a_draft_is_listed_for_who_prepares_it_and_later_for_everybody(founded: Scene) -> None:
    title = founded.draft()["title"]
    assert listed(founded, "chair") == listed(founded, "officer") == [(title, "DRAFT")]
    assert listed(founded, "owner-a") == listed(founded, "stranger") == []
    founded.step("review")
    assert listed(founded, "owner-a") == [(title, "REVIEW")]


def test_the_newest_assembly_comes_first(founded: Scene) -> None:
    founded.draft(title="春季会议", notice_date="2026-03-02")
    founded.draft(title="秋季会议", notice_date="2026-09-01")
    assert [title for title, _ in listed(founded, "chair")] == ["秋季会议", "春季会议"]


def test_a_community_that_is_not_there_has_no_list(founded: Scene) -> None:
    assert founded.code("GET", "/communities/none/assemblies", by="chair") == "community-unknown"


def test_appointees_find_their_offices_with_whether_their_keys_are_published(founded: Scene) -> None:
    founded.draft()
    founded.freeze()
    founded.appoint("registrar")
    [mine] = founded.get("/me/offices", "registrar")["items"]
    assert (mine["office"], mine["index"], mine["has_key"]) == ("registrar", 1, False)
    assert mine["assembly"]["id"] == founded.people.assembly
    founded.put(f"{founded.path}/my-key", founded.key_form("registrar"), "registrar")
    assert founded.get("/me/offices", "registrar")["items"][0]["has_key"] is True
    assert founded.get("/me/offices", "owner-a")["items"] == []


def test_everybody_reads_a_file_that_an_item_names_by_the_name_it_was_given(founded: Scene) -> None:
    kept = upload(founded, A_PDF).get_json()
    assert kept == {"sha256": hashlib.sha256(A_PDF).hexdigest(), "bytes": len(A_PDF)}
    draft_with(founded, kept["sha256"])
    answer = founded.call("GET", f"{founded.path}/attachments/{kept['sha256']}")
    assert (answer.status_code, answer.data, answer.content_type) == (200, A_PDF, "application/pdf")
    assert "UTF-8''%E7%94%B5%E6%A2%AF" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_that_no_item_names_is_not_handed_out(founded: Scene) -> None:
    digest = upload(founded, A_PDF).get_json()["sha256"]
    founded.draft()
    assert founded.code("GET", f"{founded.path}/attachments/{digest}") == "attachment-unknown"


def test_a_notice_is_not_posted_while_an_attachment_is_missing(founded: Scene) -> None:
    draft_with(founded, hashlib.sha256(A_PDF).hexdigest())
    founded.step("review")
    refusal = founded.refusal("POST", f"{founded.path}/steps", {"step": "notice"}, "chair")
    assert (refusal["code"], "电梯报价单.pdf" in refusal["detail"]) == ("attachment-missing", True)
    upload(founded, A_PDF)
    assert founded.step("notice")["stage"] == "NOTICED"


@pytest.mark.parametrize("content", [b"", b"<html><script>", b"MZ\x90\x00", b"PK\x03\x04"])
def test_only_pdf_png_and_jpeg_are_taken(founded: Scene, content: bytes) -> None:
    answer = upload(founded, content)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "attachment-refused")


def test_too_long_a_file_is_refused(founded: Scene) -> None:
    answer = upload(founded, A_PDF + bytes(MOST_BYTES))
    assert answer.status_code in {413, 422}


@pytest.mark.parametrize("who", ["owner-a", "officer", "registrar", "administrator"])
def test_only_the_chair_uploads_attachments(founded: Scene, who: str) -> None:
    assert upload(founded, A_PDF, who).status_code == 403


def test_the_same_file_twice_is_kept_once(founded: Scene) -> None:
    assert upload(founded, A_PDF).get_json() == upload(founded, A_PDF).get_json()
