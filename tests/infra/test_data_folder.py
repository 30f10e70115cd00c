"""The data folder: begun once, a drill's or not for good."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backend.infra.config import Settings, SettingsError
from backend.infra.datafolder import clock_of, open_data_folder
from backend.infra.house import open_house
from backend.infra.secrets import KeysUnusable
from tests.houses import some_settings


def a_clock_file(folder: Path) -> str:
    path = folder / "clock"
    path.write_text("2026-03-02T12:00:00+08:00\n", encoding="ascii")
    return str(path)


def test_a_normal_data_folder_refuses_a_drill_clock(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert open_data_folder(some_settings(data)) is False
    with pytest.raises(SettingsError, match="DRILL_CLOCK is refused"):
        open_data_folder(some_settings(data, DRILL_CLOCK=a_clock_file(tmp_path)))


def test_an_empty_folder_begun_without_drill_refuses_a_drill_clock(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="DRILL=1 on an empty folder"):
        open_data_folder(some_settings(tmp_path / "data", DRILL_CLOCK=a_clock_file(tmp_path)))


def test_a_normal_data_folder_cannot_become_a_drill(tmp_path: Path) -> None:
    open_data_folder(some_settings(tmp_path / "data"))
    with pytest.raises(SettingsError, match="begun as a normal data folder"):
        open_data_folder(some_settings(tmp_path / "data", DRILL="1"))


def test_a_drill_stays_a_drill_without_its_settings(tmp_path: Path) -> None:
    assert open_data_folder(some_settings(tmp_path / "data", DRILL="1")) is True
    assert open_data_folder(some_settings(tmp_path / "data")) is True


def test_a_drill_takes_its_time_from_the_file(tmp_path: Path) -> None:
    settings = some_settings(tmp_path / "data", DRILL="1", DRILL_CLOCK=a_clock_file(tmp_path))
    open_data_folder(settings)
    assert clock_of(settings)().isoformat() == "2026-03-02T04:00:00+00:00"


def test_a_folder_with_strange_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(SettingsError, match="neither empty nor a data folder"):
        open_data_folder(some_settings(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]


@pytest.mark.parametrize(
    "marker", ["", "[]", "{", '{"version": 3, "drill": false}', '{"version": 1, "drill": "no"}']
)
def test_a_damaged_marker_is_refused(tmp_path: Path, marker: str) -> None:
    open_data_folder(some_settings(tmp_path / "data"))
    (tmp_path / "data" / "yishiting.json").write_text(marker, encoding="ascii")
    with pytest.raises(SettingsError):
        open_data_folder(some_settings(tmp_path / "data"))


def test_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    open_house(some_settings(tmp_path / "data"))
    keys = tmp_path / "data" / "keys"
    assert keys.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in keys.iterdir()} == {0o600}


@pytest.mark.parametrize("damage", ["missing", "short", "not hex", "readable by others"])
def test_a_missing_or_damaged_key_is_never_made_anew(tmp_path: Path, damage: str) -> None:
    settings = some_settings(tmp_path / "data")
    open_house(settings)
    path = settings.data_dir / "keys" / "fields.key"
    match damage:
        case "missing":
            path.unlink()
        case "short":
            path.write_text("ab" * 31, encoding="ascii")
        case "not hex":
            path.write_text("zz" * 32, encoding="ascii")
        case "readable by others":
            path.chmod(0o644)
    with pytest.raises(KeysUnusable, match=r"fields\.key"):
        open_house(settings)


def test_two_servers_have_different_keys(tmp_path: Path) -> None:
    one, other = (open_house(some_settings(tmp_path / name)).keys for name in ("one", "other"))
    assert one.signing_public_hex != other.signing_public_hex
    assert one.fields != other.fields


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eight"),
        ("PORT", "0"),
        ("PORT", "٨٠"),
        ("MODE", "prod"),
        ("SMS_SENDER", "pigeon"),
        ("DATABASE_URL", "mysql://x"),
        ("WEB_WORKERS", "-1"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({name: value})


def test_the_console_sender_is_refused_in_production() -> None:
    with pytest.raises(SettingsError, match="SMS_SENDER=none"):
        Settings.from_environment({"MODE": "production"})
    assert Settings.from_environment({"MODE": "production", "SMS_SENDER": "none"}).sms_sender == "none"


def test_the_marker_says_whether_the_folder_is_a_drill(tmp_path: Path) -> None:
    open_data_folder(some_settings(tmp_path / "data", DRILL="1"))
    marker = json.loads((tmp_path / "data" / "yishiting.json").read_text(encoding="ascii"))
    assert marker == {"version": 2, "drill": True}
