"""What the store refuses, and what makes it fail."""


class StoreError(Exception):
    """The store did not do what was asked; nothing was written."""


class ActiveCartExists(StoreError):
    """The customer has an active cart in the marketplace already: another request was first."""


class CartMoved(StoreError):
    """The cart changed, or was claimed, since it was read: another request was first."""


class KeyTaken(StoreError):
    """The request key was used since it was looked up: another request was first."""


class GuestEnded(StoreError):
    """What was this guest's is a customer's by now; nothing is kept for him any more."""


class FenceLost(StoreError):
    """Another owner has taken the intent over; what becomes of it is his to write."""


class StoreUnavailable(StoreError):
    """The database cannot be reached, read or written now: locked, full, read-only or away."""


class SealBroken(StoreError):
    """A sealed value does not open: the key that sealed it is not in the key ring, or the row was tampered with."""


class SchemaMismatch(StoreError):
    """The database's schema is older or newer than this version of the program works with."""
