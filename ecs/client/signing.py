"""What all requests share, and the signature over it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote

from ecs.client.config import ClientConfig
from ecs.signature import signature
from ecs.vocabulary import SERVICE


class Signer:
    """Completes and signs requests with the identity in ``config``."""

    def __init__(self, config: ClientConfig) -> None:
        self._secret = config.secret_key.get_secret_value()
        self._host = config.host
        self._path = config.url.path
        self._identity = {
            "Service": SERVICE,
            "AWSAccessKeyId": config.access_key_id,
            "AssociateTag": config.associate_tag,
            "Version": config.version,
        }

    def with_identity(self, parameters: Mapping[str, str], now: datetime) -> dict[str, str]:
        """
        The parameters of an operation with those of every request.

        ``now`` is any aware instant; it is sent in UTC.
        """
        instant = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {**parameters, **self._identity, "Timestamp": instant}

    def signed(self, query: str, method: str) -> str:
        """A canonical query followed by its signature, ready to be sent as it is."""
        mac = signature(self._secret, method, self._host, self._path, query)
        return f"{query}&Signature={quote(mac, safe='')}"
