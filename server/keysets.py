"""
Keys that verify tokens, as a JWK set (RFC 7517) lists them, and what each is good for.

A key serves the algorithms of its own family only. What a set holds beside keys for signatures of the families below is
passed over: keys for encryption, secrets, weak ones, and private ones, which a published set has given away.
"""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

import msgspec
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import JWKRegistry, Key, OctKey
from joserfc.jws import JWSRegistry

SECRET: Final = "secret"
FAMILIES: Final = MappingProxyType({
    "RS256": "RSA", "RS384": "RSA", "RS512": "RSA", "PS256": "RSA", "PS384": "RSA", "PS512": "RSA",
    "ES256": "P-256", "ES384": "P-384", "ES512": "P-521",
    "EdDSA": "Ed25519", "Ed25519": "Ed25519",
    "HS256": SECRET, "HS384": SECRET, "HS512": SECRET,
})  # fmt: skip
"""Every algorithm that can be chosen, with the family of its keys."""
MAX_SET_BYTES: Final = 64 * 1024
_RSA_BITS: Final = range(2048, 8193)
_MEMBERS: Final = {"RSA": ("n", "e"), "EC": ("crv", "x", "y"), "OKP": ("crv", "x")}
_SAME: Final = {"EdDSA": "Ed25519"}
"""The name of RFC 8037 for what RFC 9864 calls Ed25519."""


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A key. Two are equal when they verify the same; prints without the key."""

    key_id: str | None
    family: str
    algorithm: str | None
    """The one algorithm it is for; None for any of its family."""
    fingerprint: bytes = field(repr=False)
    material: Key = field(repr=False, compare=False)

    def verifies(self, algorithm: str, signed: bytes, signature: bytes) -> bool:
        """True when the signature over ``signed`` was made with this key's other half."""
        return JWSRegistry.algorithms[_SAME.get(algorithm, algorithm)].verify(signed, signature, self.material)


Keys = tuple[VerificationKey, ...]


class _Set(msgspec.Struct):
    keys: list[dict[str, Any]]


def key_set(body: bytes) -> Keys:
    """
    The usable keys of a JWK set; empty when it has none.

    Raises:
        ValueError: it is no JWK set, or has more than 64 KB.
    """
    if len(body) > MAX_SET_BYTES:
        raise ValueError(f"the key set has more than {MAX_SET_BYTES} bytes")
    try:
        entries = msgspec.json.decode(body, type=_Set).keys
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise ValueError("it is no JWK set") from None
    return tuple(key for entry in entries if (key := _usable(entry)) is not None)


def secret_key(secret: str) -> VerificationKey:
    """The key of a shared secret."""
    material = OctKey.import_key(secret)
    return VerificationKey(None, SECRET, None, sha256(secret.encode()).digest(), material)


def is_public_key(secret: str) -> bool:
    """True for the text of a public key or certificate."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", SecurityWarning)
        try:
            OctKey.import_key(secret)
        except (ValueError, SecurityWarning):
            return True
    return False


def fitting(keys: Iterable[VerificationKey], algorithm: str, key_id: str | None) -> Keys:
    """
    The keys that may have signed a token.

    The token's ``kid`` is but an index: it chooses among keys that bear one, and never brings one in.
    """
    family, name = FAMILIES[algorithm], _SAME.get(algorithm, algorithm)
    found = [key for key in keys if key.family == family and key.algorithm in {None, name}]
    return tuple(key for key in found if key_id is None or key.key_id in {None, key_id})


def knows(keys: Iterable[VerificationKey], key_id: str) -> bool:
    """True when a key bears this id, or none at all."""
    return any(key.key_id in {None, key_id} for key in keys)


def _usable(entry: dict[str, Any]) -> VerificationKey | None:
    key_id, algorithm = entry.get("kid"), entry.get("alg")
    if not isinstance(key_id, str | None) or not isinstance(algorithm, str | None) or not _is_for_verifying(entry):
        return None
    material = _imported(entry)
    if material is None:
        return None
    family = "RSA" if entry["kty"] == "RSA" else str(entry["crv"])
    if family not in FAMILIES.values() or (family == "RSA" and _bits(material) not in _RSA_BITS):
        return None
    fingerprint = material.thumbprint().encode()
    return VerificationKey(key_id, family, _SAME.get(algorithm or "", algorithm), fingerprint, material)


def _is_for_verifying(entry: dict[str, Any]) -> bool:
    operations = entry.get("key_ops", ["verify"])
    return (
        "d" not in entry
        and entry.get("use", "sig") == "sig"
        and isinstance(operations, list)
        and "verify" in operations
    )


def _imported(entry: dict[str, Any]) -> Key | None:
    with warnings.catch_warnings():
        # Of a short RSA key, which is measured later.
        warnings.simplefilter("ignore", SecurityWarning)
        try:
            return JWKRegistry.import_key({name: entry[name] for name in ("kty", *_MEMBERS[entry["kty"]])})
        except (JoseError, ValueError, TypeError, KeyError):
            return None


def _bits(material: Key) -> int:
    return int(getattr(material.public_key, "key_size", 0))
