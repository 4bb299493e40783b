"""TOKEN_ISSUERS: what is taken, and that each mistake is named without repeating a secret."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from server.issuers import TokenIssuer, load_issuers
from server.settings import Settings, SettingsWrong
from tests.support.tokens import key_of

CANARY = "hunter2-canary-hunter2-canary-hunter2"
BY_URL = {
    "issuer": "https://id.example",
    "audience": "shop",
    "algorithms": ["RS256"],
    "jwks_url": "https://id.example/k",
}
BY_SECRET = {"issuer": "backend", "audience": "shop", "algorithms": ["HS256"], "secret": CANARY}


def _load(text: str) -> tuple[TokenIssuer, ...]:
    return load_issuers(Settings.model_validate({"token_issuers": text}))


def _entry(base: dict[str, Any], **changes: Any) -> str:
    return json.dumps([{name: value for name, value in {**base, **changes}.items() if value is not None}])


def _refusal(text: str) -> str:
    with pytest.raises(SettingsWrong) as caught:
        _load(text)
    sentence = str(caught.value)
    assert CANARY not in sentence
    assert sentence.endswith(" See docs/settings.md.")
    return sentence.removeprefix("TOKEN_ISSUERS ").removesuffix(". See docs/settings.md.")


def test_without_the_setting_there_are_none() -> None:
    """Everybody is a guest then."""
    assert load_issuers(Settings()) == ()
    assert _load("[]") == ()


def test_the_three_kinds() -> None:
    """An address, a file, a secret; each with all that is pinned."""
    by_file = {**BY_URL, "issuer": "apps", "algorithms": ["EdDSA", "ES256"], "jwks_url": None, "jwks_file": "/k.json"}
    text = json.dumps([BY_URL, {name: value for name, value in by_file.items() if value}, BY_SECRET])

    assert _load(text) == (
        TokenIssuer("https://id.example", "shop", frozenset({"RS256"}), jwks_url="https://id.example/k"),
        TokenIssuer("apps", "shop", frozenset({"EdDSA", "ES256"}), jwks_file=Path("/k.json")),
        TokenIssuer("backend", "shop", frozenset({"HS256"}), secret=SecretStr(CANARY)),
    )


def test_a_secret_does_not_print() -> None:
    """Neither from the settings nor from the issuer."""
    settings = Settings.model_validate({"token_issuers": _entry(BY_SECRET)})

    assert CANARY not in repr(settings)
    assert CANARY not in repr(load_issuers(settings))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/k", "http://localhost/k", "http://[::1]:9/k", "https://id.example/?a=b"]
)
def test_addresses_that_are_taken(url: str) -> None:
    """Plain http for an identity provider on this machine."""
    (issuer,) = _load(_entry(BY_URL, jwks_url=url))

    assert issuer.jwks_url == url


NAMES = "is a text of 1 to 512 printable characters"
ONE_OF = "entry 1 takes exactly one of `jwks_url`, `jwks_file` and `secret`"
ADDRESS = "entry 1: `jwks_url` is an address such as https://id.example/jwks.json"
PUBLIC = (
    "entry 1: with public keys, `algorithms` are some of RS256, RS384, RS512, PS256, PS384, PS512, "
    "ES256, ES384, ES512, EdDSA, Ed25519"
)
SECRETS = "entry 1: with a shared secret, `algorithms` are some of HS256, HS384, HS512"
WRONG: dict[str, tuple[str, str]] = {
    "no JSON": ("https://id.example", "is no JSON list of issuers: JSON is malformed: invalid character (byte 0)"),
    "nested deep": ("[" * 100_000, "is no JSON list of issuers: Expected `object`, got `array` - at `$[0]`"),
    "an object": ("{}", "is no JSON list of issuers: Expected `array`, got `object`"),
    "unknown member": (
        _entry(BY_URL, key="x"),
        "is no JSON list of issuers: Object contains unknown field `key` - at `$[0]`",
    ),
    "no audience": (
        _entry(BY_URL, audience=None),
        "is no JSON list of issuers: Object missing required field `audience` - at `$[0]`",
    ),
    "empty issuer": (_entry(BY_URL, issuer=""), f"entry 1: `issuer` {NAMES}"),
    "issuer with a zero byte": (_entry(BY_URL, issuer="a\0b"), f"entry 1: `issuer` {NAMES}"),
    "long audience": (_entry(BY_URL, audience="a" * 513), f"entry 1: `audience` {NAMES}"),
    "no keys": (_entry(BY_URL, jwks_url=None), ONE_OF),
    "two kinds of keys": (_entry(BY_URL, jwks_file="/k.json"), ONE_OF),
    "public keys and a secret": (_entry(BY_URL, secret=CANARY), ONE_OF),
    "the same issuer twice": (json.dumps([BY_URL, BY_URL]), "names an issuer twice"),
    "no algorithm": (_entry(BY_URL, algorithms=[]), PUBLIC),
    "none": (_entry(BY_URL, algorithms=["none"]), PUBLIC),
    "HMAC with public keys": (_entry(BY_URL, algorithms=["RS256", "HS256"]), PUBLIC),
    "RSA with a secret": (_entry(BY_SECRET, algorithms=["RS256"]), SECRETS),
    "no address": (_entry(BY_URL, jwks_url="id.example"), ADDRESS),
    "address with a password": (_entry(BY_URL, jwks_url=f"https://u:{CANARY}@id.example/k"), ADDRESS),
    "address with a fragment": (_entry(BY_URL, jwks_url="https://id.example/k#a"), ADDRESS),
    "a file as address": (_entry(BY_URL, jwks_url="file:///etc/passwd"), ADDRESS),
    "plain http": (
        _entry(BY_URL, jwks_url="http://id.example/k"),
        "entry 1: `jwks_url` begins with https; plain http is for this machine alone",
    ),
    "short secret": (
        _entry(BY_SECRET, secret=CANARY[:31]),
        "entry 1: `secret` has at least 32 bytes for these algorithms",
    ),
    "short for its longest hash": (
        _entry(BY_SECRET, algorithms=["HS256", "HS512"]),
        "entry 1: `secret` has at least 64 bytes for these algorithms",
    ),
    "a public key as secret": (
        _entry(BY_SECRET, secret=key_of("RS256").as_pem(private=False).decode()),  # type: ignore[union-attr]
        "entry 1: `secret` is a public key, which anybody has; use `jwks_url` or `jwks_file`",
    ),
    "what looks like one": (
        _entry(BY_SECRET, secret="-----BEGIN PUBLIC KEY-----" + "A" * 32),
        "entry 1: `secret` is a public key, which anybody has; use `jwks_url` or `jwks_file`",
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_mistakes_are_named(kind: str) -> None:
    """The operator reads which entry and what to write."""
    text, sentence = WRONG[kind]

    assert _refusal(text) == sentence
