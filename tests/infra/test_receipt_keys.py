"""The keys of receipts: changed on any day, never lost, and made once for a folder from before them."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backend.infra.house import open_house
from backend.infra.receipt_keys import load_receipt_keys, make_receipt_key, rotate_receipt_key
from backend.infra.secrets import KeysUnusable
from tests.houses import some_settings


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """The keys folder of a begun data folder."""
    open_house(some_settings(tmp_path / "data"))
    return tmp_path / "data" / "keys"


def test_receipts_have_a_key_of_their_own(keys: Path) -> None:
    house = open_house(some_settings(keys.parent))
    assert house.receipt_keys.signing.public_hex != house.keys.signing_public_hex
    assert house.receipt_keys.public == {house.receipt_keys.id: house.receipt_keys.signing.public_hex}


def test_a_retired_key_is_known_for_ever_and_signs_no_more(keys: Path) -> None:
    first = load_receipt_keys(keys)
    second = rotate_receipt_key(keys)
    third = rotate_receipt_key(keys)
    assert list(third.public) == [first.id, second.id, third.id]
    assert third.retired == (first.signing.public_hex, second.signing.public_hex)
    assert {path.stat().st_mode & 0o777 for path in keys.iterdir()} == {0o600}


def test_no_private_key_but_the_present_one_is_kept(keys: Path) -> None:
    seed = (keys / "receipts.key").read_text(encoding="ascii").strip()
    rotate_receipt_key(keys)
    assert [path.name for path in keys.iterdir() if seed in path.read_text(encoding="ascii")] == []
    assert len(list(keys.iterdir())) == 6


def test_a_folder_from_before_receipts_gets_a_key_once(keys: Path) -> None:
    (keys / "receipts.key").unlink()
    (keys.parent / "yishiting.json").write_text('{"version": 1, "drill": true}', encoding="ascii")
    first = open_house(some_settings(keys.parent))
    marker = json.loads((keys.parent / "yishiting.json").read_text(encoding="ascii"))
    assert (marker, first.is_drill) == ({"version": 2, "drill": True}, True)
    assert open_house(some_settings(keys.parent)).receipt_keys.id == first.receipt_keys.id


def test_a_lost_key_is_never_made_anew(keys: Path) -> None:
    (keys / "receipts.key").unlink()
    with pytest.raises(KeysUnusable, match=r"receipts\.key"):
        open_house(some_settings(keys.parent))


@pytest.mark.parametrize("damage", ["zz" * 32, "00" * 32, "ab", "钥"])
def test_a_damaged_list_of_retired_keys_is_refused(keys: Path, damage: str) -> None:
    (keys / "receipts-retired.txt").write_text(damage, encoding="utf-8")
    with pytest.raises(KeysUnusable, match="restore the keys folder"):
        load_receipt_keys(keys)


def test_processes_that_start_together_make_one_key(keys: Path) -> None:
    (keys / "receipts.key").unlink()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: make_receipt_key(keys), range(8)))
    assert load_receipt_keys(keys).retired == ()
    assert len(list(keys.iterdir())) == 5
