"""A request as the operations see it: its parameters decoded, its version, its response groups."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ecs.embedded.faults import Fault, NotExecuted, bad_response_group, missing, not_among, out_of_range, too_many
from ecs.embedded.groups import ALL_GROUPS, groups_of
from ecs.embedded.versions import Version
from ecs.vocabulary import Operation

_MOST_DIGITS: Final = 12
_WITH_ALL_FAULTS: Final = "2007-09-21"
"""From this version on a wrong response group is one fault among others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One operation asked for, after its sender was recognised."""

    operation: str
    parameters: Mapping[str, str]
    version: Version
    key_id: str
    repeated: tuple[str, ...] = ()
    """Parameters that came more than once."""
    faults: list[Fault] = field(default_factory=list)
    """What is wrong with the parameters, as far as it was looked at."""

    @property
    def tag(self) -> str:
        """The associate tag, empty when none was sent."""
        return self.parameters.get("AssociateTag", "")

    def get(self, name: str) -> str | None:
        """A parameter's text without white space around it, None when it is missing or empty."""
        return self.parameters.get(name, "").strip() or None

    def values(self, name: str) -> tuple[str, ...]:
        """The parts of a comma list, in order and each once."""
        return tuple(dict.fromkeys(part.strip() for part in self.parameters.get(name, "").split(",") if part.strip()))

    def required(self, *names: str) -> None:
        """Note a fault for each parameter that is missing."""
        self.faults.extend(missing(name) for name in names if self.get(name) is None)

    def number(self, name: str, lowest: int, highest: int) -> int | None:
        """A parameter between bounds; beyond them a fault is noted and it counts as missing."""
        text = self.get(name)
        if text is None:
            return None
        number = whole(text)
        if number is None or not lowest <= number <= highest:
            self.faults.append(out_of_range(name, lowest, highest))
            return None
        return number

    def choice(self, name: str, valid: Iterable[str]) -> str | None:
        """A parameter out of a list of values; for another one a fault is noted and it counts as missing."""
        text = self.get(name)
        if text is None or text in (choices := tuple(valid)):
            return text
        self.faults.append(not_among(name, choices))
        return None

    def ids(self, name: str, most: int) -> tuple[str, ...]:
        """A comma list of ids that must be there, in upper case."""
        self.required(name)
        ids = tuple(part.upper() for part in self.values(name))
        if len(ids) > most:
            self.faults.append(too_many(name, most))
        return ids

    def groups(self, default: str) -> frozenset[str]:
        """
        The response groups asked for; a fault is noted when the operation does not have one of them.

        As recorded: in the oldest version that fault ends the check; BrowseNodeLookup names the two in its own order.
        """
        asked = self.values("ResponseGroup") or (default,)
        valid = groups_of(self.operation)
        if not set(asked) <= set(valid):
            is_unknown = not set(asked) <= ALL_GROUPS
            faults = [not_among("ResponseGroup", valid)] if is_unknown else []
            faults.append(bad_response_group(self.operation, valid))
            if self.operation == Operation.BROWSE_NODE_LOOKUP:
                faults.reverse()
            elif not self.version.since(_WITH_ALL_FAULTS):
                self.faults.append(faults[-1])
                self.check()
            self.faults.extend(faults)
        return frozenset(asked)

    def check(self) -> None:
        """Raise ``NotExecuted`` when a fault was noted, or when the request wants no more than this check."""
        if self.faults or self.get("Validate") == "True":
            raise NotExecuted(self.faults)


def whole(text: str) -> int | None:
    """The whole number ``text`` spells, None for anything else."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS else None
