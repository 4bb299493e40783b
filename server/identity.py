"""
Who asks: guests, known by a signed token of ours, and customers, known by a token of the shop's issuer.

A browser keeps the token in an HttpOnly cookie: ``__Host-`` and Secure behind TLS, a plain one over HTTP on loopback,
and none over plain HTTP from elsewhere, where anybody on the way could take it. A client without cookies asks for a
token by sending the header ``Cartograph-Session: new`` and sends the one it gets back with every request.

A customer brings his own proof with each request (``server.tokens``) and gets no token of ours. The guest he was may
come beside it, until that guest is forgotten. His token is signed well for long after; that it is worth nothing then
is known to the store, which keeps nothing for such a guest.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from itsdangerous import BadSignature, TimestampSigner
from pydantic import SecretStr
from starlette.requests import cookie_parser

from resolvers.customers import is_known
from server.settings import is_loopback
from server.tokens import SignedIn

SESSION_HEADER: Final = "cartograph-session"
ASK_FOR_SESSION: Final = "new"
PLAIN_COOKIE: Final = "cartograph_session"
SECURE_COOKIE: Final = "__Host-cartograph_session"
LIFETIME: Final = timedelta(days=180)
"""Longer than the upstream keeps a cart; a token in use is renewed every day."""
_RENEW_AFTER: Final = timedelta(days=1)
_CLOCK_SKEW: Final = timedelta(seconds=60)
"""A token may come from another machine, or from before this one's clock was set back a little."""
_MAX_TOKEN: Final = 512


class SessionRefused(Exception):
    """The token in the session header is none of ours or too old; the client must ask for a new one."""


class Sessions:
    """Makes and reads session tokens. The first key signs, all are accepted."""

    def __init__(self, key_ring: SecretStr, now: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        keys = [entry.strip().partition(":")[2].encode() for entry in key_ring.get_secret_value().split(",")]
        # The signer signs with the last key of its list.
        self._signer = _Signer(now, list(reversed(keys)))
        self._now = now
        self._new_id = new_id

    def of_request(self, headers: Mapping[str, str], scheme: str) -> "GuestSession":
        """
        The session of a request.

        Raises:
            SessionRefused: the session header holds a token that is none of ours or too old.
        """
        asked = headers.get(SESSION_HEADER)
        if asked is not None:
            return self._of_header(asked)
        transport = _transport(scheme, headers.get("host", ""))
        cookie = _cookie(headers.get("cookie", ""), transport) if transport else None
        customer_id, is_old = self._read(cookie) if cookie else (None, False)
        return GuestSession(self, customer_id, is_old=is_old, cookie=transport)

    def of_customer(self, customer: SignedIn, headers: Mapping[str, str], scheme: str) -> "CustomerSession":
        """The session of a request that signs a customer in; a bad token of a guest beside it is as good as none."""
        asked = headers.get(SESSION_HEADER)
        if asked is not None:
            guest_id, _ = self._read(asked)
            return CustomerSession(customer, guest_id, _told(None, ""), is_stale=guest_id is None)
        transport = _transport(scheme, headers.get("host", ""))
        cookie = _cookie(headers.get("cookie", ""), transport) if transport else None
        guest_id, _ = self._read(cookie) if cookie else (None, False)
        return CustomerSession(customer, guest_id, _told(transport, ""), is_stale=False)

    def issue(self, customer_id: str) -> str:
        """A token for a customer."""
        return self._signer.sign(customer_id).decode()

    def new_customer_id(self) -> str:
        """The id of a guest to be."""
        return self._new_id()

    def _of_header(self, asked: str) -> "GuestSession":
        if asked == ASK_FOR_SESSION:
            session = GuestSession(self, None, is_old=False, cookie=None)
            session.establish()
            return session
        customer_id, is_old = self._read(asked)
        if customer_id is None:
            raise SessionRefused
        return GuestSession(self, customer_id, is_old=is_old, cookie=None)

    def _read(self, token: str) -> tuple[str | None, bool]:
        if len(token) > _MAX_TOKEN:
            return None, False
        try:
            value, signed_at = self._signer.unsign(token, return_timestamp=True)
        except BadSignature:
            return None, False
        age = self._now() - signed_at
        if not -_CLOCK_SKEW <= age <= LIFETIME:
            return None, False
        customer_id = value.decode()
        # No token of ours signs a customer in, whoever may have had our keys sign one.
        return (None, False) if is_known(customer_id) else (customer_id, age > _RENEW_AFTER)


class GuestSession:
    """The session of one request; a guest gets an identity no sooner than something has to be kept for him."""

    def __init__(self, sessions: Sessions, customer_id: str | None, *, is_old: bool, cookie: str | None) -> None:
        self._sessions = sessions
        self._customer_id = customer_id
        self._cookie = cookie
        self._token = sessions.issue(customer_id) if customer_id and is_old else None
        self._is_ended = False

    @property
    def customer_id(self) -> str | None:
        """The asking customer; None for a guest who has nothing yet."""
        return self._customer_id

    @property
    def is_authenticated(self) -> bool:
        """False: a guest."""
        return False

    @property
    def display_name(self) -> str | None:
        """None: nobody knows a guest's name."""
        return None

    @property
    def guest_id(self) -> str | None:
        """None: he is the asking customer himself."""
        return None

    def forget_guest(self) -> None:
        """Nobody came beside him."""

    def end(self) -> None:
        """What was his is a customer's: the answer takes his token away."""
        self._is_ended = True

    def establish(self) -> str:
        """The asking customer, made a guest when there is none."""
        if self._customer_id is None:
            self._customer_id = self._sessions.new_customer_id()
            self._token = self._sessions.issue(self._customer_id)
        return self._customer_id

    def answer_headers(self) -> list[tuple[str, str]]:
        """What tells the client its new session, or that it has none any more; empty when it may keep what it has."""
        if self._is_ended:
            return [_told(self._cookie, "")]
        return [] if self._token is None else [_told(self._cookie, self._token)]


class CustomerSession:
    """The session of one request that a customer's token came with."""

    def __init__(self, customer: SignedIn, guest_id: str | None, farewell: tuple[str, str], *, is_stale: bool) -> None:
        """``farewell`` is what makes the client forget the guest; a stale token of a guest is forgotten at once."""
        self._customer = customer
        self._guest_id = guest_id
        self._farewell = farewell
        self._forgets = is_stale

    @property
    def customer_id(self) -> str:
        """The customer."""
        return self._customer.customer_id

    @property
    def is_authenticated(self) -> bool:
        """True: his token proves it."""
        return True

    @property
    def display_name(self) -> str | None:
        """The name his token gives him, if it does."""
        return self._customer.display_name

    @property
    def guest_id(self) -> str | None:
        """The guest whose cookie or header came beside the token; None when there is none, or he is forgotten."""
        return self._guest_id

    def forget_guest(self) -> None:
        """From now on there is no guest beside him; the answer tells the client to drop the guest's token."""
        self._forgets = self._forgets or self._guest_id is not None
        self._guest_id = None

    def end(self) -> None:
        """A customer does not come to his end."""

    def establish(self) -> str:
        """The customer; nothing is to be made."""
        return self._customer.customer_id

    def answer_headers(self) -> list[tuple[str, str]]:
        """What tells the client to forget the guest; empty while it may keep him."""
        return [self._farewell] if self._forgets else []


def _told(cookie: str | None, token: str) -> tuple[str, str]:
    """The header that gives the client a token, in a cookie of that name or without; an empty token takes it away."""
    if cookie is None:
        return SESSION_HEADER, token
    secure = "; Secure" if cookie == SECURE_COOKIE else ""
    age = int(LIFETIME.total_seconds()) if token else 0
    return "set-cookie", f"{cookie}={token}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}"


def _transport(scheme: str, host: str) -> str | None:
    """The cookie's name for this connection; None where no cookie may travel."""
    if scheme == "https":
        return SECURE_COOKIE
    return PLAIN_COOKIE if is_loopback(host.rsplit(":", 1)[0] if not host.endswith("]") else host) else None


def _cookie(header: str, name: str) -> str | None:
    # The standard library's parser stops at the first odd cookie; a neighbour on this host may well have set one.
    return cookie_parser(header).get(name)


class _Signer(TimestampSigner):
    def __init__(self, now: Callable[[], datetime], keys: list[bytes]) -> None:
        super().__init__(keys, salt="cartograph.session", digest_method=sha256)
        self._clock = now

    def get_timestamp(self) -> int:
        return int(self._clock().timestamp())
