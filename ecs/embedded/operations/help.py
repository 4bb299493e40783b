"""Help."""

from ecs.embedded.call import Call
from ecs.embedded.faults import not_among
from ecs.embedded.groups import ALL_GROUPS
from ecs.embedded.help import group_information, known_names, operation_information
from ecs.embedded.operations.result import Result, Run
from ecs.embedded.shop import Shop


def help_with(operations: tuple[str, ...]) -> Run:
    """The operation, for a service that has these ``operations``."""

    def help_(call: Call, _: Shop) -> Result:
        call.required("About", "HelpType")
        about = call.choice("About", known_names(operations))
        kind = call.choice("HelpType", ("Operation", "ResponseGroup"))
        call.groups("Help")
        names = operations if kind == "Operation" else ALL_GROUPS
        # A name of the other kind: what is not an operation has no parameters, and the other way round.
        if about and kind and about not in names:
            call.faults.append(not_among("About", sorted(names)))
        call.check()
        if kind == "Operation":
            return Result(operation_information(about or "", call.version))
        return Result(group_information(about or "", operations))

    return help_
