"""The text of a plan, which people have to be able to read."""

from graphql import OperationDefinitionNode, parse
from graphql.execution.values import VariableValues

from schema.execution.reading import read
from schema.execution.source import Source
from tests.differential.world import SCHEMA

CALLED = """\
def step_6(d0, run, later):
    d0['thing'] = None
    v1 = method_1(None, info=run.info(0, None, ()), number=constant_0)
    if v1.__class__ is Coroutine:
        later.append(Later(d0, 'thing', v1, complete_4, Path(None, 'thing', 'Query'), field_5))
    else:
        if v1 is None:
            x2 = None
        else:
            if v1.__class__ is not Class_2: raise Unusual
            v3 = v1.key
            if v3.__class__ is not str:
                v3 = write_3(v3)
            x2 = {'key': v3, '__typename': 'Thing'}
        d0['thing'] = x2"""

WRITTEN_OUT = """\
def step_8(d0, run, later):
    d0['thing'] = None
    v1 = method_1(None, info=run.info(0, None, ()), number=constant_0)
    if v1.__class__ is Coroutine:
        later.append(Later(d0, 'thing', v1, complete_6, Path(None, 'thing', 'Query'), field_7))
    else:
        if v1 is None:
            x2 = None
        else:
            if v1.__class__ is not Class_2: raise Unusual
            v3 = range_3(v1.world.sound(v1.number, 'ties') % 4)
            x4 = []
            for v5 in v3:
                v7 = v1.world.sound(v5, 'tie')
                v9 = v1.name
                v10 = v1.world
                v11 = v9 * 2
                v12 = v10.sound(v5, 'stamp')
                x8 = {'stamp': write_4(v12)}
                v13 = v7 + 1
                if (v13.__class__ is not int or not -2147483648 <= v13 <= 2147483647):
                    v13 = write_5(v13)
                x6 = {'tag': x8, 'nextPlace': v13}
                x4.append(x6)
            x2 = {'ties': x4}
        d0['thing'] = x2"""


def _text(document: str) -> str:
    operation = parse(document).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    source = Source()
    source.step(read(SCHEMA, operation, {}, VariableValues({}, {})).fields)
    return source.text().split("\n\n")[-1]


def test_a_plan_reads_like_what_it_does() -> None:
    """A plain method that takes ``info`` may give a value or a coroutine; both ways are there."""
    assert _text("{ thing { key __typename } }") == CALLED


def test_what_plain_methods_do_is_written_out() -> None:
    """Neither the list of ties, nor the ties, nor their tags are made; what their constructors reckon still is."""
    assert _text("{ thing { ties { tag { stamp } nextPlace } } }") == WRITTEN_OUT
