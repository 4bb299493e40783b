"""The endpoint with a query that is encoded already."""

import httpx


class SignedUrl(httpx.URL):
    """
    An address that is sent letter by letter as it was signed.

    ``httpx.URL`` would take the query apart and look at each of its signs, which costs as much as the signature. Its
    ``repr`` shows the endpoint alone, for a query can open a cart.
    """

    def __init__(self, endpoint: httpx.URL, query: str) -> None:
        super().__init__(endpoint)
        self._signed = query

    @property
    def query(self) -> bytes:
        """The query as signed."""
        return self._signed.encode("ascii")

    @property
    def raw_path(self) -> bytes:
        """What stands in the first line of the request."""
        return super().raw_path + b"?" + self.query

    @property
    def params(self) -> httpx.QueryParams:
        """The parameters, decoded."""
        return httpx.QueryParams(self._signed)

    def __str__(self) -> str:
        return f"{super().__str__()}?{self._signed}"
