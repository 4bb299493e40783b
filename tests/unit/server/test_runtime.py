"""The fast parts are taken, and the slow ones never silently."""

import pytest

from server.runtime import runtime
from server.settings import SettingsWrong


def test_uvloop_and_httptools_are_here() -> None:
    """They are among the requirements."""
    found = runtime()

    assert (found.loop, found.http) == ("uvloop", "httptools")
    assert found.sentence == "uvicorn with uvloop and httptools"


def test_without_uvloop_the_start_says_so() -> None:
    """Windows has none."""
    found = runtime(lambda name: name != "uvloop")

    assert found.loop == "asyncio"
    assert found.sentence == (
        "uvicorn with asyncio and httptools; uvloop is not installed, so a request costs a third more"
    )


def test_without_httptools_there_is_no_start() -> None:
    """The parser in Python costs more than all else together."""
    with pytest.raises(SettingsWrong, match=r"^The package httptools is not installed"):
        runtime(lambda name: name != "httptools")
