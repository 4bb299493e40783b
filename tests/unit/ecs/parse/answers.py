"""Small answers of our own making, as the wire has them."""

from ecs.vocabulary import ERROR_NAMESPACE, NAMESPACE


def answer(operation: str, payload: str, *, version: str = "2013-08-01", before: str = "") -> bytes:
    """An ordinary answer of ``operation`` around ``payload``."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{operation}Response xmlns="{NAMESPACE}{version}">'
        f"<OperationRequest><RequestId>r-1</RequestId>{before}</OperationRequest>{payload}</{operation}Response>"
    ).encode()


def early(operation: str, code: str, message: str = "No.") -> bytes:
    """An answer refused before the operation ran."""
    return (
        f'<{operation}ErrorResponse xmlns="{ERROR_NAMESPACE}2013-08-01/"><Error><Code>{code}</Code>'
        f"<Message>{message}</Message></Error><RequestID>r-1</RequestID></{operation}ErrorResponse>"
    ).encode()


def request(*codes: str, is_valid: bool = True) -> str:
    """The Request element with the errors named."""
    listed = "".join(f"<Error><Code>{code}</Code><Message>about {code}</Message></Error>" for code in codes)
    errors = f"<Errors>{listed}</Errors>" if codes else ""
    return f"<Request><IsValid>{is_valid}</IsValid>{errors}</Request>"


def looked_up(*items: str, request: str = request()) -> bytes:
    """An ItemLookup with the inner XML of each item."""
    inside = "".join(f"<Item>{item}</Item>" for item in items)
    return answer("ItemLookup", f"<Items>{request}{inside}</Items>")


def price(name: str, amount: int | str, currency: str = "USD", formatted: str = "as sent") -> str:
    """A price element."""
    return (
        f"<{name}><Amount>{amount}</Amount><CurrencyCode>{currency}</CurrencyCode>"
        f"<FormattedPrice>{formatted}</FormattedPrice></{name}>"
    )
