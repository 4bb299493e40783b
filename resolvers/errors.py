"""Faults of a request that no payload can carry; the API tells them as top-level errors with a code."""


class BadInput(Exception):
    """
    The request cannot be carried out as it stands; nothing was done.

    The text is one sentence for a person that names the argument and what to do.
    """


class ProductUnreadable(Exception):
    """The upstream did not answer for a product that is known to exist."""
