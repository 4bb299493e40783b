"""Keys: made once, for the owner alone, the same for everybody who asks."""

import json
import multiprocessing
import os
import stat
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from persistence.sealing import KeyRing, new_key
from server.keys import load_keys
from server.settings import Settings, SettingsWrong

_GOOD = "k1:" + "A" * 43 + "="


def _sealing_of(data_dir: str) -> str:
    return load_keys(Settings(data_dir=Path(data_dir))).sealing.get_secret_value()


def _kept(settings: Settings) -> Path:
    return settings.data_dir / "keys.json"


def test_keys_are_made_once(settings: Settings) -> None:
    """A second start opens what the first sealed."""
    first, second = load_keys(settings), load_keys(settings)

    assert first == second
    assert first.sealing != first.session
    KeyRing.parse(first.sealing.get_secret_value())
    KeyRing.parse(first.session.get_secret_value())
    assert [each.name for each in settings.data_dir.iterdir()] == ["keys.json"]


def test_the_key_file_is_for_its_owner_alone(settings: Settings) -> None:
    """Another user of the machine must not open carts."""
    load_keys(settings)

    assert stat.S_IMODE(_kept(settings).stat().st_mode) == 0o600


def test_processes_that_start_together_get_the_same_keys(tmp_path: Path) -> None:
    """Four workers make one file, and nobody seals with a key that is thrown away."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        rings = set(pool.map(_sealing_of, [str(tmp_path / "data")] * 4))

    assert rings == {_sealing_of(str(tmp_path / "data"))}
    assert [each.name for each in (tmp_path / "data").iterdir()] == ["keys.json"]


def test_a_draft_that_a_crash_left_behind_is_no_hindrance(settings: Settings) -> None:
    """In a container every start has the same process id."""
    settings.data_dir.mkdir()
    draft = settings.data_dir / f"keys.json.{os.getpid()}"
    draft.write_text("half a fi")

    load_keys(settings)

    assert _kept(settings).exists()


def test_keys_of_the_settings_go_first(settings: Settings) -> None:
    """Many machines share keys; no file is made."""
    sealing, session = SecretStr(new_key()), SecretStr(new_key())

    keys = load_keys(settings.model_copy(update={"sealing_keys": sealing, "session_keys": session}))

    assert (keys.sealing, keys.session) == (sealing, session)
    assert not settings.data_dir.exists()


@pytest.mark.parametrize("name", ["sealing_keys", "session_keys"])
def test_what_the_settings_leave_out_comes_from_the_file(settings: Settings, name: str) -> None:
    """Setting one ring does not lose the other."""
    kept = load_keys(settings)
    own = SecretStr(new_key())

    keys = load_keys(settings.model_copy(update={name: own}))

    expected = {"sealing_keys": kept.sealing, "session_keys": kept.session, name: own}
    assert {"sealing_keys": keys.sealing, "session_keys": keys.session} == expected


@pytest.mark.parametrize("name", ["sealing_keys", "session_keys"])
@pytest.mark.parametrize("text", ["hunter2", "", "k1:", "k1:hunter2", f"{_GOOD},hunter2", f"{_GOOD},{_GOOD}"])
def test_a_ring_that_is_none_is_refused_by_name(settings: Settings, name: str, text: str) -> None:
    """A text without a colon would sign sessions with an empty key, which anybody can do."""
    wrong = settings.model_copy(update={name: SecretStr(text)})

    with pytest.raises(SettingsWrong) as caught:
        load_keys(wrong)

    assert str(caught.value).startswith(f"{name.upper()} cannot be used: ")
    assert "hunter2" not in str(caught.value)
    assert "AAAA" not in str(caught.value)
    assert not settings.data_dir.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"sealing_keys": "\xff", "session_keys": "a"}',
        b"[]",
        b"{}",
        b'{"sealing_keys": 1, "session_keys": 2}',
        json.dumps({"sealing_keys": "hunter2", "session_keys": _GOOD}).encode(),
        json.dumps({"sealing_keys": _GOOD, "session_keys": ""}).encode(),
    ],
)
def test_a_damaged_key_file_is_told_and_kept(settings: Settings, content: bytes) -> None:
    """Making new keys in its place would lose every cart for good."""
    settings.data_dir.mkdir()
    _kept(settings).write_bytes(content)

    with pytest.raises(SettingsWrong) as caught:
        load_keys(settings)

    sentence = f"The key file {_kept(settings)} is damaged; put back a copy, or set SEALING_KEYS and SESSION_KEYS"
    assert str(caught.value).startswith(sentence)
    assert "hunter2" not in str(caught.value)
    assert _kept(settings).read_bytes() == content


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """The operator learns which file and why."""
    (tmp_path / "file").touch()
    settings = Settings(data_dir=tmp_path / "file" / "data")

    with pytest.raises(SettingsWrong) as caught:
        load_keys(settings)

    assert str(caught.value) == (
        f"The key file {settings.data_dir / 'keys.json'} cannot be read or made (Not a directory); check DATA_DIR"
    )


def test_a_key_file_that_is_a_folder_is_told(settings: Settings) -> None:
    """As Docker makes it when a mounted file is missing."""
    _kept(settings).mkdir(parents=True)

    with pytest.raises(SettingsWrong, match=r"keys\.json cannot be read or made \(Is a directory\); check DATA_DIR"):
        load_keys(settings)


def test_keys_print_as_stars(settings: Settings) -> None:
    """Keys never end in a log."""
    keys = load_keys(settings)

    assert keys.sealing.get_secret_value() not in repr(keys)
    assert keys.session.get_secret_value() not in repr(keys)
