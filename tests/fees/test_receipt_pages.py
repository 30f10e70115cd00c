"""From the printed page to the public check: a camera reads what leads to the books, and no further."""

from __future__ import annotations

import io
import re
import subprocess
import urllib.request
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from backend.fees.rules.receipt_codes import verify_code, write_code
from backend.fees.rules.receipts import STATEMENT, Number
from backend.fees.service import receipt_views
from backend.infra.receipt_keys import load_receipt_keys, rotate_receipt_key
from backend.sealing.signing import sign
from tests.fees.scene import OWNERS, Json, Scene
from tests.fees.test_receipts import A, listed, refund
from tests.houses import a_house, an_app, served
from tests.programs import need

PERSONAL = ("甲某", "甲**", "1-1-101", "101", OWNERS["owner-a"], OWNERS["owner-a"][-4:], "S-1", "录入有误")
"""What a public page must not show: names, the room, phones, the slip's number, what staff wrote."""


@pytest.fixture
def paid(scene: Scene) -> Json:
    """The receipt of a payment for a bill and ahead."""
    scene.run(scene.item())
    scene.pay(A, 20000, "S-1")
    return listed(scene)[0]


def path_of(receipt: Json) -> str:
    return f"/units/{{}}/receipts/{receipt['number']}"


def printed(scene: Scene, receipt: Json, by: str = "owner-a") -> str:
    answer = scene.call("GET", path_of(receipt).format(scene.units[A]) + "/page", by)
    assert (answer.status_code, answer.content_type) == (200, "text/html; charset=utf-8")
    return answer.text


def checked(scene: Scene, receipt: Json) -> str:
    answer = scene.client.get("/r/" + receipt["url"].rpartition("/")[2])
    assert answer.status_code == 200, answer.text
    return answer.text


def drawn(page: str) -> Image.Image:
    """Draw the code of a printed page as a browser does: each M..H..V..H..z of the path is a black square."""
    svg = re.search(r"<svg.*?</svg>", page, re.DOTALL)[0]
    size = float(re.search(r'viewBox="0 0 ([0-9.]+)', svg)[1])
    scale = 330 / size  # about what a phone's screen gives it
    picture = Image.new("L", (330, 330), 255)
    pen = ImageDraw.Draw(picture)
    squares = re.findall(r"M([\d.]+),([\d.]+)H([\d.]+)V([\d.]+)H[\d.]+z", svg)
    assert len(squares) > 500
    for corner in squares:
        left, top, right, bottom = (round(float(number) * scale) for number in corner)
        pen.rectangle((left, top, right - 1, bottom - 1), fill=0)
    return picture


def test_the_printed_code_is_read_by_two_decoders_and_checks_out(
    scene: Scene, paid: Json, tmp_path: Path
) -> None:
    zbarimg = need("zbarimg", "zbar-tools")
    picture = drawn(printed(scene, paid))
    picture.save(tmp_path / "code.png")
    [by_zxing] = [found.text for found in zxingcpp.read_barcodes(picture)]
    done = subprocess.run(
        [zbarimg, "--quiet", "--raw", str(tmp_path / "code.png")], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == by_zxing == paid["url"]
    with scene.app.app_context():
        scene.app.extensions["sqlalchemy"].engine.dispose()
    with served(scene.house.settings.data_dir) as address:
        url = by_zxing.replace(scene.house.settings.public_url, address)
        with urllib.request.urlopen(url, timeout=30) as answer:
            page = answer.read().decode()
    assert "真实有效" in page
    assert "¥200.00" in page


def test_the_picture_of_the_code_is_read_by_both_too(scene: Scene, paid: Json, tmp_path: Path) -> None:
    answer = scene.call("GET", path_of(paid).format(scene.units[A]) + "/qr.png", "owner-a")
    (tmp_path / "code.png").write_bytes(answer.data)
    [by_zxing] = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.data)))
    command = [need("zbarimg", "zbar-tools"), "--quiet", "--raw", str(tmp_path / "code.png")]
    by_zbar = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert by_zxing.text == by_zbar == paid["url"]


def test_a_code_is_small_enough_for_a_screen(scene: Scene, paid: Json) -> None:
    """A QR code of version 10 or below: at most 57 modules a side, and four on each side around it."""
    size = float(re.search(r'viewBox="0 0 ([0-9.]+)', printed(scene, paid))[1])
    assert size <= (57 + 8) * 0.8  # the drawing has eight tenths of a millimetre for a module


def test_the_printed_receipt_says_everything_to_its_holder(scene: Scene, paid: Json) -> None:
    page = printed(scene, paid)
    for text in ("收据", paid["number"], A, "甲**", "现金", "物业服务费", "2026年3月", "165.58", "34.42"):
        assert text in page
    assert "人民币贰佰元整" in page
    assert "@page{size:A5" in page
    assert "<script" not in page


def test_the_public_page_shows_masked_facts_alone(scene: Scene, paid: Json) -> None:
    page = checked(scene, paid)
    for text in (
        "真实有效",
        paid["number"],
        "1号楼***",
        "¥200.00",
        "人民币贰佰元整",
        "物业服务费",
        "演示物业公司",
    ):
        assert text in page
    shown = re.sub(r"<style>.*?</style>", "", page)
    assert [text for text in PERSONAL if text in shown] == []
    assert "<script" not in page
    assert paid["url"].rpartition("/")[2] not in page


def test_the_public_answer_for_programs_is_masked_too(scene: Scene, paid: Json) -> None:
    answer = scene.client.get("/api/v1/receipt-checks/" + paid["url"].rpartition("/")[2])
    found = answer.get_json()
    assert (found["number"], found["state"], found["unit_masked"]) == (paid["number"], "valid", "1号楼***")
    assert [text for text in PERSONAL if text in answer.text] == []
    assert set(found) == set(paid) - {
        "unit", "payer", "method", "method_text", "reason", "payment_id", "url", "document", "signature",
    }  # fmt: skip


@pytest.mark.parametrize("code", ["{number}", "1", "A" * 200, "%E6%94%B6", "{code}A", "{lower}"])
def test_a_number_or_a_damaged_code_shows_nothing(scene: Scene, paid: Json, code: str) -> None:
    real = paid["url"].rpartition("/")[2]
    asked = code.format(number=paid["number"], code=real, lower=real.lower())
    page = scene.client.get(f"/r/{asked}")
    assert (page.status_code, "这不是本平台开出的收据" in page.text) == (404, True)
    assert "演示" not in page.text
    assert scene.client.get(f"/api/v1/receipt-checks/{asked}").get_json()["code"] == "receipt-not-ours"


def test_a_receipt_signed_by_our_key_but_not_in_the_books_is_told_apart(scene: Scene, paid: Json) -> None:
    facts = verify_code(paid["url"].rpartition("/")[2], scene.house.receipt_keys.public)
    for forged in (replace(facts, number=Number(1, 2026, 9)), replace(facts, amount_fen=99)):
        signature = sign(scene.house.receipt_keys.signing, STATEMENT, forged.document())
        answer = scene.client.get(f"/r/{write_code(forged, signature)}")
        assert (answer.status_code, "账上没有这张收据" in answer.text) == (404, True)


def test_the_check_follows_what_happens_to_a_receipt(scene: Scene, paid: Json) -> None:
    refund(scene, paid["payment_id"], A, 2000)
    page = checked(scene, paid)
    assert "有效，已退还一部分" in page
    assert "退款收据 <b>001-2026-000002</b>" in page
    assert "现在仍有效的金额：<b>¥180.00</b>" in page
    assert "冲销凭证" in checked(scene, listed(scene)[0])


def test_a_void_receipt_says_by_which_it_was_undone_on_the_page_and_on_paper(scene: Scene) -> None:
    paid = scene.pay(A, 5000, "S-1")
    [receipt] = listed(scene)
    scene.reverse(paid["payment_id"])
    for page in (checked(scene, receipt), printed(scene, receipt)):
        assert "已经作废" in page
        assert "作废收据 <b>001-2026-000002</b>" in page
    counter = printed(scene, listed(scene)[0])
    assert "人民币负伍拾元整" in counter
    assert "录入有误" in counter


def test_what_people_wrote_is_escaped(scene: Scene) -> None:
    scene.run(scene.item("<b>费</b>", "unit_month", "10"))
    paid = scene.pay(A, 1000, "S-1")
    [receipt] = listed(scene)
    assert "&lt;b&gt;费" in checked(scene, receipt)
    body = {"reason": "<script>alert(1)</script>"}
    scene.post(f"/journal-entries/{paid['payment_id']}/reversal", body)
    assert "<script" not in printed(scene, listed(scene)[0])


def test_nothing_is_loaded_kept_or_told_to_others(scene: Scene, paid: Json) -> None:
    headers = scene.client.get("/r/" + paid["url"].rpartition("/")[2]).headers
    assert headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_checks_from_one_address_are_counted_within_the_hour(
    scene: Scene, paid: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipt_views, "CHECKS_PER_ADDRESS", 3)
    url = "/r/" + paid["url"].rpartition("/")[2]
    assert [scene.client.get(path).status_code for path in (url, "/r/A", url)] == [200, 404, 200]
    page = scene.client.get(url)
    assert (page.status_code, "查验过于频繁" in page.text) == (429, True)
    other = scene.client.get(url, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert other.status_code == 200
    scene.clock.forward(timedelta(hours=1))
    assert scene.client.get(url).status_code == 200


def test_a_receipt_of_an_old_key_checks_out_after_the_key_was_changed(scene: Scene, paid: Json) -> None:
    folder = scene.house.settings.data_dir
    rotate_receipt_key(folder / "keys")
    app = an_app(a_house(folder, scene.clock))
    after = replace(
        scene,
        app=app,
        client=app.test_client(),
        house=replace(scene.house, receipt_keys=load_receipt_keys(folder / "keys")),
    )
    after.pay(A, 100, "S-9")
    new, old = listed(after)
    assert new["document"]["key"] != old["document"]["key"]
    for receipt in (new, old):
        assert "真实有效" in checked(after, receipt)
    keys = after.client.get("/api/v1/receipt-keys").get_json()["items"]
    assert [(key["id"], key["signs_now"]) for key in keys] == [
        (old["document"]["key"], False),
        (new["document"]["key"], True),
    ]
    assert after.check().findings == ()
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def test_a_code_is_verified_without_the_server_by_the_published_keys(scene: Scene, paid: Json) -> None:
    published = scene.client.get("/api/v1/receipt-keys").get_json()["items"]
    facts = verify_code(paid["url"].rpartition("/")[2], {key["id"]: key["key"] for key in published})
    assert facts.document() == paid["document"]
