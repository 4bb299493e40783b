"""Clients that were written for Amazon read everything right, over the network, signature and gzip included."""

import json
from typing import Any

import httpx

from tests.clients.conftest import Client, session

HOBBIT, RETURN, RINGS = "0618260307", "0345339738", "0395193958"


def _lines(answer: Any, group: str = "CartItems", name: str = "CartItem") -> list[tuple[str, str, str]]:
    """ASIN, quantity and total of the lines."""
    found = answer["Cart"][group][name]
    lines = found if isinstance(found, list) else [found]
    return [(line["ASIN"], line["Quantity"], line["ItemTotal"]["FormattedPrice"]) for line in lines]


def _handle(answer: Any) -> dict[str, str]:
    return {"CartId": answer["Cart"]["CartId"], "HMAC": answer["Cart"]["HMAC"]}


def _refused(answer: Any, payload: str) -> tuple[str, str]:
    request = answer[payload]["Request"]
    return request["IsValid"], request["Errors"]["Error"]["Code"]


def test_search(client: Client) -> None:
    """The first thing anybody does with a client."""
    items = client("ItemSearch", SearchIndex="Books", Keywords="hobbit", ResponseGroup="Small,OfferSummary")["Items"]

    assert client.root == "ItemSearchResponse"
    assert (items["Request"]["IsValid"], items["TotalResults"], items["TotalPages"]) == ("True", "1", "1")
    assert items["Item"]["ASIN"] == HOBBIT
    assert items["Item"]["ItemAttributes"] == {
        "Author": "J.R.R. Tolkien",
        "Manufacturer": "Houghton Mifflin",
        "ProductGroup": "Book",
        "Title": "The Hobbit",
    }
    lowest = items["Item"]["OfferSummary"]["LowestNewPrice"]
    assert lowest == {"Amount": "2495", "CurrencyCode": "USD", "FormattedPrice": "$24.95"}


def test_search_without_a_hit(client: Client) -> None:
    """Letters of every kind must reach the service as they were typed, or the signature would not fit."""
    words = "ünknöwñ & “odd” 100% + a/b?c=d #~*"

    answer = client("ItemSearch", SearchIndex="Kitchen", Author="nobody", Keywords=words)

    assert answer["Items"]["Request"]["ItemSearchRequest"]["Keywords"] == words
    assert _refused(answer, "Items") == ("True", "AWS.ECommerceService.NoExactMatches")
    assert (answer["Items"]["TotalResults"], answer["Items"]["TotalPages"]) == ("0", "0")


def test_look_up(client: Client) -> None:
    """Items in the order asked, and an error for the one that nobody has."""
    asked = f"{RETURN},B00NOTHING,{HOBBIT}"

    items = client("ItemLookup", ItemId=asked, ResponseGroup="Large", MerchantId="All")["Items"]

    assert items["Request"]["Errors"]["Error"]["Code"] == "AWS.InvalidParameterValue"
    assert [item["ASIN"] for item in items["Item"]] == [RETURN, HOBBIT]
    hobbit = items["Item"][1]
    attributes = hobbit["ItemAttributes"]
    assert (attributes["EAN"], attributes["NumberOfPages"], attributes["Binding"]) == (
        "9780618260300",
        "366",
        "Paperback",
    )
    assert hobbit["SalesRank"] == "135591"
    assert hobbit["LargeImage"]["Height"]["_"].isdigit()
    assert hobbit["LargeImage"]["Height"]["$"] == {"Units": "pixels"}
    assert hobbit["EditorialReviews"]["EditorialReview"]["Content"].startswith("A homebody hobbit joins thirteen")
    assert hobbit["Offers"]["Offer"]["OfferListing"]["Price"]["FormattedPrice"] == "$24.95"


def test_similarity(client: Client) -> None:
    """The third of the operations on items."""
    items = client("SimilarityLookup", ItemId=HOBBIT)["Items"]

    assert items["Request"]["SimilarityLookupRequest"]["ItemId"] == HOBBIT
    assert items["Item"][0]["ASIN"] == RINGS


def test_cart_cycle(client: Client, port: int) -> None:
    """Create, get, add by listing, change, save, move back, take out, clear: what a shop does with a cart."""
    created = client("CartCreate", {"Item.1.ASIN": HOBBIT, "Item.1.Quantity": "2"})
    handle = _handle(created)
    looked_up = client("ItemLookup", ItemId=RINGS, ResponseGroup="Offers")["Items"]["Item"]
    listing = looked_up["Offers"]["Offer"]["OfferListing"]["OfferListingId"]

    added = client("CartAdd", {**handle, "Item.1.OfferListingId": listing, "Item.1.Quantity": "3"})
    line = added["Cart"]["CartItems"]["CartItem"][0]["CartItemId"]
    changed = client("CartModify", {**handle, "Item.1.CartItemId": line, "Item.1.Quantity": "1"})
    saved = client("CartModify", {**handle, "Item.1.CartItemId": line, "Item.1.Action": "SaveForLater"})
    saved_line = saved["Cart"]["SavedForLaterItems"]["SavedForLaterItem"]["CartItemId"]
    moved = client("CartModify", {**handle, "Item.1.CartItemId": saved_line, "Item.1.Action": "MoveToCart"})
    emptied = client("CartModify", {**handle, "Item.1.CartItemId": line, "Item.1.Quantity": "0"})
    fetched = client("CartGet", handle)
    page = httpx.get(fetched["Cart"]["PurchaseURL"], trust_env=False)
    cleared = client("CartClear", handle)

    assert _lines(created) == [(HOBBIT, "2", "$49.90")]
    assert _lines(added) == [(RINGS, "3", "$16.47"), (HOBBIT, "2", "$49.90")]
    assert added["Cart"]["SubTotal"]["FormattedPrice"] == "$66.37"
    assert _lines(changed) == [(RINGS, "1", "$5.49"), (HOBBIT, "2", "$49.90")]
    assert _lines(saved) == [(HOBBIT, "2", "$49.90")]
    assert _lines(saved, "SavedForLaterItems", "SavedForLaterItem") == [(RINGS, "1", "$5.49")]
    assert saved["Cart"]["SubTotal"]["FormattedPrice"] == "$55.39"
    assert (line[0], saved_line) == ("C", f"S{line[1:]}")
    assert _lines(moved) == _lines(changed)
    assert "SavedForLaterItems" not in moved["Cart"]
    assert _lines(emptied) == _lines(fetched) == [(HOBBIT, "2", "$49.90")]
    assert fetched["Cart"]["PurchaseURL"].startswith(f"http://127.0.0.1:{port}/gp/cart/aws-merge.html?cart-id=")
    assert page.status_code == 200
    assert "The Hobbit" in page.text
    assert sorted(cleared["Cart"]) == ["CartId", "HMAC", "Request", "URLEncodedHMAC"]
    assert _handle(cleared) == handle


def test_cart_refusals(client: Client) -> None:
    """What is wrong with a cart request comes as a code the client's user can branch on."""
    created = client("CartCreate", {"Item.0.ASIN": HOBBIT, "Item.0.Quantity": "1"})
    handle = _handle(created)

    again = client("CartAdd", {**handle, "Item.0.ASIN": HOBBIT, "Item.0.Quantity": "1"})
    unknown = client("CartCreate", {"Item.x.ASIN": "B00NOTHING", "Item.x.Quantity": "1"})
    too_many = client("CartCreate", {"Item.1.ASIN": HOBBIT, "Item.1.Quantity": "1000"})
    wrong = client("CartGet", {**handle, "HMAC": "bm90IHRoaXMgb25lIGF0IGFsbA=="})

    codes = [error["Code"] for error in again["Cart"]["Request"]["Errors"]["Error"]]
    assert codes == ["AWS.ECommerceService.InvalidQuantity", "AWS.ECommerceService.ItemAlreadyInCart"]
    assert _lines(again) == [(HOBBIT, "1", "$24.95")]
    assert _refused(unknown, "Cart") == ("True", "AWS.ECommerceService.ItemNotEligibleForCart")
    assert _refused(too_many, "Cart") == ("False", "AWS.ParameterOutOfRange")
    assert _refused(wrong, "Cart") == ("True", "AWS.ECommerceService.CartInfoMismatch")


def test_wrong_secret(command: list[str]) -> None:
    """A refusal before the operation has a root of its own; both clients hand it on."""
    with session(command, "not the secret") as stranger:
        answer = stranger("ItemLookup", ItemId=HOBBIT)

    assert stranger.root == "ItemLookupErrorResponse"
    assert answer["Error"]["Code"] == "SignatureDoesNotMatch"
    assert "not the secret" not in json.dumps(answer)
