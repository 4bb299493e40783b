"""
The whole shopping sequence over HTTP, step by step, against a running server.

    python examples/shopping_sequence.py [URL] [WORDS]

URL is the server's address, by default http://127.0.0.1:8000; WORDS are what to search for, by default "tolkien". Needs
httpx. The documents are those of graphql/operations; a shop's own frontend sends the same.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

OPERATIONS = Path(__file__).parents[1] / "graphql" / "operations"
Answer = Mapping[str, Any]


class Shopper:
    """A guest with a cookie jar."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def send(self, name: str, **variables: object) -> Any:
        """Run the document of this name and give the value of its one field; stop at an error."""
        body = {"query": (OPERATIONS / f"{name}.graphql").read_text("utf-8"), "variables": variables}
        answer: Answer = self._client.post("/graphql", json=body).json()
        if "errors" in answer:
            raise SystemExit(f"{name}: {answer['errors'][0]['message']}")
        value = answer["data"][name]
        for error in (value or {}).get("userErrors", ()) if isinstance(value, dict) else ():
            raise SystemExit(f"{name}: {error['code']}: {error['message']}")
        return value


def tell(step: int, text: str) -> None:
    """Print one step."""
    print(f"{step}. {text}")


def tell_cart(cart: Answer) -> None:
    """Print a cart's lines and total."""
    for title, key in (("", "lines"), ("saved for later", "savedForLater")):
        for edge in cart[key]["edges"]:
            line = edge["node"]
            price = line["lineTotal"]["formatted"] if line["lineTotal"] else "no price"
            print(f"     {line['quantity']} × {line['title']} from {line['sellerName']}: {price} {title}".rstrip())
    print(f"     subtotal {cart['subtotal']['formatted']}, version {cart['version']}")


def main() -> None:
    """Walk through the sequence."""
    url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    words = sys.argv[2] if len(sys.argv) > 2 else "tolkien"
    with httpx.Client(base_url=url, timeout=30) as client:
        try:
            walk(Shopper(client), words)
        except httpx.TransportError as error:
            raise SystemExit(f"No answer from {url} ({error}); start the server with `make run`.") from None


def walk(shopper: Shopper, words: str) -> None:
    """Steps 1 to 9 of the shopping sequence."""
    found = shopper.send("search", query=words, first=5)
    products = [edge["node"] for edge in found["edges"]]
    if len(products) < 2:
        raise SystemExit(f'"{words}" finds fewer than two products; choose other words.')
    tell(1, f'"{words}" finds {found["totalCount"]} products:')
    for product in products:
        print(f"     {product['asin']}  {product['title']}")

    chosen = next(product for product in products if product["featuredOffer"])
    offers = [edge["node"] for edge in shopper.send("product", by={"id": chosen["id"]})["offers"]["edges"]]
    tell(1, f"Offers of {chosen['title']}:")
    for offer in offers:
        price = offer["price"]["formatted"] if offer["price"] else offer["priceVisibility"]
        print(f"     {price:>10}  {offer['condition']:12} {offer['seller']['name']}  {offer['availability']['status']}")
    alike = shopper.send("similar", to=[chosen["id"]], first=3)
    tell(1, f"Similar: {', '.join(product['title'] for product in alike) or 'nothing'}")

    cart = shopper.send("createCart", input={"items": [{"item": {"asin": chosen["asin"]}}]})["cart"]
    tell(2, "A cart with its first item:")
    tell_cart(cart)
    tell(3, "The cart, read again:")
    tell_cart(shopper.send("cart"))

    others = (product for product in [*products, *alike] if product["asin"] != chosen["asin"])
    second = next(product for product in others if product["featuredOffer"])
    cart = shopper.send("addItem", input={"item": {"offerId": second["featuredOffer"]["id"]}, "quantity": 2})["cart"]
    tell(4, "Two units of a seller's offer added:")
    tell_cart(cart)

    first_line, second_line = (edge["node"]["id"] for edge in cart["lines"]["edges"])
    tell(5, "The first line set to three units:")
    tell_cart(shopper.send("modifyItem", input={"lineId": first_line, "quantity": 3})["cart"])
    tell(6, "The second line saved for later:")
    tell_cart(shopper.send("saveForLater", input={"lineIds": [second_line]})["cart"])
    tell(6, "And taken back:")
    tell_cart(shopper.send("moveToCart", input={"lineIds": [second_line]})["cart"])
    tell(7, "The saved lines cleared (there are none now), the others kept:")
    tell_cart(shopper.send("clearCart", input={"scope": "SAVED_LINES"})["cart"])

    handover = shopper.send("checkout", input={})["handover"]
    tell(8, f"Checkout over {handover['subtotal']['formatted']}; the shopper goes to:\n     {handover['url']}")
    tell(9, f"The next visit starts with a new cart: the active cart is {shopper.send('cart')}.")


if __name__ == "__main__":
    main()
