"""
Which marketplace an operation is for: the one its @inContext names, else the request's header, else the default.

A server may run several shops at once. Ids carry their marketplace, so that carts and products never cross.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from graphql import EnumValueNode, OperationDefinitionNode, VariableNode

from resolvers.shop import Shop

MARKETPLACE_HEADER: Final = "cartograph-marketplace"


class UnknownMarketplace(Exception):
    """The operation is for a marketplace that this server does not run; the text says which it does."""


@dataclass(frozen=True, slots=True)
class Shops:
    """The shops of this server."""

    default: Shop
    by_code: Mapping[str, Shop]

    @classmethod
    def of(cls, *shops: Shop) -> "Shops":
        """One or more shops, the default one first."""
        return cls(shops[0], {shop.marketplace: shop for shop in shops})

    def of_operation(
        self, operation: OperationDefinitionNode, variables: Mapping[str, Any], header: str | None
    ) -> Shop:
        """
        The shop that an operation is for.

        Raises:
            UnknownMarketplace: it is for one that is not run here.
        """
        code = _in_context(operation, variables) or (header or "").strip().upper() or self.default.marketplace
        shop = self.by_code.get(code)
        if shop is None:
            served = ", ".join(sorted(self.by_code))
            raise UnknownMarketplace(f"This server does not sell in the marketplace asked for; it serves {served}.")
        return shop


def _in_context(operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> str | None:
    """The marketplace of the operation's @inContext, given as it stands or by a variable."""
    for directive in operation.directives or ():
        if directive.name.value != "inContext":
            continue
        for argument in directive.arguments or ():
            if argument.name.value == "marketplace":
                match argument.value:
                    case EnumValueNode(value=code):
                        return code
                    case VariableNode():
                        value = variables.get(argument.value.name.value)
                        return value if isinstance(value, str) else None
    return None
