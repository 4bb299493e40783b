"""Money, and where and when data was read."""

from datetime import datetime

import strawberry

from ecs import model
from ecs.vocabulary import fraction_digits
from resolvers.prices import major_units
from schema.directives import INHERITS
from schema.enums import FreshnessSource
from schema.scalars import CurrencyCode, DateTime, Decimal


@strawberry.type(description="An amount of money.", directives=[INHERITS])
class Money:
    """Wraps an amount in minor units."""

    price: strawberry.Private[model.Money]

    def __init__(self, price: model.Money) -> None:
        self.price = price

    @classmethod
    def maybe(cls, price: model.Money | None) -> "Money | None":
        """The amount, when there is one."""
        return None if price is None else cls(price)

    @strawberry.field(description="Exact amount in major units.")
    def amount(self) -> Decimal:
        return Decimal(major_units(self.price.amount_minor, self.price.currency))

    @strawberry.field(description="Currency of the amount.")
    def currency_code(self) -> CurrencyCode:
        return CurrencyCode(self.price.currency)

    @strawberry.field(description="Digits after the decimal point in this currency; 0 for yen.")
    def fraction_digits(self) -> int:
        return fraction_digits(self.price.currency)

    @strawberry.field(description="Display text for the request's language; never parse it.")
    def formatted(self) -> str:
        return self.price.formatted


@strawberry.type(description="Lowest and highest of a set of prices.", directives=[INHERITS])
class MoneyRange:
    """Two amounts of one currency."""

    max: Money = strawberry.field(description="Highest price.")
    min: Money = strawberry.field(description="Lowest price.")


@strawberry.type(description="Where and when upstream data was read.", directives=[INHERITS])
class Freshness:
    """Provenance of data."""

    as_of: DateTime = strawberry.field(description="When the upstream gave this data.")
    is_stale: bool = strawberry.field(
        description=(
            "True when the data is older than its lifetime and was served because the upstream did not answer."
        )
    )
    source: FreshnessSource = strawberry.field(description="Where it was read.")

    @classmethod
    def of(cls, as_of: datetime, source: str, *, is_stale: bool) -> "Freshness":
        """Provenance from the resolvers' words: upstream, cache or snapshot."""
        return cls(as_of=DateTime(as_of), is_stale=is_stale, source=FreshnessSource(source))
