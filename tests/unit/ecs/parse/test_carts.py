"""Remote carts."""

import pytest

from ecs import parse
from ecs.errors import BadReply, UpstreamRefused
from ecs.model import Money, Refusal, RemoteCartItem
from tests.unit.ecs.parse.answers import answer, price, request

HANDLE = "<CartId>000-1111111-2222222</CartId><HMAC>a+b/c=</HMAC><URLEncodedHMAC>a%2Bb%2Fc%3D</URLEncodedHMAC>"
LINE = (
    "<CartItemId>{id}</CartItemId><ASIN>B000000001</ASIN><MerchantId>Deprecated</MerchantId>{seller}"
    "<Quantity>{quantity}</Quantity><Title>Tea &amp; pot</Title><ProductGroup>Kitchen</ProductGroup>"
)


def _line(line_id: str = "C1", quantity: int | str = 3, seller: str = "", total: int = 300) -> str:
    head = LINE.format(id=line_id, quantity=quantity, seller=seller)
    return head + price("Price", 100, formatted="$1.00") + price("ItemTotal", total, formatted="$3.00")


def _cart(inside: str, *codes: str) -> bytes:
    return answer("CartGet", f"<Cart>{request(*codes)}{inside}</Cart>")


def test_lines_saved_lines_and_sums() -> None:
    """The subtotal a shopper means is that of CartItems; Cart/SubTotal counts saved lines too."""
    seller = "<SellerNickname>Acme</SellerNickname>"
    body = _cart(
        HANDLE
        + price("SubTotal", 999)
        + f"<CartItems>{price('SubTotal', 300)}<CartItem>{_line(seller=seller)}</CartItem></CartItems>"
        + f"<SavedForLaterItems>{price('SubTotal', 699)}"
        + f"<SavedForLaterItem>{_line('S2', 7)}</SavedForLaterItem></SavedForLaterItems>"
    )

    cart = parse.cart(body)

    assert cart.cart_id.get_secret_value() == "000-1111111-2222222"
    assert cart.hmac.get_secret_value() == "a+b/c="
    assert cart.items == (
        RemoteCartItem(
            "C1",
            "B000000001",
            3,
            "Tea & pot",
            "Acme",
            "Kitchen",
            Money(100, "USD", "$1.00"),
            Money(300, "USD", "$3.00"),
        ),
    )
    assert [(line.cart_item_id, line.quantity, line.seller_name) for line in cart.saved] == [("S2", 7, None)]
    assert cart.subtotal == Money(300, "USD", "as sent")
    assert cart.refusals == ()


def test_a_line_that_comes_again_is_the_same() -> None:
    """Most lines of a cart do; one in which anything has changed is read anew."""
    two = f"<CartItem>{_line()}</CartItem><CartItem>{_line('C2', quantity=1)}</CartItem>"
    body = _cart(f"{HANDLE}<CartItems>{two}</CartItems>")

    first, again = parse.cart(body), parse.cart(body)
    changed = parse.cart(body.replace(b"<Quantity>1<", b"<Quantity>2<"))
    as_a_tree = parse.cart(body.replace(b"<CartItems>", b"<CartItems><!-- -->"))

    assert first.items == again.items == as_a_tree.items
    assert [line.quantity for line in changed.items] == [3, 2]


@pytest.mark.parametrize("broken", ["</Title>", "<ASIN>B000000001</ASIN>", "</Quantity>"])
def test_a_broken_line_is_no_line(broken: str) -> None:
    """Not once, nor again."""
    line = _line().replace(broken, "", 1)
    body = _cart(f"{HANDLE}<CartItems><CartItem>{line}</CartItem></CartItems>")

    for _ in range(2):
        with pytest.raises(BadReply):
            parse.cart(body)


def test_item_total_is_taken_as_sent() -> None:
    """The upstream's sums count it so even where it is not price times quantity."""
    cart = parse.cart(_cart(f"{HANDLE}<CartItems><CartItem>{_line(quantity=3, total=100)}</CartItem></CartItems>"))

    assert [line.total.amount_minor for line in cart.items if line.total] == [100]


def test_an_empty_cart_has_its_handle_alone() -> None:
    """After CartClear there is no address, no sum and no list."""
    cart = parse.cart(_cart(HANDLE))

    assert (cart.purchase_url, cart.items, cart.saved, cart.subtotal) == (None, (), (), None)


def test_what_was_refused_comes_with_the_cart() -> None:
    """A second add of the same item answers two errors and the unchanged cart."""
    codes = ("AWS.ECommerceService.InvalidQuantity", "AWS.ECommerceService.ItemAlreadyInCart")

    cart = parse.cart(_cart(f"{HANDLE}<CartItems><CartItem>{_line()}</CartItem></CartItems>", *codes))

    assert len(cart.items) == 1
    assert cart.refusals == tuple(Refusal(code, f"about {code}") for code in codes)


def test_errors_without_a_cart_are_refusals() -> None:
    """A Japanese error answer holds a MobileCartURL alone."""
    body = _cart("<MobileCartURL>%26uid=X</MobileCartURL>", "AWS.ECommerceService.ItemNotEligibleForCart")

    with pytest.raises(UpstreamRefused) as caught:
        parse.cart(body)

    assert caught.value.code == "AWS.ECommerceService.ItemNotEligibleForCart"
    assert caught.value.effect == "none"


@pytest.mark.parametrize(
    "inside",
    [
        "",
        "<CartId>1</CartId>",
        "<HMAC>h</HMAC>",
        "<CartId> </CartId><HMAC>h</HMAC>",
        f"{HANDLE}<CartItems><CartItem>{_line(quantity='many')}</CartItem></CartItems>",
        f"{HANDLE}<CartItems><CartItem>{_line(quantity=-1)}</CartItem></CartItems>",
        f"{HANDLE}<CartItems><CartItem>{_line(quantity='')}</CartItem></CartItems>",
        f"{HANDLE}<CartItems><CartItem>{_line('')}</CartItem></CartItems>",
        f"{HANDLE}<CartItems><CartItem><CartItemId>C1</CartItemId><Quantity>1</Quantity></CartItem></CartItems>",
    ],
)
def test_a_cart_that_cannot_be_trusted_is_a_bad_reply(inside: str) -> None:
    """A half-read cart would be written down as the truth."""
    with pytest.raises(BadReply):
        parse.cart(_cart(inside))


def test_a_line_without_title_goes_by_its_asin() -> None:
    """The line is in the cart all the same."""
    line = "<CartItemId>C1</CartItemId><ASIN>B000000001</ASIN><Quantity>1</Quantity>"

    (item,) = parse.cart(_cart(f"{HANDLE}<CartItems><CartItem>{line}</CartItem></CartItems>")).items

    assert (item.title, item.price, item.total) == ("B000000001", None, None)


@pytest.mark.parametrize("separator", ["%26", "&amp;"])
@pytest.mark.parametrize("hmac", ["a%2Bb/c=", "a%2Bb%2Fc%3D"])
def test_the_purchase_address_opens_in_a_browser(separator: str, hmac: str) -> None:
    """For years its separators came as %26; what is encoded inside the HMAC must stay so."""
    parts = ["cart-id=000-1", "associate-id=tag-20", f"hmac={hmac}", "SubscriptionId=K", "MergeCart=False"]
    address = "https://www.shop.example/gp/cart/aws-merge.html?" + separator.join(parts)

    cart = parse.cart(_cart(f"{HANDLE}<PurchaseURL>{address}</PurchaseURL>"))

    assert cart.purchase_url is not None
    assert cart.purchase_url.get_secret_value() == "https://www.shop.example/gp/cart/aws-merge.html?" + "&".join(parts)
