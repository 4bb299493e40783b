"""
Whose tokens sign customers in: the issuers that TOKEN_ISSUERS names, each with its audience, algorithms and keys.

The algorithms are fixed here and never taken from a token (RFC 8725, section 3.1), and an issuer has either public keys
or a shared secret: a public key can so never be taken for the secret of an HMAC.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from pydantic import AnyHttpUrl, SecretStr, ValidationError

from server.keysets import FAMILIES, SECRET, is_public_key
from server.settings import Settings, SettingsWrong, is_loopback

_MAX_NAME: Final = 512
_HASH_BYTES: Final = {"HS256": 32, "HS384": 48, "HS512": 64}
"""A secret is at least as long as the hash (RFC 7518, section 3.2)."""


@dataclass(frozen=True, slots=True)
class TokenIssuer:
    """Who issues tokens. Exactly one of ``jwks_url``, ``jwks_file`` and ``secret`` is there."""

    name: str
    """The ``iss`` of its tokens."""
    audience: str
    """What their ``aud`` must name."""
    algorithms: frozenset[str]
    jwks_url: str | None = None
    jwks_file: Path | None = None
    secret: SecretStr | None = None


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    issuer: str
    audience: str
    algorithms: tuple[str, ...]
    jwks_url: str | None = None
    jwks_file: str | None = None
    secret: str | None = None


def load_issuers(settings: Settings) -> tuple[TokenIssuer, ...]:
    """
    The issuers of the settings; none when TOKEN_ISSUERS is not set.

    Raises:
        SettingsWrong: names the entry and what is wrong with it, and never repeats a secret.
    """
    if settings.token_issuers is None:
        return ()
    try:
        entries = msgspec.json.decode(settings.token_issuers.get_secret_value(), type=tuple[_Entry, ...])
    except msgspec.MsgspecError as error:
        raise _wrong(f"is no JSON list of issuers: {error}") from None
    issuers = tuple(_issuer(entry, number) for number, entry in enumerate(entries, start=1))
    if len({issuer.name for issuer in issuers}) < len(issuers):
        raise _wrong("names an issuer twice")
    return issuers


def _issuer(entry: _Entry, number: int) -> TokenIssuer:
    for name, value in (("issuer", entry.issuer), ("audience", entry.audience)):
        if not 0 < len(value) <= _MAX_NAME or not value.isprintable():
            raise _wrong(f"entry {number}: `{name}` is a text of 1 to {_MAX_NAME} printable characters")
    given = [name for name in ("jwks_url", "jwks_file", "secret") if getattr(entry, name) is not None]
    if len(given) != 1:
        raise _wrong(f"entry {number} takes exactly one of `jwks_url`, `jwks_file` and `secret`")
    _check_algorithms(entry.algorithms, number, has_secret=entry.secret is not None)
    if entry.jwks_url is not None:
        _check_address(entry.jwks_url, number)
    if entry.secret is not None:
        _check_secret(entry.secret, entry.algorithms, number)
    return TokenIssuer(
        entry.issuer,
        entry.audience,
        frozenset(entry.algorithms),
        entry.jwks_url,
        Path(entry.jwks_file) if entry.jwks_file is not None else None,
        SecretStr(entry.secret) if entry.secret is not None else None,
    )


def _check_algorithms(algorithms: Sequence[str], number: int, *, has_secret: bool) -> None:
    fitting = [name for name, family in FAMILIES.items() if (family == SECRET) is has_secret]
    if not algorithms or not set(algorithms) <= set(fitting):
        keys = "a shared secret" if has_secret else "public keys"
        raise _wrong(f"entry {number}: with {keys}, `algorithms` are some of {', '.join(fitting)}")


def _check_address(text: str, number: int) -> None:
    try:
        url = AnyHttpUrl(text)
    except ValidationError:
        url = None
    if url is None or url.username or url.password or url.fragment:
        raise _wrong(f"entry {number}: `jwks_url` is an address such as https://id.example/jwks.json")
    if url.scheme != "https" and not is_loopback(url.host or ""):
        raise _wrong(f"entry {number}: `jwks_url` begins with https; plain http is for this machine alone")


def _check_secret(secret: str, algorithms: Sequence[str], number: int) -> None:
    needed = max(_HASH_BYTES[name] for name in algorithms)
    if len(secret.encode()) < needed:
        raise _wrong(f"entry {number}: `secret` has at least {needed} bytes for these algorithms")
    if is_public_key(secret):
        raise _wrong(f"entry {number}: `secret` is a public key, which anybody has; use `jwks_url` or `jwks_file`")


def _wrong(what: str) -> SettingsWrong:
    return SettingsWrong(f"TOKEN_ISSUERS {what}. See docs/settings.md.")
