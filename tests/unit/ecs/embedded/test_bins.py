"""Search bins: sets of choices whose counts come true when one is taken."""

import pytest

from ecs.embedded.bins import Bin, bin_sets
from ecs.embedded.catalog import Catalog
from ecs.embedded.search import Wanted, search


def _bins(catalog: Catalog, wanted: Wanted) -> dict[str, list[tuple[str, int]]]:
    sets = bin_sets(catalog, wanted, search(catalog, wanted).query)
    return {group.narrow_by: [(choice.name, choice.size) for choice in group.bins] for group in sets}


def test_bins_of_a_department(catalog: Catalog) -> None:
    """Categories, creators, prices and conditions of what was found."""
    bins = _bins(catalog, Wanted(currency="USD", search_index="Books", min_rating=1))

    assert bins == {
        "Subject": [("Fiction", 2), ("Cooking", 1)],
        "Author": [("Ann Writer", 2), ("Bo Second", 1), ("Cy Cook", 1)],
        "PriceRange": [("Under $10.00", 1), ("$10.00 to $24.99", 1), ("$25.00 to $49.99", 1)],
        "Condition": [("New", 3), ("Used", 1)],
    }


def test_single_category_is_looked_into(catalog: Catalog) -> None:
    """One choice is no choice; below a node its children are offered."""
    bins = _bins(catalog, Wanted(currency="USD", search_index="Books", node="9000000011", min_rating=1))

    assert bins["Subject"] == [("Mystery", 2)]


def test_all_departments_are_told_apart(catalog: Catalog) -> None:
    """Over all departments, the department is the first choice; brands that differ in case are one."""
    bins = _bins(catalog, Wanted(currency="USD", search_index="All", keywords="philips"))

    assert bins["SearchIndex"] == [("Electronics", 2)]
    assert [size for _, size in bins["BrandName"]] == [2]
    assert bins["PriceRange"] == [("$25.00 to $49.99", 1), ("$50.00 to $99.99", 1)]


def test_nothing_found_has_no_bins(catalog: Catalog) -> None:
    """Empty sets are left out."""
    assert _bins(catalog, Wanted(currency="USD", search_index="Books", keywords="xyzzy")) == {}


@pytest.mark.parametrize("search_index", ["All", "Books", "Electronics"])
def test_each_bin_leaves_what_it_promises(catalog: Catalog, search_index: str) -> None:
    """A count that does not come true is worse than none."""
    wanted = Wanted(currency="USD", search_index=search_index, keywords="lantern filler philips sonder writer")
    chosen = [choice for group in bin_sets(catalog, wanted, search(catalog, wanted).query) for choice in group.bins]

    for choice in chosen:
        assert search(catalog, _narrowed(wanted, choice)).total == choice.size, choice
    assert len(chosen) > 2


def _narrowed(wanted: Wanted, choice: Bin) -> Wanted:
    fields = {"BrowseNode": "node", "MinimumPrice": "min_price", "MaximumPrice": "max_price"}
    fields |= {"Condition": "condition", "SearchIndex": "search_index"}
    values: dict[str, object] = {name: getattr(wanted, name) for name in wanted.__struct_fields__}
    for name, value in choice.parameters:
        if name in ("Brand", "Author"):
            values["names"] = {name: value}
        else:
            values[fields[name]] = int(value) if name.endswith("Price") else value
    return Wanted(**values)  # type: ignore[arg-type]


def test_price_bands_suit_the_currency(catalog: Catalog) -> None:
    """Ten rupees are no price band."""
    wanted = Wanted(currency="INR", search_index="Electronics")

    sets = bin_sets(catalog, wanted, search(catalog, wanted).query)

    names = [choice.name for group in sets if group.narrow_by == "PriceRange" for choice in group.bins]
    assert names == ["Under INR 500.00", "INR 2,500.00 to INR 4,999.99", "INR 5,000.00 to INR 12,499.99"]
