"""
The Node interface of the global object identification specification.

Ids are made when they are selected; most answers hold many more objects than ids.
"""

from typing import Final

import strawberry

ID_DESCRIPTION: Final = "Opaque global id, stable for the life of the object, different in each marketplace."


@strawberry.interface(description="An object that can be refetched by its global id.")
class Node:
    """Implemented by every type with a global id."""

    @strawberry.field(description=ID_DESCRIPTION)
    def id(self) -> strawberry.ID:
        raise NotImplementedError
