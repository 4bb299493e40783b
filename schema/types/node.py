"""The Node interface of the global object identification specification."""

import strawberry


@strawberry.interface(description="An object that can be refetched by its global id.")
class Node:
    """Implemented by every type with a global id."""

    id: strawberry.ID = strawberry.field(
        description="Opaque global id, stable for the life of the object, different in each marketplace."
    )
