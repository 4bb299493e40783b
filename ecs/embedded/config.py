"""What the embedded service must be told: where it keeps its files, where it can be reached, who may ask."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ecs.embedded.injection import NO_FAULTS, Faults
from ecs.vocabulary import LOCALES

SAMPLE_CATALOG: Final = Path(__file__).parent / "data" / "sample-catalog.jsonl"
"""The feed that ships with the package."""

PATHS: Final = ("/onca/xml", "/gp/cart/", "/gp/aw/", "/dp/", "/covers/")
"""Prefixes of the paths the service answers."""


def utc_now() -> datetime:
    """This instant, aware and in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceConfig:
    """Settings of one service; ``marketplace`` is a key of ``ecs.vocabulary.LOCALES``."""

    data_dir: Path
    """Catalog generations, their index and the carts live below it."""
    site_url: str
    """Public base URL; PurchaseURL, DetailPageURL and drawn covers lead there."""
    credentials: Mapping[str, str] = field(repr=False)
    """Access key id → secret."""
    marketplace: str = "US"
    now: Callable[[], datetime] = utc_now
    faults: Faults = NO_FAULTS
    """What is to go wrong; nothing unless a client is to be tried."""

    @property
    def currency(self) -> str:
        """The one currency in which this marketplace sells."""
        return LOCALES[self.marketplace].currency

    @property
    def site(self) -> str:
        """``site_url`` without a slash at its end."""
        return self.site_url.rstrip("/")
