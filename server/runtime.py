"""
What carries requests: uvicorn with httptools, and with uvloop where it is to be had.

Slower parts are never taken silently.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal

from server.settings import SettingsWrong


@dataclass(frozen=True, slots=True)
class Runtime:
    """The event loop and the HTTP parser, by uvicorn's names."""

    loop: Literal["uvloop", "asyncio"]
    http: Literal["httptools"] = "httptools"

    @property
    def sentence(self) -> str:
        """What an operator is told at the start."""
        if self.loop == "uvloop":
            return f"uvicorn with uvloop and {self.http}"
        return f"uvicorn with asyncio and {self.http}; uvloop is not installed, so a request costs a third more"


def runtime(is_there: Callable[[str], object] = find_spec) -> Runtime:
    """
    The fastest parts that are installed.

    Raises:
        SettingsWrong: there is no httptools; without it a request would cost three times as much.
    """
    if not is_there("httptools"):
        raise SettingsWrong("The package httptools is not installed; install the requirements anew (`make clean run`)")
    return Runtime("uvloop" if is_there("uvloop") else "asyncio")
