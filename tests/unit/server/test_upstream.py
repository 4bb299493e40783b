"""The upstream as settings choose it, and how its answers are watched."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pydantic import SecretStr

from ecs.errors import NotSent
from ecs.vocabulary import ResponseGroup
from resolvers.shop import CheckoutSite
from schema.context import UpstreamState
from server.settings import Settings, SettingsWrong
from server.upstream import Watch, WatchedTransport, checkout_sites, embedded_service, endpoint_for, gateway
from tests.unit.server.storefront import NOW, MovableClock


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ("", "UP"),
        ("+", "UP"),
        ("-", "DEGRADED"),
        ("----", "DEGRADED"),
        ("-----", "DOWN"),
        ("+----", "DEGRADED"),
        ("+-----", "DOWN"),
        ("-----+", "DEGRADED"),
        ("-+" * 10, "DEGRADED"),
        ("-" + "+" * 19, "DEGRADED"),
        ("-" + "+" * 20, "UP"),
        ("-----" + "+" * 20, "UP"),
        ("+" * 30 + "-" * 4, "DEGRADED"),
        ("+" * 30 + "-" * 5, "DOWN"),
    ],
)
def test_the_state_follows_the_last_twenty_answers(clock: MovableClock, outcomes: str, state: UpstreamState) -> None:
    """Five failures in a row are an outage, one is not, and twenty good answers forget it."""
    watch = Watch(clock.now)

    for outcome in outcomes:
        watch.saw(is_good=outcome == "+")

    assert watch.state == state


def test_the_last_success_is_remembered_through_failures(clock: MovableClock) -> None:
    """It tells since when the upstream is away."""
    watch = Watch(clock.now)
    assert watch.last_success_at is None

    watch.saw(is_good=True)
    clock.move(timedelta(minutes=5))
    watch.saw(is_good=False)

    assert watch.last_success_at == NOW


@pytest.mark.parametrize(
    ("status", "state"), [(200, "UP"), (400, "UP"), (403, "UP"), (500, "DEGRADED"), (503, "DEGRADED")]
)
async def test_an_answer_is_good_below_500(clock: MovableClock, status: int, state: UpstreamState) -> None:
    """A refusal is an answer: the upstream is there."""
    watch = Watch(clock.now)
    inner = httpx.MockTransport(lambda _: httpx.Response(status))

    async with httpx.AsyncClient(transport=WatchedTransport(inner, watch)) as http:
        answer = await http.get("http://upstream.example/")

    assert answer.status_code == status
    assert watch.state == state


async def test_no_answer_is_a_failure_and_passes_through(clock: MovableClock) -> None:
    """Watching changes nothing."""
    watch = Watch(clock.now)

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    async with httpx.AsyncClient(transport=WatchedTransport(httpx.MockTransport(refuse), watch)) as http:
        with pytest.raises(httpx.ConnectError, match="refused"):
            await http.get("http://upstream.example/")

    assert watch.state == "DEGRADED"
    assert watch.last_success_at is None


async def test_the_embedded_service_is_asked_over_its_own_wire(settings: Settings, clock: MovableClock) -> None:
    """Signature and all, with the key pair of the settings; an answer without a catalog is watched too."""
    watch = Watch(clock.now)
    service = embedded_service(settings, "http://127.0.0.1:8000")
    # Requests are signed with the time, which the service compares with the machine's.
    upstream, http = gateway(settings, service, watch, lambda: datetime.now(UTC))

    try:
        assert service.catalog_state() is None
        seen = await upstream.look_up(["0000000000"], frozenset({ResponseGroup.ITEM_IDS}))
    finally:
        await http.aclose()
        service.close()

    assert seen.value == ()
    assert (watch.state, watch.last_success_at) == ("UP", NOW)


async def test_a_remote_upstream_that_is_away_is_seen(settings: Settings, clock: MovableClock) -> None:
    """Port 9 of this machine takes nobody."""
    watch = Watch(clock.now)
    remote = Settings.model_validate({**settings.model_dump(), "ecs_endpoint": "http://127.0.0.1:9/onca/xml"})
    upstream, http = gateway(remote, None, watch, clock.now)

    async with http:
        with pytest.raises(NotSent):
            await upstream.look_up(["0000000000"], frozenset({ResponseGroup.ITEM_IDS}))

    assert watch.state == "DEGRADED"


def test_files_the_embedded_service_cannot_make_are_told(settings: Settings) -> None:
    """The folder's name leads to the setting."""
    settings.data_dir.parent.joinpath("data").touch()

    with pytest.raises(SettingsWrong) as caught:
        embedded_service(settings, "http://127.0.0.1:8000")

    assert str(caught.value) == (
        f"The embedded service cannot use its files in {settings.ecs_data_dir} (Not a directory); check DATA_DIR."
    )


def test_a_damaged_file_of_the_embedded_service_is_told_and_kept(settings: Settings) -> None:
    """Carts are not thrown away for a restart."""
    settings.ecs_data_dir.mkdir(parents=True)
    carts = settings.ecs_data_dir / "carts.sqlite3"
    carts.write_bytes(b"junk" * 1000)

    with pytest.raises(SettingsWrong, match=r"\(file is not a database\); check DATA_DIR\.$"):
        embedded_service(settings, "http://127.0.0.1:8000")

    assert carts.read_bytes() == b"junk" * 1000


@pytest.mark.parametrize(
    ("endpoint", "marketplace", "expected"),
    [
        (None, "US", [("http", "127.0.0.1:8000")]),
        ("https://webservices.amazon.com/onca/xml", "US", [("https", "www.amazon.com")]),
        ("https://webservices.amazon.de/onca/xml", "DE", [("https", "www.amazon.de")]),
        ("http://127.0.0.1:8001/onca/xml", "US", [("https", "www.amazon.com"), ("http", "127.0.0.1:8001")]),
    ],
)
def test_purchase_addresses_lead_to_known_shops_alone(
    endpoint: str | None, marketplace: str, expected: list[tuple[str, str]]
) -> None:
    """An upstream cannot send a shopper just anywhere."""
    settings = Settings.model_validate(
        {"ecs_endpoint": endpoint, "marketplace": marketplace, "ecs_secret_key": SecretStr("own")}
    )

    sites = checkout_sites(settings, "http://127.0.0.1:8000")

    assert sites == tuple(CheckoutSite(scheme, host) for scheme, host in expected)
    assert {site.path for site in sites} == {"/gp/cart/aws-merge.html"}


@pytest.mark.parametrize(
    ("endpoint", "asked_at", "pays_at"),
    [
        ("https://webservices.amazon.com/onca/xml", "https://webservices.amazon.co.jp/onca/xml", "www.amazon.co.jp"),
        ("http://127.0.0.1:8001/onca/xml", "http://127.0.0.1:8001/jp/onca/xml", "127.0.0.1:8001"),
    ],
)
def test_further_marketplaces_have_addresses_of_their_own(
    settings: Settings, endpoint: str, asked_at: str, pays_at: str
) -> None:
    """Amazon's are chosen by host, those of another ECS service by path."""
    several = Settings(
        **settings.model_dump()
        | {"ecs_endpoint": endpoint, "ecs_secret_key": SecretStr("other"), "marketplaces": ("JP",)}
    )

    assert endpoint_for(several, "JP") == asked_at
    assert checkout_sites(several, "https://shop.example", "JP")[-1].host == pays_at
