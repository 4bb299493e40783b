"""
Tokens against the list of known attacks (RFC 8725), over HTTP: each bad one is refused, and nobody is signed in by it.

The endpoint is the real one on the small schema of the unit tests, whose ``known`` tells who asks.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.util import int_to_base64

from resolvers.customers import customer_id_of
from server.issuers import TokenIssuer
from server.jwt import EARLY, EXPIRED, FOREIGN, MALFORMED, UNPROVEN
from server.keysources import http_client
from tests.support.tokens import (
    AUDIENCE,
    ISSUER,
    SHARED,
    KeyServer,
    claims,
    issuer_at,
    issuer_with_secret,
    key_of,
    public,
    segment,
    token,
)
from tests.unit.server.storefront import NOW, MovableClock, Storefront

ANN = customer_id_of(ISSUER, "ann")
NOW_S = NOW.timestamp()
RSA = key_of("RS256")
OTHER = key_of("RS256", 2)


class Desk:
    """The small server with an issuer, and the issuer's key server."""

    def __init__(self, *issuers: TokenIssuer, server: KeyServer | None = None) -> None:
        self.server = server or KeyServer(RSA)
        self.clock = MovableClock()
        client = http_client(self.server.transport())
        self.front = Storefront(clock=self.clock, issuers=issuers or (issuer_at(),), key_client=client)

    async def show(self, *authorization: str, **headers: str) -> httpx.Response:
        """The answer to ``{ known }`` with these Authorization headers."""
        given = [*(("authorization", each) for each in authorization), *headers.items()]
        return await self.front.post("{ known }", given)

    async def known(self, text: str) -> str | None:
        """Whom a token signs in."""
        answer = await self.show(f"Bearer {text}")
        assert answer.status_code == 200, answer.text
        name = answer.json()["data"]["known"]
        assert name is None or isinstance(name, str)
        return name

    async def refusal(self, *authorization: str) -> str:
        """The sentence of a 401, which tells nothing that was sent."""
        answer = await self.show(*authorization)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')
        (error,) = answer.json()["errors"]
        assert error["extensions"] == {"code": "UNAUTHENTICATED"}
        assert not any(part in answer.text for each in authorization for part in each.split(".") if len(part) > 12)
        assert self.front.ids.made == 0
        return str(error["message"])

    async def is_unavailable(self, text: str) -> int:
        """The seconds to wait of a 503."""
        answer = await self.show(f"Bearer {text}")
        (error,) = answer.json()["errors"]
        wait_s = error["extensions"]["retryAfter"]
        assert (answer.status_code, answer.headers["retry-after"]) == (503, str(wait_s))
        assert error["extensions"]["code"] == "AUTHENTICATION_UNAVAILABLE"
        assert isinstance(wait_s, int)
        return wait_s


def good(algorithm: str = "RS256", header: dict[str, Any] | None = None, **changes: Any) -> str:
    """A token of the first key."""
    return token(claims(NOW_S, **changes), key_of(algorithm), algorithm, header)


ASYMMETRIC = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]


@pytest.mark.parametrize("algorithm", ASYMMETRIC)
async def test_good_tokens_of_public_keys(algorithm: str) -> None:
    """Every algorithm that the settings take."""
    desk = Desk(issuer_at("https://id.example/jwks.json", algorithm), server=KeyServer(key_of(algorithm)))

    assert await desk.known(good(algorithm)) == ANN


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
async def test_good_tokens_of_a_shared_secret(algorithm: str) -> None:
    """No key server is asked."""
    desk = Desk(issuer_with_secret(algorithm))

    assert await desk.known(good(algorithm)) == ANN
    assert desk.server.asked == 0


@pytest.mark.parametrize("length", [0, 1, 16, 31, 33, 64])
async def test_a_mac_of_another_length_is_refused(length: int) -> None:
    """A shorter one could be guessed."""
    head, body, tail = good("HS256").split(".")
    mac = hmac.new(SHARED.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    assert segment(mac) == tail

    changed = segment((mac + mac)[:length])

    expected = UNPROVEN if changed else MALFORMED
    assert await Desk(issuer_with_secret("HS256")).refusal(f"Bearer {head}.{body}.{changed}") == expected


GOOD: dict[str, Callable[[], str]] = {
    "no typ": lambda: good(header={"typ": None}),
    "typ in lower case": lambda: good(header={"typ": "jwt"}),
    "access token": lambda: good(header={"typ": "at+jwt"}),
    "access token, long": lambda: good(header={"typ": "application/at+jwt"}),
    "no kid": lambda: good(header={"kid": None}),
    "several audiences": lambda: good(aud=["other", AUDIENCE]),
    "59 s after its end": lambda: good(exp=NOW_S - 59),
    "60 s before its time": lambda: good(nbf=NOW_S + 60),
    "instants with fractions": lambda: good(exp=NOW_S + 0.5, nbf=NOW_S - 0.5),
    "unknown claims": lambda: good(scope="all", roles=["admin"]),
    "address of other keys (jku)": lambda: good(header={"jku": "https://evil.example/jwks.json"}),
    "address of a certificate (x5u)": lambda: good(header={"x5u": "https://evil.example/cert.pem"}),
    "longest subject": lambda: good(sub="s" * 255),
}


@pytest.mark.parametrize("kind", GOOD)
async def test_tokens_that_are_good(kind: str) -> None:
    """Strictness must not cost honest customers their cart."""
    desk = Desk()

    assert await desk.known(GOOD[kind]()) == customer_id_of(ISSUER, "s" * 255 if kind == "longest subject" else "ann")
    assert desk.server.asked == 1


def _tampered(text: str) -> str:
    head, _, tail = text.split(".")
    return f"{head}.{segment(json.dumps(claims(NOW_S, sub='bob')).encode())}.{tail}"


def _confused(algorithm: str, secret: bytes) -> str:
    """A token signed with a public key as if it were the secret of an HMAC."""
    head = segment(json.dumps({"alg": algorithm, "typ": "JWT", "kid": "k1"}).encode())
    signed = f"{head}.{segment(json.dumps(claims(NOW_S)).encode())}"
    return f"{signed}.{segment(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


def _unsigned(algorithm: str, tail: str = "") -> str:
    return f"{segment(json.dumps({'alg': algorithm}).encode())}.{segment(json.dumps(claims(NOW_S)).encode())}.{tail}"


def _raw(body: bytes) -> str:
    return token(body, RSA, "RS256")


def _body(**changes: Any) -> str:
    return json.dumps(claims(NOW_S, **changes))


MISSING = "The token's `{}` is missing, or no text of 1 to {} characters; have its issuer set it."
NO_INSTANT = "The token's `{}` is missing, or no instant; have its issuer set it."
OTHER_TYPE = "The token is of another type; send an access token (JWT or at+jwt)."
CRITICAL = "The token's header demands extensions that are not understood here; have them left out."
TOO_LONG = "The token has more than 8192 characters; have its issuer make a shorter one."

BAD: dict[str, tuple[Callable[[], str], str]] = {
    # The algorithm is the shop's choice, never the token's.
    "none": (lambda: _unsigned("none"), MALFORMED),
    "none with a signature": (lambda: _unsigned("none", "AAAA"), UNPROVEN),
    "none in odd case": (lambda: _unsigned("nOnE", "AAAA"), UNPROVEN),
    "another algorithm of the same key": (lambda: good(header={"alg": "RS512"}), UNPROVEN),
    "an algorithm nobody knows": (lambda: good(header={"alg": "XX999"}), UNPROVEN),
    "HMAC with the public key in PEM": (lambda: _confused("HS256", _pem()), UNPROVEN),
    "HMAC with the public key in DER": (lambda: _confused("HS256", _der()), UNPROVEN),
    "HMAC with the modulus": (lambda: _confused("HS256", public(RSA)["keys"][0]["n"].encode()), UNPROVEN),
    "HMAC with nothing": (lambda: _confused("HS256", b""), UNPROVEN),
    "HMAC that says RS256": (lambda: _confused("RS256", _pem()), UNPROVEN),
    "no algorithm": (lambda: good(header={"alg": None}), MISSING.format("alg", 256)),
    "algorithm as a list": (lambda: good(header={"alg": ["RS256"]}), MISSING.format("alg", 256)),
    # The key is the issuer's.
    "another key under a known kid": (lambda: token(claims(NOW_S), OTHER, "RS256", {"kid": "k1"}), UNPROVEN),
    "an unknown kid": (lambda: token(claims(NOW_S), OTHER, "RS256"), UNPROVEN),
    "another key, no kid": (lambda: token(claims(NOW_S), OTHER, "RS256", {"kid": None}), UNPROVEN),
    "kid as a path": (lambda: token(claims(NOW_S), OTHER, "RS256", {"kid": "../../../dev/null"}), UNPROVEN),
    "kid as a number": (lambda: good(header={"kid": 7}), MISSING.format("kid", 256)),
    "empty kid": (lambda: good(header={"kid": ""}), MISSING.format("kid", 256)),
    "long kid": (lambda: good(header={"kid": "k" * 257}), MISSING.format("kid", 256)),
    "own key in jwk": (
        lambda: token(claims(NOW_S), OTHER, "RS256", {"jwk": public(OTHER)["keys"][0], "kid": "k1"}),
        UNPROVEN,
    ),
    "own key by jku": (
        lambda: token(claims(NOW_S), OTHER, "RS256", {"jku": "https://evil.example/jwks.json", "kid": "k1"}),
        UNPROVEN,
    ),
    "own certificate in x5c": (lambda: token(claims(NOW_S), OTHER, "RS256", {"x5c": ["AA"], "kid": "k1"}), UNPROVEN),
    # The signature is over what was sent.
    "tampered claims": (lambda: _tampered(good()), UNPROVEN),
    "cut signature": (lambda: good()[:-42], UNPROVEN),
    "no signature": (lambda: good().rpartition(".")[0] + ".", MALFORMED),
    "signature of zeros": (lambda: good().rpartition(".")[0] + "." + segment(bytes(256)), UNPROVEN),
    "swapped parts": (lambda: ".".join(reversed(good().split("."))), MALFORMED),
    # Who, for whom, and when.
    "another issuer": (lambda: good(iss="https://evil.example"), FOREIGN),
    "issuer with a slash more": (lambda: good(iss=ISSUER + "/"), FOREIGN),
    "no issuer": (lambda: good(iss=None), MISSING.format("iss", 8192)),
    "issuers": (lambda: good(iss=[ISSUER]), MISSING.format("iss", 8192)),
    "another audience": (lambda: good(aud="bank"), FOREIGN),
    "audience that begins alike": (lambda: good(aud=AUDIENCE + "s"), FOREIGN),
    "other audiences": (lambda: good(aud=["bank", 7, None, {}]), FOREIGN),
    "no audience": (lambda: good(aud=None), FOREIGN),
    "audience as an object": (lambda: good(aud={AUDIENCE: True}), FOREIGN),
    "60 s after its end": (lambda: good(exp=NOW_S - 60), EXPIRED),
    "expired long ago": (lambda: good(exp=0), EXPIRED),
    "no end": (lambda: good(exp=None), NO_INSTANT.format("exp")),
    "end as text": (lambda: good(exp=str(NOW_S + 600)), NO_INSTANT.format("exp")),
    "end as truth": (lambda: good(exp=True), NO_INSTANT.format("exp")),
    "end beyond numbers": (lambda: _raw(_body().replace("1795176600.0", "1e999").encode()), NO_INSTANT.format("exp")),
    "end as NaN": (lambda: _raw(_body(exp=float("nan")).encode()), MALFORMED),
    "end as Infinity": (lambda: _raw(_body(exp=float("inf")).encode()), MALFORMED),
    "end of 5,000 digits": (lambda: _raw(_body(exp=1).replace('"exp": 1', f'"exp": {"9" * 5000}').encode()), MALFORMED),
    "61 s before its time": (lambda: good(nbf=NOW_S + 61), EARLY),
    "beginning as text": (lambda: good(nbf="now"), NO_INSTANT.format("nbf")),
    "no subject": (lambda: good(sub=None), MISSING.format("sub", 255)),
    "empty subject": (lambda: good(sub=""), MISSING.format("sub", 255)),
    "subject as a number": (lambda: good(sub=7), MISSING.format("sub", 255)),
    "long subject": (lambda: good(sub="s" * 256), MISSING.format("sub", 255)),
    "subject of half a character": (lambda: good(sub="\ud800"), MISSING.format("sub", 255)),
    # The form is one, and strictly kept.
    "subject twice": (lambda: _raw(_body().replace("{", '{"sub": "bob", ', 1).encode()), MALFORMED),
    "algorithm twice": (
        lambda: token(claims(NOW_S), RSA, "RS256", b'{"alg": "none", "alg": "RS256", "kid": "k1"}'),
        MALFORMED,
    ),
    "claims as a list": (lambda: _raw(b"[]"), MALFORMED),
    "claims as text": (lambda: _raw(b'"ann"'), MALFORMED),
    "claims that are no JSON": (lambda: _raw(b"{"), MALFORMED),
    "claims that are no UTF-8": (lambda: _raw(b'{"sub": "\xff"}'), MALFORMED),
    "claims nested deep": (lambda: _raw(b"[" * 5000), MALFORMED),
    "header that is no JSON": (lambda: token(claims(NOW_S), RSA, "RS256", b"alg"), MALFORMED),
    "token within a token": (lambda: token(good().encode(), RSA, "RS256", {"cty": "JWT"}), MALFORMED),
    "nested by its header": (lambda: good(header={"cty": "JWT"}), OTHER_TYPE),
    "ID token of another kind": (lambda: good(header={"typ": "logout+jwt"}), OTHER_TYPE),
    "typ as a number": (lambda: good(header={"typ": 1}), OTHER_TYPE),
    "encrypted (JWE)": (lambda: ".".join(["e30", "AAAA", "AAAA", "AAAA", "AAAA"]), MALFORMED),
    "unknown crit": (lambda: good(header={"crit": ["exp2"], "exp2": 1}), CRITICAL),
    "unencoded payload (b64)": (lambda: good(header={"crit": ["b64"], "b64": False}), CRITICAL),
    "empty crit": (lambda: good(header={"crit": []}), CRITICAL),
    "longer than 8 KB": (lambda: good(more="x" * 8192), TOO_LONG),
    "two parts": (lambda: "e30.e30", MALFORMED),
    "one part": (lambda: "secret", MALFORMED),
    "nothing": (lambda: "", MALFORMED),
    "dots": (lambda: "..", MALFORMED),
    "standard base64": (lambda: good().replace("-", "+").replace("_", "/") + "+", MALFORMED),
    "padded base64": (lambda: good() + "=", MALFORMED),
    "stray bits": (lambda: good()[:-1] + _next(good()[-1]), MALFORMED),
    "a length that no base64 has": (lambda: good() + "AAA", MALFORMED),
    "a space inside": (lambda: good().replace(".", " .", 1), MALFORMED),
    "a tab inside": (lambda: good().replace(".", "\t.", 1), MALFORMED),
    "two tokens": (lambda: f"{good()}, {good()}", MALFORMED),
    "quoted": (lambda: f'"{good()}"', MALFORMED),
}


def _pem() -> bytes:
    assert isinstance(RSA, RSAKey)
    return RSA.as_pem(private=False)


def _der() -> bytes:
    assert isinstance(RSA, RSAKey)
    return RSA.as_der(private=False)


def _next(last: str) -> str:
    """The last character with a stray bit set: a signature of 256 bytes leaves four bits unused."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return letters[letters.index(last) + 1]


@pytest.mark.parametrize("kind", BAD)
async def test_tokens_that_are_refused(kind: str) -> None:
    """Each is 401 with a sentence, signs nobody in and makes nobody a guest."""
    make, sentence = BAD[kind]

    assert await Desk().refusal(f"Bearer {make()}") == sentence


ONE_HEADER = "Send one Authorization header: the word Bearer and the token."


@pytest.mark.parametrize(
    ("headers", "sentence"),
    [
        (["Basic YW5uOnNlY3JldHNlY3JldA=="], ONE_HEADER),
        (["Digest username=ann"], ONE_HEADER),
        ([" "], ONE_HEADER),
        (["Bearer"], MALFORMED),
        (["Bearer:abc"], ONE_HEADER),
        ([f"Bearer {good()}", f"Bearer {good()}"], ONE_HEADER),
        ([f"Bearer {good()}", "Basic YW5uOnNlY3JldHNlY3JldA=="], ONE_HEADER),
        ([f"Token {good()}"], ONE_HEADER),
        ([good()], ONE_HEADER),
    ],
    ids=["basic", "digest", "empty", "no token", "colon", "twice", "with another", "other word", "bare"],
)
async def test_headers_that_are_refused(headers: list[str], sentence: str) -> None:
    """A header that two readers could take differently signs nobody in."""
    assert await Desk().refusal(*headers) == sentence


@pytest.mark.parametrize("header", ["bearer {}", "BEARER {}", "Bearer   {}", "Bearer {} "])
async def test_headers_that_are_good(header: str) -> None:
    """The scheme's case and the spaces around it do not matter (RFC 9110, section 11.1)."""
    answer = await Desk().show(header.format(good()))

    assert answer.json() == {"data": {"known": ANN}}


async def test_a_shop_without_issuers_takes_no_tokens() -> None:
    """A client that believes it is signed in is told; a proxy's own password is passed by."""
    front = Storefront()

    refused = await front.post("{ known }", {"authorization": f"Bearer {good()}"})
    passed = await front.post("{ known }", {"authorization": "Basic YW5uOnB3"})

    assert refused.status_code == 401
    assert refused.json()["errors"][0]["message"] == "This shop takes no tokens; leave the Authorization header out."
    assert passed.json() == {"data": {"known": None}}


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "Ann\u202e", "Ann\n", 7, ["Ann"], "\ud800"])
async def test_a_name_that_cannot_be_shown_is_left_out(name: object) -> None:
    """A name decorates; it never keeps a customer out."""
    assert await Desk().known(good(name=name)) == ANN


async def test_the_issuer_is_part_of_who_somebody_is() -> None:
    """Two issuers may both have an `ann`."""
    second = issuer_with_secret("HS256", name="https://other.example")
    desk = Desk(issuer_at(), second)

    first = await desk.known(good())
    other = await desk.known(good("HS256", iss="https://other.example"))

    assert (first, other) == (ANN, customer_id_of("https://other.example", "ann"))
    assert first != other


async def test_one_issuer_cannot_speak_for_another() -> None:
    """Each is held to its own keys and algorithms."""
    desk = Desk(issuer_at(), issuer_with_secret("HS256", name="https://other.example"))

    assert await desk.refusal(f"Bearer {good('HS256')}") == UNPROVEN
    assert await desk.refusal(f"Bearer {good(iss='https://other.example')}") == UNPROVEN


async def test_a_verified_token_ends_with_its_time() -> None:
    """That it is remembered does not make it live longer."""
    desk = Desk()
    text = good()

    assert await desk.known(text) == ANN
    desk.clock.move(timedelta(seconds=659))
    assert await desk.known(text) == ANN
    desk.clock.move(timedelta(seconds=1))
    assert await desk.refusal(f"Bearer {text}") == EXPIRED


async def test_a_key_that_is_taken_out_is_worth_nothing_after_five_minutes() -> None:
    """Revocation reaches remembered tokens too."""
    desk = Desk()
    text = good()
    assert await desk.known(text) == ANN

    desk.server.publish(OTHER)
    desk.clock.move(timedelta(seconds=299))
    assert (await desk.known(text), desk.server.asked) == (ANN, 1)

    desk.clock.move(timedelta(seconds=1))
    assert await desk.refusal(f"Bearer {text}") == UNPROVEN
    assert await desk.known(token(claims(NOW_S), OTHER, "RS256")) == ANN
    assert desk.server.asked == 2


async def test_a_new_key_is_fetched_when_its_first_token_comes() -> None:
    """Rotation signs nobody out."""
    desk = Desk()
    assert await desk.known(good()) == ANN
    desk.server.publish(RSA, OTHER)
    desk.clock.move(timedelta(seconds=30))

    assert await desk.known(token(claims(NOW_S), OTHER, "RS256")) == ANN
    assert await desk.known(good()) == ANN
    assert desk.server.asked == 2


async def test_a_flood_of_unknown_kids_asks_once_in_30_seconds() -> None:
    """Anybody can make up key ids; the issuer must not be hammered through us."""
    desk = Desk()
    asked = []
    for second in range(121):
        for number in range(3):
            text = token(claims(NOW_S), OTHER, "RS256", {"kid": f"made-up-{second}-{number}"})
            assert await desk.refusal(f"Bearer {text}") == UNPROVEN
        asked.append(desk.server.asked)
        desk.clock.move(timedelta(seconds=1))

    assert asked[0] == asked[29] == 1
    assert asked[30] == asked[59] == 2
    assert asked[120] == 5


async def test_an_issuer_that_is_away_for_an_hour_signs_its_customers_out_of_nothing() -> None:
    """Old keys serve for 24 hours, it is asked twice a minute at most, and it is back at once."""
    desk = Desk()
    assert await desk.known(good(exp=NOW_S + 200_000)) == ANN
    desk.server.is_away = True
    for minute in range(60):
        desk.clock.move(timedelta(minutes=1))
        assert await desk.known(good(exp=NOW_S + 200_000, jti=str(minute))) == ANN
    # Fresh for five minutes, then asked once a minute, as requests come.
    assert desk.server.asked == 1 + 56

    desk.server.is_away = False
    desk.server.publish(RSA, OTHER)
    desk.clock.move(timedelta(seconds=30))
    assert await desk.known(token(claims(NOW_S, exp=NOW_S + 200_000), OTHER, "RS256")) == ANN


async def test_after_24_hours_away_nobody_can_be_judged() -> None:
    """Keys that nobody confirmed for a day may have been stolen and withdrawn."""
    desk = Desk()
    text = good(exp=NOW_S + 200_000)
    assert await desk.known(text) == ANN
    desk.server.is_away = True

    desk.clock.move(timedelta(hours=24) - timedelta(seconds=1))
    assert await desk.known(text) == ANN
    desk.clock.move(timedelta(seconds=1))
    assert await desk.is_unavailable(text) == 29


async def test_without_any_key_the_answer_says_when_to_try_again() -> None:
    """503, not 401: a client must not throw a good token away."""
    desk = Desk()
    desk.server.is_away = True

    assert await desk.is_unavailable(good()) == 30
    desk.clock.move(timedelta(seconds=12))
    assert await desk.is_unavailable(good()) == 18
    assert desk.server.asked == 1

    desk.server.is_away = False
    desk.clock.move(timedelta(seconds=18))
    assert await desk.known(good()) == ANN


async def test_a_new_key_of_an_issuer_that_is_away_cannot_be_judged() -> None:
    """The token may well be good: it is not called bad."""
    desk = Desk()
    assert await desk.known(good()) == ANN
    desk.server.is_away = True
    desk.clock.move(timedelta(seconds=31))

    assert await desk.is_unavailable(token(claims(NOW_S), OTHER, "RS256")) == 30
    assert await desk.known(good()) == ANN


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (302, {"location": "https://evil.example/jwks.json"}, b""),
        (404, {}, json.dumps(public(RSA)).encode()),
        (200, {"content-encoding": "gzip"}, b"\x1f\x8b"),
        (200, {}, b"<html>"),
        (200, {}, b"[]"),
        (200, {}, b'{"keys": 7}'),
        (200, {}, json.dumps({**public(RSA), "pad": "x" * 65_536}).encode()),
        (200, {}, b"[" * 60_000),
    ],
    ids=["redirect", "not found", "encoded", "page", "list", "no list of keys", "more than 64 KB", "nested deep"],
)
async def test_answers_of_a_key_server_that_are_no_keys(status: int, headers: dict[str, str], body: bytes) -> None:
    """What is not a key set changes nothing, and is not followed anywhere."""
    desk = Desk()
    desk.server.status, desk.server.headers, desk.server.body = status, headers, body

    assert await desk.is_unavailable(good()) == 30
    assert desk.server.asked == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"use": "enc"},
        {"key_ops": ["encrypt"]},
        {"key_ops": "verify"},
        {"alg": "RS512"},
        {"alg": 7},
        {"kid": 7},
        {"kty": "oct", "k": SHARED},
        {"kty": "EC"},
        {"kty": 7},
        {"n": "AQAB"},
        {"n": 7},
        {"e": "AA"},
        {"d": "AQAB"},
    ],
    ids=lambda changes: ", ".join(f"{name} {value}"[:16] for name, value in changes.items()),
)
async def test_keys_that_are_not_for_this(changes: dict[str, Any]) -> None:
    """A key for encryption, a weak or broken one, or a private one that was published, verifies nothing."""
    desk = Desk()
    desk.server.body = json.dumps({"keys": [public(RSA)["keys"][0] | changes]}).encode()

    assert await desk.refusal(f"Bearer {good()}") == UNPROVEN


async def test_a_good_key_beside_others() -> None:
    """A set may hold keys of every kind; the token's is found."""
    desk = Desk()
    other_curves = [
        key.as_dict(private=False) for key in (ECKey.generate_key("secp256k1"), OKPKey.generate_key("X25519"))
    ]
    entries = [{"kty": "ML-DSA"}, {}, *other_curves, *public(key_of("ES256"), key_of("EdDSA"), OTHER, RSA)["keys"]]
    desk.server.body = json.dumps({"keys": entries}).encode()

    assert await desk.known(good()) == ANN


async def test_a_kid_chooses_its_key_and_no_other() -> None:
    """A token that names one key is not taken because another would fit."""
    desk = Desk(server=KeyServer(RSA, OTHER))

    assert await desk.refusal(f"Bearer {token(claims(NOW_S), OTHER, 'RS256', {'kid': 'k1'})}") == UNPROVEN
    assert await desk.known(token(claims(NOW_S), OTHER, "RS256")) == ANN


async def test_a_token_without_kid_is_tried_with_four_keys() -> None:
    """A large set must not multiply what a forged token costs us."""
    keys = [key_of("ES256", number) for number in range(1, 6)]
    desk = Desk(issuer_at("https://id.example/jwks.json", "ES256"), server=KeyServer(*keys))

    assert await desk.known(token(claims(NOW_S), keys[3], "ES256", {"kid": None})) == ANN
    assert await desk.refusal(f"Bearer {token(claims(NOW_S), keys[4], 'ES256', {'kid': None})}") == UNPROVEN


@pytest.mark.parametrize(("bits", "is_taken"), [(1024, False), (2040, False), (2048, True), (3072, True)])
async def test_short_rsa_keys_are_passed_over(bits: int, is_taken: bool) -> None:
    """A key of 1,024 bits can be broken (RFC 7518, section 3.3, wants 2,048)."""
    private = generate_private_key(public_exponent=65537, key_size=bits)
    numbers = private.public_key().public_numbers()
    desk = Desk()
    entry = {"kty": "RSA", "kid": "k1", "n": int_to_base64(numbers.n), "e": int_to_base64(numbers.e)}
    desk.server.body = json.dumps({"keys": [entry]}).encode()
    head, body, _ = good().split(".")
    tail = segment(private.sign(f"{head}.{body}".encode(), PKCS1v15(), SHA256()))

    answer = await desk.show(f"Bearer {head}.{body}.{tail}")

    assert answer.status_code == (200 if is_taken else 401)


async def test_an_origin_may_not_use_a_guests_cookie_beside_a_token() -> None:
    """The token proves who asks, the cookie proves nothing about the page that sends it."""
    desk = Desk()

    alone = await desk.show(f"Bearer {good()}", origin="https://evil.example")
    beside = await desk.show(f"Bearer {good()}", origin="https://evil.example", cookie="cartograph_session=x")

    assert alone.json() == {"data": {"known": ANN}}
    assert (beside.status_code, beside.json()["errors"][0]["extensions"]) == (403, {"code": "FORBIDDEN_ORIGIN"})
