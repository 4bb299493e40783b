"""Requests that will not run, as their answers say it."""

from server.faults import Formatted, plain


class Refused(Exception):
    """A request that will not run: HTTP status, and the errors to answer."""

    def __init__(self, status: int, errors: list[Formatted], headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.errors = errors
        self.headers = headers or {}


def refusal(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Refused:
    """A refusal for one reason."""
    return Refused(status, [plain(code, message)], headers)
