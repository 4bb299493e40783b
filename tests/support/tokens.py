"""Issuers of tokens for tests: keys, tokens good and bad, and a key server that counts how often it is asked."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from joserfc.jwk import ECKey, Key, KeyParameters, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry
from pydantic import SecretStr

from server.issuers import TokenIssuer

ISSUER = "https://id.example"
AUDIENCE = "shop"
JWKS_URL = "https://id.example/jwks.json"
SHARED = "a shared secret that nobody guesses, 64 bytes and more of it, yes"
Json = dict[str, Any]


@cache
def key_of(algorithm: str, number: int = 1) -> Key:
    """A private key for an algorithm; the same for the same number."""
    kid: KeyParameters = {"kid": f"k{number}"}
    match algorithm[:2]:
        case "RS" | "PS":
            return RSAKey.generate_key(2048, parameters=kid)
        case "ES":
            return ECKey.generate_key({"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}[algorithm], parameters=kid)
        case "Ed":
            return OKPKey.generate_key("Ed25519", parameters=kid)
    return OctKey.import_key(SHARED)


def public(*keys: Key, **more: str) -> Json:
    """The JWK set of the public halves."""
    return {"keys": [{**key.as_dict(private=False), **more} for key in keys]}


def claims(now_s: float, **changes: Any) -> Json:
    """Claims of a good token for ten minutes; a change to None leaves a claim out."""
    usual = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ann", "iat": now_s, "exp": now_s + 600, "name": "Ann Doe"}
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def token(body: Json | bytes, key: Key, algorithm: str, header: Mapping[str, Any] | bytes | None = None) -> str:
    """A token signed with the key; ``header`` adds to the usual one or, as bytes, replaces it."""
    head = header
    if not isinstance(header, bytes):
        usual: Json = {"alg": algorithm, "typ": "JWT"} | ({"kid": key.kid} if key.key_type != "oct" else {})
        merged = {**usual, **(header or {})}
        head = json.dumps({name: value for name, value in merged.items() if value is not None}).encode()
    assert isinstance(head, bytes)
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    signed = f"{segment(head)}.{segment(text)}"
    model = JWSRegistry.algorithms["Ed25519" if algorithm == "EdDSA" else algorithm]
    return f"{signed}.{segment(model.sign(signed.encode(), key))}"


def segment(data: bytes) -> str:
    """A part of a token."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def issuer_at(url: str = JWKS_URL, *algorithms: str, name: str = ISSUER) -> TokenIssuer:
    """An issuer whose keys are at an address."""
    return TokenIssuer(name, AUDIENCE, frozenset(algorithms or ("RS256",)), jwks_url=url)


def issuer_with_file(path: Path, *algorithms: str) -> TokenIssuer:
    """An issuer whose keys are in a file."""
    return TokenIssuer(ISSUER, AUDIENCE, frozenset(algorithms or ("RS256",)), jwks_file=path)


def issuer_with_secret(*algorithms: str, name: str = ISSUER) -> TokenIssuer:
    """An issuer who shares a secret with the shop."""
    return TokenIssuer(name, AUDIENCE, frozenset(algorithms or ("HS256",)), secret=SecretStr(SHARED))


class KeyServer:
    """Answers every request with its set, or as a test wants; ``asked`` counts."""

    def __init__(self, *keys: Key) -> None:
        self.body = json.dumps(public(*keys)).encode()
        self.status = 200
        self.headers: dict[str, str] = {}
        self.is_away = False
        self.asked = 0

    def publish(self, *keys: Key) -> None:
        """Have these keys from now on."""
        self.body = json.dumps(public(*keys)).encode()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.is_away:
            raise httpx.ConnectError("away", request=request)
        return httpx.Response(self.status, headers=self.headers, stream=httpx.ByteStream(self.body))

    def transport(self) -> httpx.MockTransport:
        """A transport that reaches nothing but this."""
        return httpx.MockTransport(self)
