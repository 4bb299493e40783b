"""Settings: what each variable takes, what is refused, and that a refusal tells the name and never the value."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from server.settings import EXAMPLE_KEY, Settings, SettingsWrong, is_loopback, load_settings

SECRET = "hunter2-canary"


def _load(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return load_settings()


def _refusal(monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    with pytest.raises(SettingsWrong) as caught:
        _load(monkeypatch, **variables)
    return str(caught.value)


def test_defaults_are_those_of_the_documentation() -> None:
    """A fresh clone runs without any variable."""
    settings = load_settings()

    assert settings.model_dump(mode="json") == {
        "data_dir": ".cartograph",
        "database_url": None,
        "public_url": None,
        "marketplace": "US",
        "marketplaces": [],
        "ecs_endpoint": None,
        "ecs_access_key_id": EXAMPLE_KEY,
        "ecs_secret_key": "**********",
        "ecs_associate_tag": "cartograph-20",
        "ecs_version": None,
        "ecs_timeout_s": 5.0,
        "ecs_requests_per_s": None,
        "cache_url": None,
        "sealing_keys": None,
        "session_keys": None,
        "token_issuers": None,
        "require_idempotency_keys": False,
        "cors_origins": [],
        "introspection": True,
        "compiled_executor": True,
        "documents_dir": None,
        "known_documents_only": False,
        "answer_cache_mb": 8,
        "log_format": "console",
        "log_level": "info",
    }
    assert settings.is_embedded
    assert settings.wire_version == "2010-12-01"
    assert settings.database == f"sqlite:///{Path('.cartograph/cartograph.sqlite3').resolve()}"
    assert settings.ecs_data_dir == Path(".cartograph/ecs")


def test_every_variable_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is silently ignored is worse than one that is refused."""
    settings = _load(
        monkeypatch,
        DATA_DIR="kept",
        DATABASE_URL="postgresql://u:pw@db/shop",
        PUBLIC_URL="https://shop.example/",
        MARKETPLACE="de",
        ECS_ENDPOINT="https://ecs.example/onca/xml",
        ECS_ACCESS_KEY_ID="AKID",
        ECS_SECRET_KEY=SECRET,
        ECS_ASSOCIATE_TAG="shop-21",
        ECS_VERSION="2011-08-01",
        ECS_TIMEOUT_S="60",
        ECS_REQUESTS_PER_S="2.5",
        CACHE_URL="redis://:pw@cache:6379/0",
        SEALING_KEYS="k1:a",
        SESSION_KEYS="k2:b",
        TOKEN_ISSUERS="[]",
        CORS_ORIGINS="http://localhost:3000, https://Shop.Example/ ,",
        INTROSPECTION="false",
        LOG_FORMAT="json",
        LOG_LEVEL="warning",
    )

    assert settings.data_dir == Path("kept")
    assert settings.database == "postgresql://u:pw@db/shop"
    assert str(settings.public_url) == "https://shop.example/"
    assert settings.marketplace == "DE"
    assert str(settings.ecs_endpoint) == "https://ecs.example/onca/xml"
    assert settings.ecs_access_key_id == "AKID"
    assert settings.ecs_secret_key.get_secret_value() == SECRET
    assert settings.ecs_associate_tag == "shop-21"
    assert settings.wire_version == "2011-08-01"
    assert settings.ecs_timeout_s == 60
    assert settings.quota_per_s == 2.5
    assert settings.cache_url is not None
    assert settings.cache_url.get_secret_value() == "redis://:pw@cache:6379/0"
    assert settings.sealing_keys is not None
    assert settings.sealing_keys.get_secret_value() == "k1:a"
    assert settings.session_keys is not None
    assert settings.session_keys.get_secret_value() == "k2:b"
    assert settings.cors_origins == ("http://localhost:3000", "https://shop.example")
    assert settings.introspection is False
    assert settings.log_format == "json"
    assert settings.log_level == "warning"
    assert not settings.is_embedded


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "hunter2"),
        ("PUBLIC_URL", "ftp://hunter2/"),
        ("PUBLIC_URL", "https://shop.example/hunter2"),
        ("PUBLIC_URL", "https://shop.example/?hunter2"),
        ("PUBLIC_URL", "https://shop.example/#hunter2"),
        ("PUBLIC_URL", "https://user:hunter2@shop.example"),
        ("MARKETPLACE", "hunter2"),
        ("ECS_ENDPOINT", "hunter2"),
        ("ECS_ENDPOINT", "https://127.0.0.1"),
        ("ECS_ENDPOINT", "http://127.0.0.1/onca/xml?hunter2"),
        ("ECS_ENDPOINT", "http://user:hunter2@127.0.0.1/onca/xml"),
        ("ECS_ASSOCIATE_TAG", "hunter2 with spaces"),
        ("ECS_ASSOCIATE_TAG", "hunter2" * 10),
        ("ECS_VERSION", "hunter2"),
        ("ECS_TIMEOUT_S", "hunter2"),
        ("ECS_TIMEOUT_S", "0"),
        ("ECS_TIMEOUT_S", "60.1"),
        ("ECS_TIMEOUT_S", "nan"),
        ("ECS_REQUESTS_PER_S", "hunter2"),
        ("ECS_REQUESTS_PER_S", "-1"),
        ("ECS_REQUESTS_PER_S", "nan"),
        ("ECS_REQUESTS_PER_S", "1001"),
        ("CACHE_URL", "hunter2"),
        ("CACHE_URL", "http://hunter2:6379"),
        ("CACHE_URL", "redis://127.0.0.1:hunter2"),
        ("CACHE_URL", "redis://[hunter2"),
        ("CORS_ORIGINS", "hunter2"),
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", "null"),
        ("CORS_ORIGINS", "ftp://hunter2"),
        ("CORS_ORIGINS", "https://shop.example/hunter2"),
        ("CORS_ORIGINS", "https://shop.example?hunter2"),
        ("CORS_ORIGINS", "https://user:hunter2@shop.example"),
        ("CORS_ORIGINS", "https://shop.example:99999"),
        ("INTROSPECTION", "hunter2"),
        ("LOG_FORMAT", "hunter2"),
        ("LOG_LEVEL", "hunter2"),
    ],
)
def test_a_refusal_names_the_variable_and_not_the_value(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A secret pasted into the wrong variable does not end in a log."""
    sentence = _refusal(monkeypatch, **{name: value})

    assert sentence.startswith(f"{name} ")
    assert sentence.endswith(". See docs/settings.md.")
    assert "hunter2" not in sentence


def test_all_refusals_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator does not start five times to find five mistakes."""
    sentence = _refusal(monkeypatch, MARKETPLACE="XX", LOG_LEVEL="loud")

    assert sentence == (
        "MARKETPLACE is one of AU, BR, CA, CN, DE, ES, FR, IN, IT, JP, MX, UK, US; "
        "LOG_LEVEL should be 'debug', 'info', 'warning' or 'error'. See docs/settings.md."
    )


def test_an_origin_that_is_none_is_found_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many origins the wrong one is named without repeating it."""
    sentence = _refusal(monkeypatch, CORS_ORIGINS="https://a.example,https://b.example/x")

    assert sentence == (
        "CORS_ORIGINS names no origin in entry 2; write it as https://shop.example. See docs/settings.md."
    )


@pytest.mark.parametrize("origin", ["https://shop.example:443", "HTTPS://SHOP.example", "https://shop.example/"])
def test_an_origin_is_kept_as_browsers_send_it(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    """Origins are compared letter by letter."""
    assert _load(monkeypatch, CORS_ORIGINS=origin).cors_origins == ("https://shop.example",)


def test_origins_may_be_given_as_a_tuple() -> None:
    """Programs and tests build settings without an environment."""
    assert Settings(cors_origins=("https://shop.example",)).cors_origins == ("https://shop.example",)


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose files pass empty variables on."""
    settings = _load(monkeypatch, DATABASE_URL="", ECS_ENDPOINT="", LOG_LEVEL="", CORS_ORIGINS="")

    assert settings.database_url is None
    assert settings.is_embedded
    assert settings.log_level == "info"
    assert settings.cors_origins == ()


def test_a_remote_service_needs_keys_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key pair of the guide signs nothing at a real service."""
    sentence = _refusal(monkeypatch, ECS_ENDPOINT="https://webservices.amazon.com/onca/xml")

    assert sentence == (
        "The environment: ECS_ENDPOINT names a remote service, so ECS_ACCESS_KEY_ID and ECS_SECRET_KEY are needed."
        " See docs/settings.md."
    )


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.10", "[::1]"])
def test_a_service_on_this_machine_takes_the_example_keys(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    """`cartograph ecs serve` runs with them."""
    settings = _load(monkeypatch, ECS_ENDPOINT=f"http://{host}:8001/onca/xml")

    assert settings.ecs_access_key_id == EXAMPLE_KEY
    assert settings.wire_version == "2013-08-01"


def test_a_name_that_begins_like_a_loopback_address_is_remote(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody can register such a name."""
    assert "remote service" in _refusal(monkeypatch, ECS_ENDPOINT="http://127.evil.example/onca/xml")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("LOCALHOST", True),
        ("127.0.0.1", True),
        ("127.255.255.254", True),
        ("::1", True),
        ("[::1]", True),
        ("128.0.0.1", False),
        ("127.evil.example", False),
        ("localhost.evil.example", False),
        ("[::2]", False),
        ("0.0.0.0", False),  # noqa: S104 - compared, not bound
        ("", False),
    ],
)
def test_loopback_is_this_machine_alone(host: str, expected: bool) -> None:
    """Plain cookies and well-known keys rest on it."""
    assert is_loopback(host) is expected


def test_settings_cannot_be_changed() -> None:
    """They are read once."""
    settings = Settings()

    with pytest.raises(ValidationError):
        settings.marketplace = "DE"  # type: ignore[misc]

    assert settings.marketplace == "US"


def test_settings_print_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """A settings object ends in logs and traces."""
    settings = _load(
        monkeypatch,
        ECS_SECRET_KEY=SECRET,
        SEALING_KEYS=SECRET,
        SESSION_KEYS=SECRET,
        DATABASE_URL=f"postgresql://u:{SECRET}@h/d",
    )

    assert SECRET not in repr(settings)
    assert SECRET not in str(settings)


@pytest.mark.parametrize(
    ("endpoint", "requests_per_s", "quota_per_s"),
    [
        (None, None, None),
        (None, 2.0, 2.0),
        ("http://127.0.0.1:8001/onca/xml", None, 1.0),
        ("http://127.0.0.1:8001/onca/xml", 0.5, 0.5),
        ("http://127.0.0.1:8001/onca/xml", 0, None),
    ],
)
def test_a_remote_upstream_gets_one_request_a_second_unless_told(
    endpoint: str | None, requests_per_s: float | None, quota_per_s: float | None
) -> None:
    """The licence's rule by default; the service in our own process has no such limit, and zero is none."""
    settings = Settings.model_validate({"ecs_endpoint": endpoint, "ecs_requests_per_s": requests_per_s})

    assert settings.quota_per_s == quota_per_s


def test_marketplaces_are_served_once_each_the_default_first() -> None:
    """The default is among them whether it is named again or not."""
    settings = Settings(marketplace="uk", marketplaces="jp, UK")

    assert settings.served == ("UK", "JP")
    assert settings.ecs_dir("UK") == Path(".cartograph/ecs")
    assert settings.ecs_dir("JP") == Path(".cartograph/ecs/JP")


def test_unknown_marketplaces_are_refused() -> None:
    """A typo is told before anybody sees a shop without prices."""
    with pytest.raises(ValidationError, match="is some of AU, BR"):
        Settings(marketplaces="JP,XX")
