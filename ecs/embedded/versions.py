"""
Versions of the interface: which the service knows, and what an answer of each may hold.

An answer bears the version that was asked when its schema is known. Without a ``Version`` it is the oldest, as in all
guides up to 2011. Others got the answer of 2011-08-01 from February 2012 on; later ones than we know get the last.
"""

import re
from dataclasses import dataclass
from typing import Final

from ecs.vocabulary import DEFAULT_VERSION, ERROR_NAMESPACE, LATEST_VERSION, NAMESPACE

_KNOWN: Final = frozenset(
    {
        "2005-10-05",
        "2007-09-21",
        "2007-10-29",
        "2008-08-19",
        "2009-06-01",
        "2009-10-01",
        "2009-11-01",
        "2010-06-01",
        "2010-09-01",
        "2010-10-01",
        "2010-11-01",
        "2010-12-01",
        "2011-08-01",
        "2013-08-01",
    }
)
FIRST_LATE: Final = "2011-08-01"
"""The first version without sellers and offer pages, and with an obligatory AssociateTag."""


_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Version:
    """A version that answers are written in; ``asked`` is what the request named."""

    name: str
    asked: str

    @property
    def namespace(self) -> str:
        """Namespace of ordinary answers."""
        return f"{NAMESPACE}{self.name}"

    @property
    def error_namespace(self) -> str:
        """Namespace of answers to requests that were refused before they reached their operation."""
        return f"{ERROR_NAMESPACE}{self.asked if _DATE.fullmatch(self.asked) else self.name}/"

    @property
    def is_late(self) -> bool:
        """True from 2011-08-01 on."""
        return self.name >= FIRST_LATE

    def since(self, version: str) -> bool:
        """True when this is ``version`` or a later one."""
        return self.name >= version


def version_of(asked: str | None) -> Version:
    """The version to answer a request in that names ``asked``."""
    if not asked:
        return Version(DEFAULT_VERSION, DEFAULT_VERSION)
    if asked in _KNOWN:
        return Version(asked, asked)
    return Version(LATEST_VERSION if asked > LATEST_VERSION else FIRST_LATE, asked)
