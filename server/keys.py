"""
Keys of this installation: what seals carts at rest and what signs guests' sessions.

They come from the settings; without, they are made once and kept in the data folder, readable by the owner alone. Many
machines need the same keys, so there they belong in the settings.
"""

import os
from pathlib import Path

import msgspec
from pydantic import SecretStr

from persistence.sealing import new_key
from server.settings import Settings, SettingsWrong


class _KeyFile(msgspec.Struct):
    sealing_keys: str
    session_keys: str


class Keys(msgspec.Struct, frozen=True):
    """Key rings as texts: entries ``id:base64`` separated by commas, the first in use, all accepted."""

    sealing: SecretStr
    session: SecretStr


def load_keys(settings: Settings) -> Keys:
    """
    The keys to use.

    Raises:
        SettingsWrong: the key file cannot be read or made.
    """
    if settings.sealing_keys is not None and settings.session_keys is not None:
        return Keys(settings.sealing_keys, settings.session_keys)
    kept = _read_or_make(settings.data_dir / "keys.json")
    return Keys(
        settings.sealing_keys or SecretStr(kept.sealing_keys),
        settings.session_keys or SecretStr(kept.session_keys),
    )


def _read_or_make(path: Path) -> _KeyFile:
    try:
        if not path.exists():
            _make(path)
        return msgspec.json.decode(path.read_bytes(), type=_KeyFile)
    except OSError as error:
        reason = error.strerror or "no access"
        raise SettingsWrong(f"The key file {path} cannot be read or made ({reason}); check DATA_DIR") from None
    except msgspec.MsgspecError:
        raise SettingsWrong(
            f"The key file {path} is damaged; put back a copy, or set SEALING_KEYS and SESSION_KEYS"
        ) from None


def _make(path: Path) -> None:
    """Write new keys; when another process does so at the same time, its file stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = msgspec.json.encode(_KeyFile(sealing_keys=new_key(), session_keys=new_key()))
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(made)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()
