"""
Customers known to the shop, apart from guests.

A customer is known here by an id made from the issuer of his token and the subject it names: ``customer:`` and the
SHA-256 of both in base32. The subject itself, often a mail address or a number of another system, is not kept. A
guest's id is random and has no such prefix; the issuer is part of what is hashed, and holds no zero byte, so that two
issuers' subjects never meet.
"""

from base64 import b32encode
from hashlib import sha256
from typing import Final

CUSTOMER_PREFIX: Final = "customer:"


def customer_id_of(issuer: str, subject: str) -> str:
    """
    The id of the customer whom an issuer calls ``subject``; the same for ever, 61 characters.

    Example:
        >>> customer_id_of("https://id.example", "ann")
        'customer:55pdklkwamybzhvgbrak2cqsx3krcobo4ayje3gevferty7gqbta'
    """
    digest = sha256(f"{issuer}\0{subject}".encode()).digest()
    return CUSTOMER_PREFIX + b32encode(digest).decode().rstrip("=").lower()


def is_known(customer_id: str) -> bool:
    """True for a customer known to the shop, false for a guest."""
    return customer_id.startswith(CUSTOMER_PREFIX)
