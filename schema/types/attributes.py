"""The smaller parts of a product: people, numbers, texts, the long tail of attributes."""

import re
from html import unescape
from typing import Final

import strawberry

from ecs import model
from schema.cleaning import clean_html, plain_text
from schema.directives import INHERITS
from schema.enums import ContributorRole, ProductIdentifierKind


@strawberry.type(description="A named person and the part played.", directives=[INHERITS])
class Contributor:
    """A person of a product."""

    name: str = strawberry.field(description="Name as printed.")
    role: ContributorRole = strawberry.field(description="Part played, such as AUTHOR.")

    @classmethod
    def of(cls, contributor: model.Contributor) -> "Contributor":
        """The person for the API; a part the API does not name is CREATOR."""
        roles = {str(role.value) for role in ContributorRole}
        return cls(
            name=contributor.name,
            role=ContributorRole(contributor.role) if contributor.role in roles else ContributorRole.CREATOR,
        )


@strawberry.type(description="A number that identifies the item elsewhere.", directives=[INHERITS])
class ProductIdentifier:
    """A number and its kind."""

    kind: ProductIdentifierKind = strawberry.field(description="Kind of number.")
    value: str = strawberry.field(description="The number, without spaces.")

    @classmethod
    def of(cls, identifier: model.Identifier) -> "ProductIdentifier":
        """The number for the API."""
        return cls(kind=ProductIdentifierKind(identifier.kind), value=identifier.value)


@strawberry.type(description="One attribute of the long tail.", directives=[INHERITS])
class ProductAttribute:
    """A name and a value as the catalog has it."""

    name: str = strawberry.field(description="Stable name, in camel case.")
    label: str = strawberry.field(description="Name for people.")
    unit: str | None = strawberry.field(description="Unit of a measure, such as inches.")
    value: str = strawberry.field(description="Value as text.")

    @classmethod
    def of(cls, attribute: model.Attribute) -> "ProductAttribute":
        """The attribute for the API: NumberOfPages becomes numberOfPages, "Number of pages"."""
        name = attribute.name
        words = _WORD.findall(name)
        label = " ".join([words[0], *(word if word.isupper() else word.lower() for word in words[1:])])
        camel_case = words[0].lower() + name[len(words[0]) :]
        return cls(name=camel_case, label=label, unit=attribute.unit, value=attribute.value)


@strawberry.type(description="One dimension in which variations differ.", directives=[INHERITS])
class VariationAttribute:
    """A dimension and a value."""

    name: str = strawberry.field(description="Dimension, such as Color.")
    value: str = strawberry.field(description="Value, such as Red.")


@strawberry.type(description="Editorial text about a product.", directives=[INHERITS])
class EditorialReview:
    """Wraps a text that may hold any HTML."""

    review: strawberry.Private[model.EditorialReview]

    @strawberry.field(description="Cleaned HTML.")
    def html(self) -> str:
        return clean_html(self.review.content)

    @strawberry.field(description="Who wrote it.")
    def source(self) -> str:
        return self.review.source

    @strawberry.field(description="The same without markup, cut to a length when asked.")
    def text(self, max_length: int | None = strawberry.UNSET) -> str:
        text = plain_text(unescape(self.review.content))
        if not max_length or max_length < 1 or len(text) <= max_length:
            return text
        return text[: max_length - 1].rstrip() + "…"


@strawberry.type(description="Average rating.", directives=[INHERITS])
class Rating:
    """An average and its weight."""

    average: float = strawberry.field(description="Average from 1 to 5.")
    count: int = strawberry.field(description="How many people rated.")


_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]*|[a-z]+|\d+")
