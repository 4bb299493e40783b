"""What a client must know of its upstream."""

import re
from dataclasses import dataclass, field
from typing import Final

import httpx
from pydantic import SecretStr

from ecs.vocabulary import LATEST_VERSION, LOCALES, PATH

_HOST: Final = re.compile(r"[A-Za-z0-9._-]+|[0-9a-f:.]+")


def endpoint_of(marketplace: str) -> str:
    """Where the real service of a marketplace, such as ``US``, was to be asked. KeyError for an unknown one."""
    return f"https://{LOCALES[marketplace].host}{PATH}"


@dataclass(frozen=True, slots=True)
class ClientConfig:
    """
    One upstream with the identity we have there. Prints without key and secret.

    Raises:
        ValueError: the endpoint is not a plain http or https address with a host and nothing after its path.
    """

    endpoint: str
    """The address requests go to, such as ``https://webservices.amazon.com/onca/xml``; it decides the marketplace."""
    access_key_id: str = field(repr=False)
    secret_key: SecretStr
    associate_tag: str
    version: str = LATEST_VERSION
    connect_timeout_s: float = 3.0
    read_timeout_s: float = 8.0
    """Longest wait for the next piece of an answer."""
    timeout_s: float = 10.0
    """Longest duration of a whole call."""

    def __post_init__(self) -> None:
        address = self.url
        is_place = _HOST.fullmatch(address.raw_host.decode("ascii")) and (address.port or 1) in range(1, 65_536)
        is_service = address.scheme in {"http", "https"} and address.path != "/"
        if not is_place or not is_service or address.userinfo or address.query or address.fragment:
            raise ValueError("the endpoint must be an http or https address like https://host/onca/xml")

    @property
    def url(self) -> httpx.URL:
        """The endpoint, taken apart."""
        try:
            return httpx.URL(self.endpoint)
        except httpx.InvalidURL as error:
            raise ValueError(f"the endpoint is not an address: {error}") from error

    @property
    def host(self) -> str:
        """The host as in the Host header, and hence in the signature: with its port unless that is the usual one."""
        return self.url.netloc.decode("ascii")
