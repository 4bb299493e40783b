"""
Settings: one frozen object, read once from the environment, refused at start when wrong.

Every field is documented in docs/settings.md; a test compares the two.
"""

from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from ecs.vocabulary import LATEST_VERSION, LOCALES, SELLER_VERSION

EXAMPLE_KEY = "AKIAIOSFODNN7EXAMPLE"
"""The access key id of the developer guide's examples; the embedded service takes it unless told otherwise."""
EXAMPLE_SECRET = SecretStr("1234567890")


class SettingsWrong(Exception):
    """A setting cannot be used; the text names it and says what to do."""


class Settings(BaseSettings):
    """What the operator decides. Names are those of the environment variables, in lower case."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    data_dir: Path = Path(".cartograph")
    database_url: SecretStr | None = None
    public_url: AnyHttpUrl | None = None
    marketplace: str = "US"
    marketplaces: Annotated[tuple[str, ...], NoDecode] = ()
    ecs_endpoint: AnyHttpUrl | None = None
    ecs_access_key_id: str = EXAMPLE_KEY
    ecs_secret_key: SecretStr = EXAMPLE_SECRET
    ecs_associate_tag: str = Field(default="cartograph-20", pattern=r"^[A-Za-z0-9_-]{1,64}$")
    ecs_version: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    ecs_timeout_s: float = Field(default=5.0, gt=0, le=60)
    ecs_requests_per_s: float | None = Field(default=None, ge=0, le=1000)
    cache_url: SecretStr | None = None
    sealing_keys: SecretStr | None = None
    session_keys: SecretStr | None = None
    token_issuers: SecretStr | None = None
    require_idempotency_keys: bool = False
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    introspection: bool = True
    compiled_executor: bool = True
    documents_dir: Path | None = None
    known_documents_only: bool = False
    answer_cache_mb: int = Field(default=8, ge=0, le=16_384)
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("marketplace")
    @classmethod
    def _known_marketplace(cls, code: str) -> str:
        if code.upper() not in LOCALES:
            raise ValueError(f"is one of {', '.join(sorted(LOCALES))}")
        return code.upper()

    @field_validator("marketplaces", mode="before")
    @classmethod
    def _split_marketplaces(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        codes = tuple(code.strip().upper() for code in value.split(",") if code.strip())
        if not set(codes) <= set(LOCALES):
            raise ValueError(f"is some of {', '.join(sorted(LOCALES))}, separated by commas")
        return codes

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        entries = [entry.strip() for entry in value.split(",") if entry.strip()]
        return tuple(_origin(entry, number) for number, entry in enumerate(entries, start=1))

    @field_validator("ecs_endpoint")
    @classmethod
    def _service_address(cls, url: AnyHttpUrl | None) -> AnyHttpUrl | None:
        if url is not None and (url.path == "/" or url.query or url.fragment or url.username or url.password):
            raise ValueError("is scheme, host and path alone; write it as https://host/onca/xml")
        return url

    @field_validator("cache_url")
    @classmethod
    def _redis_address(cls, url: SecretStr | None) -> SecretStr | None:
        if url is None:
            return None
        try:
            parts = urlsplit(url.get_secret_value())
            is_address = parts.scheme in {"redis", "rediss", "unix"} and (parts.port or 1) > 0
        except ValueError:
            is_address = False
        if not is_address:
            raise ValueError("is no address of Redis; write it as redis://host:6379/0, rediss://… or unix://…")
        return url

    @field_validator("public_url")
    @classmethod
    def _bare_address(cls, url: AnyHttpUrl | None) -> AnyHttpUrl | None:
        # Cookies, the purchase page and the explorer all live at the root of their host.
        if url is not None and (url.path != "/" or url.query or url.fragment or url.username or url.password):
            raise ValueError("is scheme, host and port alone; write it as https://shop.example")
        return url

    @model_validator(mode="after")
    def _remote_needs_keys(self) -> Self:
        if self.ecs_endpoint is not None and self.ecs_secret_key == EXAMPLE_SECRET:
            host = self.ecs_endpoint.host or ""
            if not is_loopback(host):
                raise ValueError(
                    "ECS_ENDPOINT names a remote service, so ECS_ACCESS_KEY_ID and ECS_SECRET_KEY are needed"
                )
        return self

    @property
    def is_embedded(self) -> bool:
        """True when the upstream is the embedded service."""
        return self.ecs_endpoint is None

    @property
    def quota_per_s(self) -> float | None:
        """Most requests a second to the upstream; None for no limit. A remote one gets one a second unless set."""
        if self.ecs_requests_per_s is None:
            return None if self.is_embedded else 1.0
        return self.ecs_requests_per_s or None

    @property
    def wire_version(self) -> str:
        """The ECS version to ask for: with the embedded service the one whose offers name their sellers."""
        return self.ecs_version or (SELLER_VERSION if self.is_embedded else LATEST_VERSION)

    @property
    def database(self) -> str:
        """The database's URL; by default an SQLite file in the data folder."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.data_dir / 'cartograph.sqlite3').resolve()}"

    @property
    def served(self) -> tuple[str, ...]:
        """Every marketplace served, the default one first."""
        return tuple(dict.fromkeys((self.marketplace, *self.marketplaces)))

    @property
    def ecs_data_dir(self) -> Path:
        """Where the embedded service keeps the catalog and the carts of the default marketplace."""
        return self.data_dir / "ecs"

    def ecs_dir(self, marketplace: str) -> Path:
        """Where the embedded service keeps the catalog and the carts of a marketplace."""
        return self.ecs_data_dir if marketplace == self.marketplace else self.ecs_data_dir / marketplace


def load_settings() -> Settings:
    """
    The settings of the environment.

    Raises:
        SettingsWrong: one or more cannot be used; values are not repeated, since they may be secrets.
    """
    try:
        return Settings()
    except ValidationError as error:
        sentences = [f"{_name(each['loc'])} {_reason(str(each['msg']))}" for each in error.errors(include_input=False)]
        raise SettingsWrong("; ".join(sentences) + ". See docs/settings.md.") from None


@lru_cache(maxsize=256)
def is_loopback(host: str) -> bool:
    """True for names and addresses of this machine alone; an IPv6 address may stand in brackets."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return False


def _origin(text: str, number: int) -> str:
    """The origin as browsers send it: in lower case, without the usual port."""
    try:
        url = AnyHttpUrl(text)
    except ValidationError:
        url = None
    if url is None or url.path != "/" or url.query or url.fragment or url.username or url.password:
        raise ValueError(f"names no origin in entry {number}; write it as https://shop.example")
    return str(url).rstrip("/")


def _name(location: tuple[int | str, ...]) -> str:
    return str(location[0]).upper() if location else "The environment:"


def _reason(message: str) -> str:
    return message.removeprefix("Value error, ").removeprefix("Input ").rstrip(".")
