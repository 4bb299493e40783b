"""
Bearer tokens: who is signed in, by a token that one of the shop's issuers has signed (RFC 6750, RFC 8725).

A token that was verified is remembered by its SHA-256, so that the next request with it pays for no signature; each
time its instants are judged anew, and whether its key is still among the issuer's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import Final, NamedTuple

import httpx

from resolvers.customers import customer_id_of
from server.issuers import TokenIssuer
from server.jwt import FOREIGN, UNPROVEN, Opened, TokenRefused, check_times, opened
from server.keysets import VerificationKey, fitting, secret_key
from server.keysources import (
    AddressKeys,
    Clock,
    FileKeys,
    FixedKeys,
    KeySource,
    KeysUnreadable,
    http_client,
    read_address,
)
from server.recent import Recent
from server.settings import SettingsWrong

REMEMBERED: Final = 5000
_MAX_TRIED: Final = 4
"""Keys that a token without a key id is tried with."""
_NOT_TAKEN: Final = "This shop takes no tokens; leave the Authorization header out."
_ONE_HEADER: Final = "Send one Authorization header: the word Bearer and the token."


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A customer who proved who he is."""

    customer_id: str
    display_name: str | None = field(repr=False)


class _Party(NamedTuple):
    issuer: TokenIssuer
    source: KeySource


class _Verified(NamedTuple):
    customer: SignedIn
    source: KeySource
    key: VerificationKey
    expires_at: float
    not_before: float


class Tokens:
    """Judges tokens. Whoever made it closes it."""

    def __init__(
        self,
        issuers: Iterable[TokenIssuer],
        now: Clock,
        *,
        client: httpx.AsyncClient | None = None,
        remembered: int = REMEMBERED,
    ) -> None:
        """
        ``client`` asks the key servers; it is closed with this.

        Raises:
            SettingsWrong: the key file of an issuer cannot be used.
        """
        self._now = now
        issuers = tuple(issuers)
        # Making a client reads the machine's certificates, which takes a while.
        self._client = client or (http_client() if any(issuer.jwks_url for issuer in issuers) else None)
        self._parties = {issuer.name: _Party(issuer, self._source(issuer)) for issuer in issuers}
        self._recent: Recent[_Verified] = Recent(remembered)

    async def customer_of(self, authorization: Sequence[str]) -> SignedIn | None:
        """
        The customer whom the Authorization headers of a request sign in; None when there is no token.

        Raises:
            TokenRefused: the token signs nobody in.
            KeysUnavailable: it cannot be judged just now.
        """
        token = self._token(authorization)
        if token is None:
            return None
        digest = sha256(token.encode()).digest()
        verified = self._recent.get(digest)
        if verified is None:
            verified = await self._verified(opened(token))
            self._recent.keep(digest, verified)
            return verified.customer
        check_times(verified.expires_at, verified.not_before, self._now())
        if verified.key not in await verified.source.keys():
            self._recent.forget(digest)
            raise TokenRefused(UNPROVEN)
        return verified.customer

    async def aclose(self) -> None:
        """End what still runs; no token may be judged any more."""
        for party in self._parties.values():
            await party.source.aclose()
        if self._client is not None:
            await self._client.aclose()

    def _token(self, authorization: Sequence[str]) -> str | None:
        schemes = [each.strip().partition(" ")[0].lower() for each in authorization]
        if not self._parties:
            # Another scheme, such as the password of a proxy before us, is none of our business then.
            if "bearer" in schemes:
                raise TokenRefused(_NOT_TAKEN)
            return None
        if not authorization:
            return None
        if schemes != ["bearer"]:
            raise TokenRefused(_ONE_HEADER)
        return authorization[0].strip().partition(" ")[2].lstrip(" ")

    async def _verified(self, token: Opened) -> _Verified:
        """Everything cheap is judged first: only a token that could be good makes us look for its key."""
        party = self._parties.get(token.issuer)
        if party is None or party.issuer.audience not in token.audiences:
            raise TokenRefused(FOREIGN)
        if token.algorithm not in party.issuer.algorithms:
            raise TokenRefused(UNPROVEN)
        check_times(token.expires_at, token.not_before, self._now())
        keys = fitting(await party.source.keys(token.key_id), token.algorithm, token.key_id)
        for key in keys[:_MAX_TRIED]:
            if key.verifies(token.algorithm, token.signed, token.signature):
                customer = SignedIn(customer_id_of(token.issuer, token.subject), token.display_name)
                return _Verified(customer, party.source, key, token.expires_at, token.not_before)
        raise TokenRefused(UNPROVEN)

    def _source(self, issuer: TokenIssuer) -> KeySource:
        if issuer.secret is not None:
            return FixedKeys((secret_key(issuer.secret.get_secret_value()),))
        if issuer.jwks_file is not None:
            try:
                return FileKeys(issuer.jwks_file)
            except KeysUnreadable as error:
                raise SettingsWrong(f"TOKEN_ISSUERS: the key file {issuer.jwks_file}: {error}.") from None
        client = self._client or http_client()
        return AddressKeys(issuer.jwks_url or "", partial(read_address, client), self._now)
