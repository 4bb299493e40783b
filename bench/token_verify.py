"""
CPU time of judging a bearer token, by algorithm: ``python -m bench.token_verify``.

``first`` verifies the signature, ``again`` is the same token a second time. Best and median of interleaved rounds.
"""

import asyncio
import json
import statistics
import sys
import time
from datetime import UTC, datetime
from typing import Final

import httpx
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from joserfc.jwt import encode

from server.issuers import TokenIssuer
from server.keysources import http_client
from server.tokens import Tokens

_ROUNDS: Final = 20
_TOKENS: Final = 50
_ALGORITHMS: Final = ("RS256", "ES256", "Ed25519")
_URL: Final = "https://id.example/jwks.json"
_NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)


def _key(algorithm: str) -> Key:
    match algorithm:
        case "RS256":
            return RSAKey.generate_key(2048, parameters={"kid": "k"})
        case "ES256":
            return ECKey.generate_key("P-256", parameters={"kid": "k"})
    return OKPKey.generate_key("Ed25519", parameters={"kid": "k"})


def _texts(algorithm: str, key: Key) -> list[str]:
    claims = {"iss": "bench", "aud": "shop", "exp": _NOW.timestamp() + 600, "name": "Ann Doe"}
    header = {"alg": algorithm, "kid": "k"}
    return [encode(header, {**claims, "sub": f"s{n}"}, key, algorithms=[algorithm]) for n in range(_TOKENS)]


def _tokens(algorithm: str, key: Key) -> Tokens:
    body = json.dumps({"keys": [key.as_dict(private=False)]})
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=httpx.ByteStream(body.encode())))
    issuer = TokenIssuer("bench", "shop", frozenset({algorithm}), jwks_url=_URL)
    return Tokens([issuer], lambda: _NOW, client=http_client(transport))


async def _cost(tokens: Tokens, texts: list[str]) -> float:
    """Microseconds of CPU for one token."""
    started = time.process_time()
    for text in texts:
        await tokens.customer_of([f"Bearer {text}"])
    return (time.process_time() - started) / len(texts) * 1e6


async def _measure() -> None:
    keys = {algorithm: _key(algorithm) for algorithm in _ALGORITHMS}
    texts = {algorithm: _texts(algorithm, key) for algorithm, key in keys.items()}
    costs: dict[tuple[str, str], list[float]] = {}
    for _ in range(_ROUNDS):
        for algorithm, key in keys.items():
            tokens = _tokens(algorithm, key)
            # The first token of all fetches the keys.
            await tokens.customer_of([f"Bearer {texts[algorithm][0]}"])
            for turn in ("first", "again"):
                costs.setdefault((algorithm, turn), []).append(await _cost(tokens, texts[algorithm][1:]))
            await tokens.aclose()
    for (algorithm, turn), found in costs.items():
        best, median = min(found), statistics.median(found)
        sys.stdout.write(f"{algorithm:8} {turn}: best {best:6.1f} us, median {median:6.1f} us\n")


def main() -> None:
    """Measure and print."""
    asyncio.run(_measure())


if __name__ == "__main__":
    main()
