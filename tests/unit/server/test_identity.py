"""Identity: which connection gets which cookie, what a token is worth, and when it is renewed."""

from datetime import timedelta
from hashlib import sha256

import pytest
from itsdangerous import TimestampSigner

from server.identity import LIFETIME, PLAIN_COOKIE, SECURE_COOKIE, SESSION_HEADER, SessionRefused, Sessions
from server.tokens import SignedIn
from tests.unit.server.storefront import KEY, OTHER_KEY, Ids, MovableClock, ring

LOOPBACK = {"host": "127.0.0.1:8000"}
SHOP = {"host": "shop.example"}
AGE = 180 * 24 * 3600


def _sessions(clock: MovableClock, *keys: str) -> Sessions:
    return Sessions(ring(*keys), clock.now, Ids())


def _with_cookie(token: str, name: str = PLAIN_COOKIE) -> dict[str, str]:
    return {**LOOPBACK, "cookie": f"{name}={token}"}


def test_a_guest_is_nobody_until_something_is_kept(clock: MovableClock) -> None:
    """A crawler that only looks leaves no customers behind, and gets no cookie."""
    session = _sessions(clock).of_request(LOOPBACK, "http")

    assert session.customer_id is None
    assert session.answer_headers() == []


def test_a_guest_is_established_once(clock: MovableClock) -> None:
    """Two fields of one request speak of one guest."""
    session = _sessions(clock).of_request(LOOPBACK, "http")

    assert [session.establish(), session.establish(), session.customer_id] == ["guest-1"] * 3
    assert len(session.answer_headers()) == 1


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8000", "127.0.0.1", "localhost:8000", "LocalHost", "[::1]:8000", "[::1]", "127.1.2.3:1"]
)
def test_loopback_over_plain_http_gets_a_plain_cookie(clock: MovableClock, host: str) -> None:
    """curl, httpx and browsers all work against a server on the same machine."""
    sessions = _sessions(clock)
    session = sessions.of_request({"host": host}, "http")
    session.establish()

    token = sessions.issue("guest-1")
    cookie = f"cartograph_session={token}; Path=/; Max-Age={AGE}; HttpOnly; SameSite=Lax"
    assert session.answer_headers() == [("set-cookie", cookie)]
    assert sessions.of_request({"host": host, "cookie": f"{PLAIN_COOKIE}={token}"}, "http").customer_id == "guest-1"


def test_tls_gets_a_host_cookie(clock: MovableClock) -> None:
    """`__Host-` binds the cookie to this host, and Secure keeps it off plain HTTP."""
    sessions = _sessions(clock)
    session = sessions.of_request(SHOP, "https")
    session.establish()

    token = sessions.issue("guest-1")
    cookie = f"__Host-cartograph_session={token}; Path=/; Max-Age={AGE}; HttpOnly; SameSite=Lax; Secure"
    assert session.answer_headers() == [("set-cookie", cookie)]
    assert sessions.of_request({**SHOP, "cookie": f"{SECURE_COOKIE}={token}"}, "https").customer_id == "guest-1"


def test_a_plain_cookie_is_not_taken_over_tls(clock: MovableClock) -> None:
    """A neighbouring host can plant a plain cookie, but none with the prefix."""
    sessions = _sessions(clock)
    headers = {**SHOP, "cookie": f"{PLAIN_COOKIE}={sessions.issue('guest-9')}"}

    assert sessions.of_request(headers, "https").customer_id is None


@pytest.mark.parametrize(
    "host", ["shop.example", "192.168.1.5:8000", "127.evil.example", "localhost.evil.example", "[::2]:80", ""]
)
def test_no_cookie_travels_over_plain_http_elsewhere(clock: MovableClock, host: str) -> None:
    """Anybody on the way could take it; such a guest gets the token in the header, which he keeps himself."""
    sessions = _sessions(clock)
    token = sessions.issue("guest-9")
    session = sessions.of_request({"host": host, "cookie": f"{PLAIN_COOKIE}={token}; {SECURE_COOKIE}={token}"}, "http")

    assert session.customer_id is None
    session.establish()
    assert session.answer_headers() == [(SESSION_HEADER, sessions.issue("guest-1"))]


def test_the_header_new_asks_for_a_token(clock: MovableClock) -> None:
    """A client without cookies gets a token with any request, once it asks."""
    sessions = _sessions(clock)
    session = sessions.of_request({**LOOPBACK, SESSION_HEADER: "new"}, "http")

    assert session.customer_id == "guest-1"
    assert session.answer_headers() == [(SESSION_HEADER, sessions.issue("guest-1"))]


def test_a_token_in_the_header_is_the_session(clock: MovableClock) -> None:
    """It is told again only when it is renewed."""
    sessions = _sessions(clock)
    session = sessions.of_request({**SHOP, SESSION_HEADER: sessions.issue("guest-9")}, "http")

    assert session.customer_id == "guest-9"
    assert session.establish() == "guest-9"
    assert session.answer_headers() == []


def test_the_header_goes_before_the_cookie(clock: MovableClock) -> None:
    """A client that sends a token means it."""
    sessions = _sessions(clock)
    headers = {**_with_cookie(sessions.issue("guest-8")), SESSION_HEADER: sessions.issue("guest-9")}

    assert sessions.of_request(headers, "http").customer_id == "guest-9"


def _forged(clock: MovableClock) -> dict[str, str]:
    good = _sessions(clock).issue("guest-9")
    customer, signed_at, signature = good.split(".")
    plain = TimestampSigner(KEY.partition(":")[2], salt="another.salt", digest_method=sha256)
    return {
        "empty": "",
        "no signature": "guest-9",
        "another customer": f"guest-8.{signed_at}.{signature}",
        "another time": f"{customer}.zzzzzz.{signature}",
        "cut signature": good[:-1],
        "no time": f"{customer}.{signature}",
        "another key": _sessions(clock, OTHER_KEY).issue("guest-9"),
        "another salt": plain.sign("guest-9").decode(),
        "not ASCII": "guëst.ÿ.þ",
        "control characters": good + "\x00",
        "too long": good + "A" * 513,
        "upper case new": "NEW",
    }


@pytest.mark.parametrize("kind", sorted(_forged(MovableClock())))
def test_a_token_that_is_none_of_ours_is_refused(clock: MovableClock, kind: str) -> None:
    """In the header the client is told; in the cookie the guest starts anew."""
    sessions = _sessions(clock)
    token = _forged(clock)[kind]

    with pytest.raises(SessionRefused):
        sessions.of_request({**LOOPBACK, SESSION_HEADER: token}, "http")
    session = sessions.of_request(_with_cookie(token), "http")
    assert session.customer_id is None
    assert session.answer_headers() == []


def test_the_longest_token_has_512_characters(clock: MovableClock) -> None:
    """Signatures are not computed over anything of any length."""
    sessions = _sessions(clock)
    rest = len(sessions.issue(""))
    longest, too_long = sessions.issue("g" * (512 - rest)), sessions.issue("g" * (513 - rest))

    assert (len(longest), len(too_long)) == (512, 513)
    assert sessions.of_request({SESSION_HEADER: longest}, "http").customer_id == "g" * (512 - rest)
    with pytest.raises(SessionRefused):
        sessions.of_request({SESSION_HEADER: too_long}, "http")


def test_a_token_ends_after_its_lifetime(clock: MovableClock) -> None:
    """To the second."""
    sessions = _sessions(clock)
    headers = {SESSION_HEADER: sessions.issue("guest-9")}

    clock.move(LIFETIME)
    assert sessions.of_request(headers, "http").customer_id == "guest-9"

    clock.move(timedelta(seconds=1))
    with pytest.raises(SessionRefused):
        sessions.of_request(headers, "http")


def test_a_token_in_use_is_renewed_after_a_day(clock: MovableClock) -> None:
    """Who comes back within half a year keeps the cart."""
    sessions = _sessions(clock)
    token = sessions.issue("guest-9")

    clock.move(timedelta(days=1))
    assert sessions.of_request(_with_cookie(token), "http").answer_headers() == []

    clock.move(timedelta(seconds=1))
    by_cookie = sessions.of_request(_with_cookie(token), "http")
    by_header = sessions.of_request({SESSION_HEADER: token}, "http")
    renewed = sessions.issue("guest-9")
    assert renewed != token
    assert by_cookie.customer_id == by_header.customer_id == "guest-9"
    assert by_cookie.answer_headers()[0][1].startswith(f"{PLAIN_COOKIE}={renewed}; ")
    assert by_header.answer_headers() == [(SESSION_HEADER, renewed)]


@pytest.mark.parametrize(("ahead_s", "is_taken"), [(1, True), (60, True), (61, False)])
def test_a_clock_that_is_a_minute_behind_takes_fresh_tokens(clock: MovableClock, ahead_s: int, is_taken: bool) -> None:
    """A clock set back by a second must not cost a shopper the cart; a token from next week is none of ours."""
    sessions = _sessions(clock)
    token = sessions.issue("guest-9")

    clock.move(-timedelta(seconds=ahead_s))

    expected = "guest-9" if is_taken else None
    assert sessions.of_request(_with_cookie(token), "http").customer_id == expected


def test_every_key_of_the_ring_is_accepted_and_the_first_signs(clock: MovableClock) -> None:
    """Keys are rotated without logging anybody out."""
    before, during = _sessions(clock, KEY), _sessions(clock, OTHER_KEY, KEY)
    after = _sessions(clock, OTHER_KEY)
    old = before.issue("guest-9")
    new = during.issue("guest-9")

    assert during.of_request({SESSION_HEADER: old}, "http").customer_id == "guest-9"
    assert after.of_request({SESSION_HEADER: new}, "http").customer_id == "guest-9"
    with pytest.raises(SessionRefused):
        after.of_request({SESSION_HEADER: old}, "http")


def test_spaces_between_the_keys_of_a_ring_mean_nothing(clock: MovableClock) -> None:
    """A ring may be written over several lines."""
    loose = Sessions(ring(f" {KEY} ,\n{OTHER_KEY} "), clock.now, Ids())

    assert loose.issue("guest-9") == _sessions(clock, KEY, OTHER_KEY).issue("guest-9")


@pytest.mark.parametrize("neighbour", ['prefs={"a": 1}', "odd{}=1", "=", ";;", "a", '"', "x=ü"])
def test_an_odd_cookie_of_a_neighbour_loses_nobody_the_cart(clock: MovableClock, neighbour: str) -> None:
    """Cookies of a host are shared by all its ports, and other programs there write what they like."""
    sessions = _sessions(clock)
    cookie = f"{neighbour}; {PLAIN_COOKIE}={sessions.issue('guest-9')}"

    assert sessions.of_request({**LOOPBACK, "cookie": cookie}, "http").customer_id == "guest-9"


def test_a_token_names_its_customer_and_nothing_else(clock: MovableClock) -> None:
    """What a token tells is the random id alone."""
    token = _sessions(clock).issue("guest-9")

    assert token.split(".")[0] == "guest-9"
    assert len(token.split(".")) == 3
    assert "A" * 43 not in token


ANN = SignedIn("customer:ann", "Ann Doe")


def test_a_customer_needs_no_session_of_ours(clock: MovableClock) -> None:
    """His token comes with each request: no cookie, no header, no guest made."""
    session = _sessions(clock).of_customer(ANN, LOOPBACK, "http")

    assert (session.customer_id, session.establish()) == ("customer:ann", "customer:ann")
    assert (session.is_authenticated, session.display_name, session.guest_id) == (True, "Ann Doe", None)
    session.forget_guest()
    assert session.answer_headers() == []


def test_a_guest_is_not_authenticated(clock: MovableClock) -> None:
    """He has no name, and nobody beside him whom he could forget."""
    sessions = _sessions(clock)
    session = sessions.of_request(_with_cookie(sessions.issue("guest-9")), "http")

    session.forget_guest()

    assert (session.is_authenticated, session.display_name, session.guest_id) == (False, None, None)
    assert (session.customer_id, session.answer_headers()) == ("guest-9", [])


@pytest.mark.parametrize(
    ("scheme", "place", "cookie", "cleared"),
    [
        ("http", LOOPBACK, PLAIN_COOKIE, f"{PLAIN_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"),
        ("https", SHOP, SECURE_COOKIE, f"{SECURE_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"),
    ],
)
def test_the_guest_of_a_cookie_comes_beside_and_is_forgotten(
    clock: MovableClock, scheme: str, place: dict[str, str], cookie: str, cleared: str
) -> None:
    """Until his things are the customer's both are seen; then the browser drops the cookie."""
    sessions = _sessions(clock)
    session = sessions.of_customer(ANN, {**place, "cookie": f"{cookie}={sessions.issue('guest-9')}"}, scheme)

    assert (session.customer_id, session.guest_id, session.answer_headers()) == ("customer:ann", "guest-9", [])
    session.forget_guest()
    session.forget_guest()
    assert (session.customer_id, session.guest_id) == ("customer:ann", None)
    assert session.answer_headers() == [("set-cookie", cleared)]


def test_the_guest_of_a_header_comes_beside_and_is_forgotten(clock: MovableClock) -> None:
    """The header goes before the cookie here too; an empty one tells the client to drop the token."""
    sessions = _sessions(clock)
    headers = {**_with_cookie(sessions.issue("guest-8")), SESSION_HEADER: sessions.issue("guest-9")}
    session = sessions.of_customer(ANN, headers, "http")

    assert (session.guest_id, session.answer_headers()) == ("guest-9", [])
    session.forget_guest()
    assert session.answer_headers() == [(SESSION_HEADER, "")]


def test_a_guest_who_came_to_his_end_is_told_to_drop_his_token(clock: MovableClock) -> None:
    """Also one whose token was about to be renewed; a customer does not come to his end."""
    sessions = _sessions(clock)
    token = sessions.issue("guest-9")
    clock.move(timedelta(days=2))
    by_cookie, by_header = _with_cookie(token), {SESSION_HEADER: token}
    guests = [sessions.of_request(headers, "http") for headers in (by_cookie, by_header)]
    customer = sessions.of_customer(ANN, by_header, "http")

    for guest in guests:
        guest.end()
    customer.end()

    assert [session.answer_headers() for session in guests] == [
        [("set-cookie", f"{PLAIN_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")],
        [(SESSION_HEADER, "")],
    ]
    assert customer.answer_headers() == []


@pytest.mark.parametrize("asked", ["new", "", "guest-9.forged.token"])
def test_a_header_that_names_no_guest_is_told_so(clock: MovableClock, asked: str) -> None:
    """A customer is not turned away for the remains of a guest; no guest is made beside him."""
    sessions = _sessions(clock)
    session = sessions.of_customer(ANN, {**LOOPBACK, SESSION_HEADER: asked}, "http")

    assert (session.customer_id, session.guest_id) == ("customer:ann", None)
    assert session.answer_headers() == [(SESSION_HEADER, "")]
    assert sessions.new_customer_id() == "guest-1"


@pytest.mark.parametrize("forged", ["guest-9.forged.token", ""])
def test_a_cookie_that_names_no_guest_is_as_good_as_none(clock: MovableClock, forged: str) -> None:
    """As it is for guests."""
    session = _sessions(clock).of_customer(ANN, _with_cookie(forged), "http")

    assert (session.guest_id, session.answer_headers()) == (None, [])


def test_an_old_guest_is_not_renewed_beside_a_customer(clock: MovableClock) -> None:
    """At sign-in his identity is exchanged, not kept."""
    sessions = _sessions(clock)
    headers = _with_cookie(sessions.issue("guest-9"))
    clock.move(timedelta(days=2))
    session = sessions.of_customer(ANN, headers, "http")

    assert (session.guest_id, session.answer_headers()) == ("guest-9", [])


def test_no_session_token_is_a_customer(clock: MovableClock) -> None:
    """Not even one that our own key signed: only an issuer signs customers in."""
    sessions = _sessions(clock)
    token = sessions.issue("customer:ann")

    assert sessions.of_request(_with_cookie(token), "http").customer_id is None
    with pytest.raises(SessionRefused):
        sessions.of_request({SESSION_HEADER: token}, "http")


def test_a_session_prints_no_name(clock: MovableClock) -> None:
    """Names are personal; a line about a customer tells the id alone, if it must."""
    assert repr(ANN) == "SignedIn(customer_id='customer:ann')"


@pytest.mark.parametrize("length", range(43))
def test_a_shortened_mac_is_refused(clock: MovableClock, length: int) -> None:
    """Of any length: a shorter one could be guessed."""
    sessions = _sessions(clock)
    head, _, mac = sessions.issue("guest-9").rpartition(".")

    assert len(mac) == 43
    assert sessions.of_request(_with_cookie(f"{head}.{mac[:length]}"), "http").customer_id is None
