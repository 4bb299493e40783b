"""What is remembered of verified tokens, and for how long; the attacks are in tests/security."""

from pathlib import Path

import httpx
import pytest

from resolvers.customers import customer_id_of
from server.keysources import http_client
from server.settings import SettingsWrong
from server.tokens import SignedIn, Tokens
from tests.support.tokens import (
    ISSUER,
    KeyServer,
    claims,
    issuer_at,
    issuer_with_file,
    issuer_with_secret,
    key_of,
    token,
)
from tests.unit.server.storefront import NOW, MovableClock

RSA = key_of("RS256")


def _header(subject: str = "ann", **changes: object) -> list[str]:
    return [f"Bearer {token(claims(NOW.timestamp(), sub=subject, **changes), RSA, 'RS256')}"]


def _tokens(clock: MovableClock, server: KeyServer, remembered: int = 100) -> Tokens:
    return Tokens([issuer_at()], clock.now, client=http_client(server.transport()), remembered=remembered)


async def test_a_token_names_its_customer(clock: MovableClock) -> None:
    """The id of issuer and subject, and the name as the token has it."""
    tokens = _tokens(clock, KeyServer(RSA))

    assert await tokens.customer_of([]) is None
    assert await tokens.customer_of(_header()) == SignedIn(customer_id_of(ISSUER, "ann"), "Ann Doe")
    assert await tokens.customer_of(_header(name=" Ann ")) == SignedIn(customer_id_of(ISSUER, "ann"), "Ann")
    await tokens.aclose()


async def test_a_forgotten_token_is_judged_anew(clock: MovableClock) -> None:
    """The memory is small here; who somebody is does not depend on it."""
    server = KeyServer(RSA)
    tokens = _tokens(clock, server, remembered=2)
    headers = {name: _header(name) for name in ("ann", "bob", "cid")}
    for name in ("ann", "bob", "ann", "cid", "ann", "bob"):
        customer = await tokens.customer_of(headers[name])
        assert customer is not None
        assert customer.customer_id == customer_id_of(ISSUER, name)

    assert server.asked == 1


async def test_a_key_file_that_is_none_stops_the_start(clock: MovableClock, tmp_path: Path) -> None:
    """Named with its path."""
    path = tmp_path / "jwks.json"
    with pytest.raises(SettingsWrong) as caught:
        Tokens([issuer_with_file(path)], clock.now)

    assert str(caught.value) == f"TOKEN_ISSUERS: the key file {path}: it cannot be read (No such file or directory)."


async def test_closing_closes_the_client(clock: MovableClock) -> None:
    """And without a key server there is none."""
    client = httpx.AsyncClient(transport=KeyServer(RSA).transport())
    tokens = Tokens([issuer_at()], clock.now, client=client)
    await tokens.aclose()
    await Tokens([issuer_with_secret()], clock.now).aclose()

    assert client.is_closed
