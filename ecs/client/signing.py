"""What all requests share, and the signature over it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote

from ecs.client.config import ClientConfig
from ecs.signature import signature
from ecs.vocabulary import SERVICE


def with_identity(parameters: Mapping[str, str], config: ClientConfig, now: datetime) -> dict[str, str]:
    """The parameters of an operation with those of every request. ``now`` is any aware instant; it is sent in UTC."""
    return {
        **parameters,
        "Service": SERVICE,
        "AWSAccessKeyId": config.access_key_id,
        "AssociateTag": config.associate_tag,
        "Version": config.version,
        "Timestamp": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def signed(query: str, method: str, config: ClientConfig) -> str:
    """A canonical query followed by its signature, ready to be sent as it is."""
    mac = signature(config.secret_key.get_secret_value(), method, config.host, config.url.path, query)
    return f"{query}&Signature={quote(mac, safe='')}"
