"""Which methods can be written in their place, and which objects need not be made. Pure."""

from inspect import Parameter

from schema.execution.bodies import Body, Each, Expression, Local, New, Text, attributes_of, body_of
from schema.execution.shapes import Composite, Field, How, Listed, Selection, Typename


def written_out(field: Field) -> Body | None:
    """What the field's method does, where it can be written in its place."""
    resolver = field.resolver
    if resolver is None or resolver.info_parameter or not resolver.self_parameter or field.how is not How.NOW:
        return None
    body = body_of(resolver.wrapped_func)
    if body is None or (isinstance(body.result, Each) and not isinstance(field.value.shape, Listed)):
        return None
    constant = field.arguments.constant
    is_complete = constant is None or all(
        name in constant or default is not Parameter.empty for name, default in body.defaults.items()
    )
    return body if is_complete else None


def can_be_parts(new: New, selection: Selection) -> bool:
    """True when the attributes alone are enough for everything that is selected of the object."""
    attributes = (attributes_of(new.kind) or {}).keys()
    objects = objects_read(selection)
    for field in selection.fields:
        if isinstance(field, Typename):
            continue
        body = written_out(field)
        if field.how is not How.NOW or (body is None and field.resolver is not None):
            return False
        needed = {field.strawberry.python_name} if body is None else body.of_self
        if not needed <= attributes or (body is not None and needed & objects.keys()):
            return False
    return True


def objects_read(selection: Selection) -> dict[str, list[Selection]]:
    """The attributes that are selected as they are and hold objects of one type, with what is selected of them."""
    found: dict[str, list[Selection]] = {}
    for field in selection.fields:
        if isinstance(field, Field) and field.resolver is None and isinstance(field.value.shape, Composite):
            found.setdefault(field.strawberry.python_name, []).extend(field.value.shape.selections)
    return found


def is_passed_on(kind: type, name: str) -> bool:
    """True when the parameter is the attribute of the same name, and goes nowhere else."""
    users = [
        attribute
        for attribute, text in (attributes_of(kind) or {}).items()
        if any(isinstance(each, Local) and each.name == name for each in text.references)
    ]
    return users == [name] and (attributes_of(kind) or {})[name].alone == name


def whole_of(expression: Expression) -> Text:
    """The expression as one text."""
    return expression if isinstance(expression, Text) else expression.whole
