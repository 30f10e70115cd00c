from __future__ import annotations

from pathlib import Path

import pytest

from backend.sealing.keyfile import load, load_or_make
from backend.voting.errors import FormatError


def test_a_key_file_is_private_and_read_back(tmp_path: Path) -> None:
    made = load_or_make(tmp_path / "signing.key")
    assert (tmp_path / "signing.key").stat().st_mode & 0o777 == 0o600
    assert load_or_make(tmp_path / "signing.key") == made


def test_making_a_key_leaves_no_draft_behind(tmp_path: Path) -> None:
    load_or_make(tmp_path / "signing.key")
    assert [path.name for path in tmp_path.iterdir()] == ["signing.key"]


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    load_or_make(tmp_path / "signing.key")
    (tmp_path / "signing.key").chmod(0o640)
    with pytest.raises(FormatError):
        load(tmp_path / "signing.key")


@pytest.mark.parametrize("text", ["", "00" * 31, "zz" * 32])
def test_a_key_file_without_a_key_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "signing.key"
    path.touch(0o600)
    path.write_text(text)
    with pytest.raises(FormatError):
        load(path)
