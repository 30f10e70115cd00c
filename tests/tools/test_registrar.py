from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from backend.sealing.boxes import BoxKey, open_box
from backend.sealing.signing import SigningKey, fingerprint, verify
from backend.tools.notices import Notice, page
from backend.voting.protocol.credentials import public_credential
from tests.tools.convenor import AREAS, CLOSES
from tests.tools.hall import Hall, make_hall


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    made = make_hall(tmp_path / "hall", trustees=1, threshold=None)
    made.must("registrar", "registrar", "codes")
    return made


def uploaded(hall: Hall) -> dict[str, str]:
    document = json.loads((hall.convenor.path / "credentials.json").read_bytes())["document"]
    listed: dict[str, str] = document["elections"][hall.convenor.uuid]
    return listed


def codes(hall: Hall) -> dict[str, str]:
    made: dict[str, str] = json.loads((hall.path / "registrar" / "codes.json").read_bytes())
    return made


def test_every_elector_gets_one_code_whose_public_form_is_handed_in(hall: Hall) -> None:
    public = {name: str(public_credential(code, hall.convenor.uuid)) for name, code in codes(hall).items()}
    assert public == uploaded(hall)
    assert set(public) == set(AREAS)


def test_the_public_credentials_are_signed_by_the_registrar(hall: Hall) -> None:
    statement = json.loads((hall.convenor.path / "credentials.json").read_bytes())
    (keys,) = hall.convenor.joined("registrar")
    verify(keys["sign_key"], "credentials", statement["document"], statement["signature"])


def test_running_codes_again_keeps_every_code(hall: Hall) -> None:
    before = codes(hall)
    hall.must("registrar", "registrar", "codes")
    assert codes(hall) == before


def test_a_reissue_changes_the_code_of_one_elector_alone(hall: Hall) -> None:
    before = uploaded(hall)
    hall.must("registrar", "registrar", "reissue", "--elector", "E2")
    after = uploaded(hall)
    assert {name for name in AREAS if before[name] != after[name]} == {"E2"}


def test_an_upload_that_was_cut_off_is_completed_with_the_same_codes(hall: Hall) -> None:
    folder = hall.path / "registrar"
    (folder / "codes.json").rename(folder / "codes-draft.json")
    assert hall.run("registrar", "registrar", "code", "--elector", "E1", "--to", str(hall.path / "c")) == 1
    before = uploaded(hall)
    hall.must("registrar", "registrar", "codes")
    assert uploaded(hall) == before


def test_a_code_is_sealed_only_to_the_device_whose_fingerprint_was_read(hall: Hall) -> None:
    device, signing = BoxKey.generate(), SigningKey.generate()
    target = hall.path / "sealed"
    keys = [
        "--key",
        device.public_hex,
        "--sign-key",
        signing.public_hex,
        "--elector",
        "E1",
        "--to",
        str(target),
    ]
    other = fingerprint(signing.public_hex, BoxKey.generate().public_hex)
    assert hall.run("registrar", "registrar", "seal", *keys, "--fingerprint", other) == 1
    assert not target.exists()
    mark = fingerprint(signing.public_hex, device.public_hex)
    hall.must("registrar", "registrar", "seal", *keys, "--fingerprint", mark)
    assert open_box(device, target.read_text().strip(), b"code|A1|E1").decode() == codes(hall)["E1"]


def test_codes_are_erased_after_the_close_and_not_before(hall: Hall) -> None:
    out = hall.path / "notices"
    hall.must("registrar", "registrar", "notices", "--out", str(out), "--base", "https://vote.example")
    assert hall.run("registrar", "registrar", "erase") == 1
    secrets = codes(hall).values()
    hall.set_clock(CLOSES)
    hall.must("registrar", "registrar", "erase")
    for path in hall.path.rglob("*"):
        assert not path.is_file() or not [code for code in secrets if code.encode() in path.read_bytes()], (
            path
        )
    assert hall.run("registrar", "registrar", "codes") == 1


def test_the_qr_of_a_notice_carries_the_code_in_the_fragment() -> None:
    notice = Notice(
        "会议", "E1", ["1-1-101"], ["王*"], "abc-DEF", "https://vote.example/vote/A1", None, None, drill=True
    )
    assert _read_qr(page(notice)) == "https://vote.example/vote/A1#abc-DEF"


def test_a_notice_loads_nothing_and_cannot_be_injected_into() -> None:
    text = page(
        Notice("<script>", "E1", ["&"], ["<img src=x>"], "abc", "https://v.example", None, None, drill=False)
    )
    assert "<script" not in text
    assert "<img" not in text
    assert not re.search(r"<[^>]*(src|href)=", text)


def _read_qr(text: str) -> str:
    """Draw the unit squares of the SVG path and have another program's reader look at them."""
    (size,) = re.findall(r'viewBox="0 0 (\d+)', text)
    picture = Image.new("L", (int(size), int(size)), 255)
    for x, y in re.findall(r"M(\d+),(\d+)H", text):
        picture.putpixel((int(x), int(y)), 0)
    (found,) = zxingcpp.read_barcodes(picture.resize((int(size) * 8,) * 2, Image.Resampling.NEAREST))
    return str(found.text)
