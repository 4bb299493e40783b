"""
The client of an ECS upstream: signs requests, sends each once over httpx, and has the answers parsed.

``EcsGateway`` is the whole of it for one marketplace; it satisfies ``Catalog`` and ``Carts`` of ``resolvers.ports``.
Waiting in line, retrying and caching are not done here.
"""

from ecs.client.config import ClientConfig, endpoint_of
from ecs.client.gateway import EcsGateway
from ecs.client.transport import in_process_client, network_client

__all__ = ["ClientConfig", "EcsGateway", "endpoint_of", "in_process_client", "network_client"]
