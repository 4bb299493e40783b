"""The ``ItemAttributes`` of an ``Item``."""

from ecs.embedded.product import Product
from ecs.embedded.versions import Version
from ecs.embedded.xml import element, elements, escaped, price, wrapped


def _creators(product: Product) -> str:
    return elements("Actor", product.actors) + elements("Artist", product.artists) + elements("Author", product.authors)


def small_attributes(product: Product) -> str:
    """Who made it, its group and its title."""
    return (
        f"<ItemAttributes>{_creators(product)}{elements('Director', product.directors)}"
        f"{element('Manufacturer', product.manufacturer)}<ProductGroup>{escaped(product.product_group)}</ProductGroup>"
        f"<Title>{escaped(product.title)}</Title></ItemAttributes>"
    )


def attributes(product: Product, list_price: int | None, currency: str, version: Version) -> str:
    """All that is known of it; ``list_price`` in minor units of the currency."""
    eans = list(dict.fromkeys(filter(None, (product.ean, *product.ean_list))))
    # EANList and UPCList came with 2010-12-01, MPN with 2007-09-21.
    has_lists = version.since("2010-12-01")
    ean_list = wrapped("EANList", elements("EANListElement", eans)) if has_lists else ""
    upc_list = wrapped("UPCList", element("UPCListElement", product.upc)) if has_lists else ""
    language = wrapped("Language", element("Name", product.language))
    if language:
        language = (
            f"<Languages><Language>{element('Name', product.language)}<Type>Published</Type></Language></Languages>"
        )
    maker = product.manufacturer or product.publisher
    return (
        f"<ItemAttributes>{_creators(product)}{element('Binding', product.binding)}{element('Brand', product.brand)}"
        f"{element('Color', product.color)}{elements('Director', product.directors)}{element('EAN', product.ean)}"
        f"{ean_list}{elements('Feature', product.features)}{element('ISBN', product.isbn)}{element('Label', maker)}"
        f"{language}{price('ListPrice', list_price, currency)}{element('Manufacturer', maker)}"
        f"{element('Model', product.model)}{element('MPN', product.mpn if version.since('2007-09-21') else None)}"
        f"{element('NumberOfPages', product.pages)}{element('Platform', product.platform)}"
        f"<ProductGroup>{escaped(product.product_group)}</ProductGroup>"
        f"{element('PublicationDate', product.publication_date)}{element('Publisher', product.publisher)}"
        f"{element('ReleaseDate', product.release_date)}{element('Studio', maker)}"
        f"<Title>{escaped(product.title)}</Title>{element('UPC', product.upc)}{upc_list}</ItemAttributes>"
    )
