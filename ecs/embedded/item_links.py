"""Where an ``Item`` is shown: its page, and what there is beside it."""

from ecs.embedded.versions import Version
from ecs.embedded.xml import escaped


def page_links(asin: str, site: str, version: Version) -> str:
    """DetailPageURL, and ItemLinks where the version has them."""
    page = f"{escaped(site)}/dp/{asin}"
    address = f"<DetailPageURL>{page}</DetailPageURL>"
    if not version.since("2008-08-19"):
        return address
    return (
        f"{address}<ItemLinks>"
        f"<ItemLink><Description>All Customer Reviews</Description><URL>{page}#reviews</URL></ItemLink>"
        f"<ItemLink><Description>All Offers</Description><URL>{page}#offers</URL></ItemLink>"
        "</ItemLinks>"
    )
