"""The cart operations on the wire."""

import re
from urllib.parse import quote, unquote

import pytest
from lxml import etree

from tests.unit.ecs.embedded.caller import KEY, Answer, Caller, Clock, new_items
from tests.unit.ecs.embedded.feeds import FILLERS, HARBOR, HIDDEN, KETTLE, LANTERN, SOLD_OUT


def _lines(answer: Answer, kind: str = "CartItem") -> list[tuple[str | None, ...]]:
    fields = ("ASIN", "Quantity", "Price/{*}Amount", "ItemTotal/{*}Amount")
    lines = answer.root.iterfind(f".//{{*}}{kind}s/{{*}}{kind}")
    return [tuple(line.findtext(f"{{*}}{field}") for field in fields) for line in lines]


def _ids(answer: Answer, kind: str = "CartItem") -> dict[str, str]:
    asins, ids = answer.texts(f"{kind}/ASIN"), answer.texts(f"{kind}/CartItemId")
    return dict(zip(asins, ids, strict=True))


def _subtotals(answer: Answer) -> tuple[str | None, str | None, str | None]:
    return (
        answer.first("Cart/SubTotal/Amount"),
        answer.first("CartItems/SubTotal/Amount"),
        answer.first("SavedForLaterItems/SubTotal/Amount"),
    )


async def test_whole_cycle_with_exact_subtotals(ecs: Caller) -> None:
    """Create, add, change, save, take back, clear: each answer is the whole cart."""
    created = await ecs.create((LANTERN, 2), (KETTLE, 1))
    handle = created.handle
    added = await ecs("CartAdd", {**handle, **new_items((HARBOR, 3))})
    ids = _ids(added)
    saved = await ecs(
        "CartModify",
        {**handle, "Item.1.CartItemId": ids[KETTLE], "Item.1.Action": "SaveForLater"},
    )
    changed = await ecs("CartModify", {**handle, "Item.1.CartItemId": ids[HARBOR], "Item.1.Quantity": "1"})
    removed = await ecs("CartModify", {**handle, "Item.1.CartItemId": ids[LANTERN], "Item.1.Quantity": "0"})
    back = await ecs(
        "CartModify",
        {**handle, "Item.1.CartItemId": _ids(saved, "SavedForLaterItem")[KETTLE], "Item.1.Action": "MoveToCart"},
    )
    cleared = await ecs("CartClear", handle)

    assert _lines(created) == [(LANTERN, "2", "1250", "2500"), (KETTLE, "1", "3100", "3100")]
    assert _subtotals(created) == ("5600", "5600", None)
    assert [line[0] for line in _lines(added)] == [HARBOR, LANTERN, KETTLE]
    assert _subtotals(added) == ("8597", "8597", None)
    assert _lines(saved, "SavedForLaterItem") == [(KETTLE, "1", "3100", "3100")]
    assert _subtotals(saved) == ("8597", "5497", "3100")
    assert _subtotals(changed) == ("6599", "3499", "3100")
    assert _subtotals(removed) == ("4099", "999", "3100")
    assert _lines(back) == [(HARBOR, "1", "999", "999"), (KETTLE, "1", "3100", "3100")]
    assert _subtotals(back) == ("4099", "4099", None)
    cart = cleared.root.find("{*}Cart")
    assert cart is not None
    assert [etree.QName(child).localname for child in cart] == ["Request", "CartId", "HMAC", "URLEncodedHMAC"]
    assert all(answer.handle == handle for answer in (added, saved, changed, removed, back, cleared))


async def test_ids_of_cart_and_lines_have_the_form_of_the_original(ecs: Caller, older: Caller) -> None:
    """Clients store them in columns of that width."""
    late = await ecs.create((LANTERN, 1))
    early = await older.create((LANTERN, 1))

    assert re.fullmatch(r"\d{3}-\d{7}-\d{7}", late.handle["CartId"])
    assert late.texts("URLEncodedHMAC") == [quote(late.handle["HMAC"], safe="")]
    late_id, early_id = _ids(late)[LANTERN], _ids(early)[LANTERN]
    assert re.fullmatch(r"C[A-Z0-9]{13}", late_id)
    assert early_id == f"U{late_id[1:]}"


async def test_letter_tells_where_a_line_stands_and_any_is_accepted(ecs: Caller, older: Caller) -> None:
    """C in the cart, S when saved; older versions say U for both."""
    created = await ecs.create((LANTERN, 1))
    handle, key = created.handle, _ids(created)[LANTERN][1:]

    saved = await ecs("CartModify", {**handle, "Item.1.CartItemId": f"U{key}", "Item.1.Action": "SaveForLater"})
    older_view = await older("CartGet", handle)
    back = await ecs("CartModify", {**handle, "Item.1.CartItemId": f"C{key}", "Item.1.Action": "MoveToCart"})

    assert saved.texts("SavedForLaterItem/CartItemId") == [f"S{key}"]
    assert older_view.texts("SavedForLaterItem/CartItemId") == [f"U{key}"]
    assert back.texts("CartItem/CartItemId") == [f"C{key}"]


async def test_older_shape_names_the_merchant(older: Caller) -> None:
    """Until 2010 a line said who sells it."""
    answer = await older.create((LANTERN, 1))

    assert answer.texts("CartItem/SellerNickname") == ["Cartograph Sample Store"]
    assert answer.texts("CartItem/MerchantId") == answer.texts("CartItem/SellerId") != []


async def test_offer_listing_is_taken_encoded_and_decoded(ecs: Caller) -> None:
    """Both are in use, and both name the same offer."""
    found = await ecs("ItemLookup", ItemId=LANTERN, ResponseGroup="Offers", MerchantId="All", Condition="Used")
    token = found.texts("OfferListingId")[0]

    encoded = await ecs("CartCreate", {"Item.0.OfferListingId": token, "Item.0.Quantity": "1"})
    decoded = await ecs("CartCreate", {"Item.foo.OfferListingId": unquote(token), "Item.foo.Quantity": "1"})

    assert _lines(encoded) == _lines(decoded) == [(LANTERN, "1", "800", "800")]
    assert encoded.texts("CartCreateRequest/Items/Item/OfferListingId") == [token]


async def test_labels_that_are_numbers_are_in_their_order(ecs: Caller) -> None:
    """Clients sort parameters by bytes, where 10 comes before 2."""
    items = {f"Item.{number}.ASIN": FILLERS[number] for number in range(1, 11)}
    items |= {f"Item.{number}.Quantity": "1" for number in range(1, 11)}

    answer = await ecs("CartCreate", items)

    assert [line[0] for line in _lines(answer)] == list(FILLERS[1:11])


async def test_hidden_price_is_seen_in_the_cart(ecs: Caller) -> None:
    """That is what the cart is for."""
    answer = await ecs.create((HIDDEN, 1))

    assert _lines(answer) == [(HIDDEN, "1", "700", "700")]


async def test_quantity_is_capped_with_the_cart(ecs: Caller) -> None:
    """The error comes with the cart as it is now."""
    created = await ecs.create((LANTERN, 7))
    modified = await ecs(
        "CartModify", {**created.handle, "Item.1.CartItemId": _ids(created)[LANTERN], "Item.1.Quantity": "999"}
    )

    for answer in (created, modified):
        assert (answer.is_valid, answer.codes) == ("True", ["AWS.ECommerceService.InvalidQuantity"])
        assert answer.messages == [
            f"You have exceeded the maximum quantity allowed for the following items: {LANTERN}."
        ]
        assert _lines(answer) == [(LANTERN, "5", "1250", "6250")]


async def test_item_that_is_there_is_refused_with_the_unchanged_cart(ecs: Caller) -> None:
    """As recorded in seven of nine locales."""
    created = await ecs.create((LANTERN, 1))

    answer = await ecs("CartAdd", {**created.handle, **new_items((LANTERN, 2), (KETTLE, 1))})

    assert (answer.is_valid, answer.codes) == (
        "True",
        ["AWS.ECommerceService.InvalidQuantity", "AWS.ECommerceService.ItemAlreadyInCart"],
    )
    assert answer.messages[1] == f"The item you specified, {LANTERN}, is already in your cart."
    assert _lines(answer) == [(KETTLE, "1", "3100", "3100"), (LANTERN, "1", "1250", "1250")]


async def test_item_out_of_stock_goes_to_the_saved_ones(ecs: Caller) -> None:
    """And cannot come back while it is."""
    created = await ecs.create((SOLD_OUT, 2))
    line_id = _ids(created, "SavedForLaterItem")[SOLD_OUT]

    back = await ecs("CartModify", {**created.handle, "Item.1.CartItemId": line_id, "Item.1.Action": "MoveToCart"})

    assert (created.codes, _lines(created)) == ([], [])
    assert _lines(created, "SavedForLaterItem") == [(SOLD_OUT, "2", "500", "1000")]
    assert _subtotals(created) == ("1000", None, "1000")
    assert created.texts("PurchaseURL") != []
    assert back.codes == ["AWS.ECommerceService.ItemNotEligibleForCart"]
    assert _lines(back, "SavedForLaterItem") == [(SOLD_OUT, "2", "500", "1000")]


async def test_unknown_item_makes_no_cart(ecs: Caller) -> None:
    """Beside a good one it is left out."""
    alone = await ecs.create(("B0UNKNOWN0", 1))
    ended = await ecs("CartCreate", {"Item.1.OfferListingId": "abc", "Item.1.Quantity": "1"})
    beside = await ecs.create(("B0UNKNOWN0", 1), (KETTLE, 1))

    for answer in (alone, ended):
        assert (answer.is_valid, answer.codes) == ("True", ["AWS.ECommerceService.ItemNotEligibleForCart"])
        assert answer.texts("Cart/CartId") == []
    assert alone.messages[0].startswith("The item you specified, B0UNKNOWN0, is not eligible to be added to the cart.")
    assert beside.codes == ["AWS.ECommerceService.ItemNotEligibleForCart"]
    assert _lines(beside) == [(KETTLE, "1", "3100", "3100")]


async def test_fifty_first_line_is_refused(ecs: Caller) -> None:
    """The cart stays at fifty."""
    created = await ecs.create(*((asin, 1) for asin in FILLERS[:10]))
    for start in (10, 20, 30, 40):
        await ecs("CartAdd", {**created.handle, **new_items(*((asin, 1) for asin in FILLERS[start : start + 10]))})

    answer = await ecs("CartAdd", {**created.handle, **new_items((LANTERN, 1))})

    assert (answer.is_valid, answer.codes) == ("True", ["AWS.ECommerceService.ExceededMaximumCartItems"])
    assert answer.messages == ["You may not add more than 50 items to the cart."]
    assert len(_lines(answer)) == 50
    assert LANTERN not in _ids(answer)


async def test_line_named_twice_is_changed_twice(ecs: Caller) -> None:
    """As recorded: saved, then set to another quantity, by its former id."""
    created = await ecs.create((KETTLE, 1))
    line_id = _ids(created)[KETTLE]

    answer = await ecs(
        "CartModify",
        {
            **created.handle,
            "Item.0.CartItemId": line_id,
            "Item.0.Action": "SaveForLater",
            "Item.1.CartItemId": line_id,
            "Item.1.Quantity": "7",
        },
    )

    assert _lines(answer, "SavedForLaterItem") == [(KETTLE, "7", "3100", "21700")]
    assert _lines(answer) == []


async def test_unknown_line_is_passed_over(ecs: Caller) -> None:
    """Valid, without an error, nothing changed."""
    created = await ecs.create((KETTLE, 1))

    answer = await ecs("CartModify", {**created.handle, "Item.1.CartItemId": LANTERN, "Item.1.Quantity": "3"})

    assert (answer.is_valid, answer.codes, _lines(answer)) == ("True", [], _lines(created))


async def test_clear_takes_out_saved_lines_too(ecs: Caller) -> None:
    """What a later CartGet shows as well."""
    created = await ecs.create((KETTLE, 1), (SOLD_OUT, 1))

    await ecs("CartClear", created.handle)

    after = await ecs("CartGet", created.handle)
    assert (_lines(after), _lines(after, "SavedForLaterItem"), after.texts("PurchaseURL")) == ([], [], [])


@pytest.mark.parametrize("operation", ["CartGet", "CartAdd", "CartModify", "CartClear"])
@pytest.mark.parametrize("wrong", ["CartId", "HMAC", "AssociateTag"])
async def test_wrong_handle_is_one_error(ecs: Caller, operation: str, wrong: str) -> None:
    """Which part is wrong is not said, and nothing changes."""
    created = await ecs.create((KETTLE, 1))
    items = {"Item.1.ASIN": LANTERN, "Item.1.CartItemId": _ids(created)[KETTLE], "Item.1.Quantity": "3"}
    values = {"CartId": "111-1111111-1111111", "HMAC": "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "AssociateTag": "other-20"}

    answer = await ecs(operation, {**items, **created.handle, wrong: values[wrong]})

    assert (answer.is_valid, answer.codes) == ("True", ["AWS.ECommerceService.CartInfoMismatch"])
    assert answer.texts("Cart/CartId") == []
    assert _lines(await ecs("CartGet", created.handle)) == _lines(created)


async def test_expired_cart_is_a_mismatch(ecs: Caller, clock: Clock) -> None:
    """Ninety days after it was last used."""
    created = await ecs.create((KETTLE, 1))
    clock.move(days=90, seconds=1)

    answer = await ecs("CartGet", created.handle)

    assert answer.codes == ["AWS.ECommerceService.CartInfoMismatch"]


@pytest.mark.parametrize(
    ("operation", "parameters", "codes"),
    [
        ("CartCreate", {}, ["AWS.MissingParameters"]),
        ("CartAdd", {}, ["AWS.MissingParameters"] * 3),
        ("CartModify", {}, ["AWS.MissingParameters"] * 3),
        ("CartGet", {}, ["AWS.MissingParameters"] * 2),
        ("CartClear", {"CartId": "1"}, ["AWS.MissingParameters"]),
        ("CartCreate", {"Item.1.ASIN": KETTLE}, ["AWS.MissingParameters"]),
        ("CartCreate", {"Item.1.Quantity": "1"}, ["AWS.ExactParameterRequirement"]),
        (
            "CartCreate",
            {"Item.1.ASIN": KETTLE, "Item.1.OfferListingId": "x", "Item.1.Quantity": "1"},
            ["AWS.InvalidParameterCombination"],
        ),
        ("CartCreate", {"Item.1.ASIN": KETTLE, "Item.1.Quantity": "0"}, ["AWS.ParameterOutOfRange"]),
        ("CartCreate", {"Item.1.ASIN": KETTLE, "Item.1.Quantity": "1000"}, ["AWS.ParameterOutOfRange"]),
        ("CartCreate", {"Item.1.ASIN": KETTLE, "Item.1.Quantity": "²"}, ["AWS.ParameterOutOfRange"]),
        (
            "CartCreate",
            {"Item.1.ASIN": KETTLE, "Item.1.Quantity": "1", "ResponseGroup": "Small"},
            ["AWS.InvalidResponseGroup"],
        ),
        (
            "CartCreate",
            {f"Item.{n}.{name}": value for n in range(11) for name, value in (("ASIN", KETTLE), ("Quantity", "1"))},
            ["AWS.ExceededMaximumParameterValues"],
        ),
    ],
)
async def test_wrong_parameters(ecs: Caller, operation: str, parameters: dict[str, str], codes: list[str]) -> None:
    """Refused on syntax: no cart comes back."""
    answer = await ecs(operation, parameters)

    assert (answer.is_valid, answer.codes) == ("False", codes)
    assert answer.texts("Cart/CartId") == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Quantity": "1", "Action": "SaveForLater"}, "AWS.ExactParameterRequirement"),
        ({}, "AWS.ExactParameterRequirement"),
        ({"Action": "Burn"}, "AWS.InvalidEnumeratedParameter"),
        ({"Quantity": "-1"}, "AWS.ParameterOutOfRange"),
        ({"Quantity": "1000"}, "AWS.ParameterOutOfRange"),
    ],
    ids=str,
)
async def test_wrong_change_changes_nothing(ecs: Caller, change: dict[str, str], code: str) -> None:
    """One error for each offending item; a good change beside it is not done either."""
    created = await ecs.create((KETTLE, 1), (LANTERN, 1))
    ids = _ids(created)
    bad = {f"Item.1.{name}": value for name, value in change.items()}

    answer = await ecs(
        "CartModify",
        {
            **created.handle,
            **bad,
            "Item.1.CartItemId": ids[KETTLE],
            "Item.2.CartItemId": ids[LANTERN],
            "Item.2.Quantity": "3",
        },
    )

    assert (answer.is_valid, answer.codes) == ("False", [code])
    assert _lines(await ecs("CartGet", created.handle)) == _lines(created)


async def test_line_must_be_named(ecs: Caller) -> None:
    """A change of nothing in particular is a mistake."""
    created = await ecs.create((KETTLE, 1))

    answer = await ecs("CartModify", {**created.handle, "Item.1.Quantity": "3"})

    assert (answer.is_valid, answer.codes) == ("False", ["AWS.MissingParameters"])


async def test_echo_shows_the_items_and_the_illegal_value(ecs: Caller) -> None:
    """As recorded, the schema notwithstanding; without items CartCreate has no echo and CartAdd an empty one."""
    illegal = await ecs("CartCreate", {"Item.1.ASIN": KETTLE, "Item.1.Quantity": "-1"})
    create = await ecs("CartCreate")
    add = await ecs("CartAdd")

    assert illegal.texts("CartCreateRequest/Items/Item/Quantity") == ["-1"]
    assert create.texts("Request/CartCreateRequest") == []
    assert add.texts("Request/CartAddRequest/Items") == [""]


async def test_purchase_url_separates_by_percent_26(ecs: Caller, service_without_tag: Caller) -> None:
    """Literally, as the original did; without a tag it says ws."""
    tagged = await ecs.create((KETTLE, 1))
    untagged = await service_without_tag.create((KETTLE, 1))

    hmac = quote(tagged.handle["HMAC"], safe="")
    assert tagged.texts("PurchaseURL") == [
        f"http://shop.example/gp/cart/aws-merge.html?cart-id={tagged.handle['CartId']}%26associate-id=tag-20%26hmac={hmac}"
        f"%26SubscriptionId={KEY}%26MergeCart=False"
    ]
    assert "%26associate-id=ws%26" in untagged.texts("PurchaseURL")[0]


@pytest.fixture
def service_without_tag(older: Caller) -> Caller:
    """A client of a version that may leave the tag out, and does."""
    older.tag = None
    return older


async def test_tag_is_obligatory_from_2011(ecs: Caller) -> None:
    """Since then every answer without one is an error."""
    ecs.tag = None

    answer = await ecs.create((KETTLE, 1))

    assert (answer.is_valid, answer.codes) == ("False", ["AWS.MissingParameters"])
    assert answer.messages == ["Your request is missing required parameters. Required parameters include AssociateTag."]


async def test_suggestions_with_the_cart(ecs: Caller) -> None:
    """At most five of each, none that is in the cart, nothing for an empty one."""
    groups = "Cart,CartSimilarities,CartTopSellers,CartNewReleases"
    created = await ecs("CartCreate", new_items((LANTERN, 1)), ResponseGroup=groups)
    cleared = await ecs("CartClear", created.handle, ResponseGroup=groups)

    assert created.texts("SimilarProducts/SimilarProduct/ASIN")[0] == HARBOR
    assert created.texts("TopSellers/TopSeller/ASIN") == [HARBOR]
    assert created.texts("NewReleases/NewRelease/Title") == ["Harbor Lights"]
    assert cleared.texts("SimilarProducts") == []


async def test_check_alone_makes_no_cart(ecs: Caller) -> None:
    """Validate=True must not leave anything behind."""
    answer = await ecs("CartCreate", new_items((KETTLE, 1)), Validate="True")

    assert (answer.is_valid, answer.codes, answer.texts("Cart/CartId")) == ("True", [], [])
