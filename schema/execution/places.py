"""Where in the answer generated code is, as the code itself knows it."""

from schema.execution.info import Step


class Place:
    """The steps from the root (``base`` is None) or from the ``path`` that the function is given."""

    def __init__(self, base: str | None, steps: tuple[tuple[str, str] | str, ...] = ()) -> None:
        self._base = base
        self._steps = steps

    def key(self, key: str, typename: str) -> "Place":
        """The place of a field."""
        return Place(self._base, (*self._steps, (key, typename)))

    def entry(self, index: str) -> "Place":
        """The place of a list's entry; ``index`` is a variable."""
        return Place(self._base, (*self._steps, index))

    def path(self) -> str:
        """An expression for the path."""
        made = str(self._base)
        for step in self._steps:
            made = f"Path({made}, {step}, None)" if isinstance(step, str) else f"Path({made}, {step[0]!r}, {step[1]!r})"
        return made

    def arguments(self) -> str:
        """The arguments from which ``Asking.path`` makes the path when it is asked for."""
        indices = "".join(f"{step}, " for step in self._steps if isinstance(step, str))
        return f"{self._base}, ({indices})"

    def steps(self) -> tuple[Step, ...]:
        """What of the path is known beforehand."""
        return tuple(None if isinstance(step, str) else step for step in self._steps)
