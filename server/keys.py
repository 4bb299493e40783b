"""
Keys of this installation: what seals carts at rest and what signs guests' sessions.

They come from the settings; without, they are made once and kept in the data folder, readable by the owner alone. Many
machines need the same keys, so there they belong in the settings.
"""

import os
import tempfile
from pathlib import Path

import msgspec
from pydantic import SecretStr

from persistence.sealing import KeyRing, new_key
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
        SettingsWrong: a ring of the settings is none, or the key file cannot be read or made.
    """
    sealing, session = settings.sealing_keys, settings.session_keys
    if sealing is not None:
        _require_ring(sealing, "SEALING_KEYS cannot be used")
    if session is not None:
        _require_ring(session, "SESSION_KEYS cannot be used")
    if sealing is not None and session is not None:
        return Keys(sealing, session)
    kept = _read_or_make(settings.data_dir / "keys.json")
    return Keys(sealing or SecretStr(kept.sealing_keys), session or SecretStr(kept.session_keys))


def _require_ring(text: SecretStr, complaint: str) -> None:
    # A ring of signing keys that is read loosely may hold an empty key, with which anybody can sign.
    try:
        KeyRing.parse(text.get_secret_value())
    except ValueError as error:
        raise SettingsWrong(f"{complaint}: {error}") from None


def _read_or_make(path: Path) -> _KeyFile:
    try:
        if not path.exists():
            _make(path)
        kept = msgspec.json.decode(path.read_bytes(), type=_KeyFile)
    except OSError as error:
        reason = error.strerror or "no access"
        raise SettingsWrong(f"The key file {path} cannot be read or made ({reason}); check DATA_DIR") from None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise SettingsWrong(f"{_damaged(path)}.") from None
    _require_ring(SecretStr(kept.sealing_keys), _damaged(path))
    _require_ring(SecretStr(kept.session_keys), _damaged(path))
    return kept


def _damaged(path: Path) -> str:
    return f"The key file {path} is damaged; put back a copy, or set SEALING_KEYS and SESSION_KEYS"


def _make(path: Path) -> None:
    """Write new keys; when another process does so at the same time, its file stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = msgspec.json.encode(_KeyFile(sealing_keys=new_key(), session_keys=new_key()))
    # A draft is readable by its owner alone, and its random name meets no draft that a crash left behind.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    draft = Path(name)
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
