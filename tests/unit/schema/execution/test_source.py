"""The text of a plan, which people have to be able to read."""

from graphql import OperationDefinitionNode, parse
from graphql.execution.values import VariableValues

from schema.execution.reading import read
from schema.execution.source import Source
from tests.differential.world import SCHEMA

EXPECTED = """\
def step_8(d0, run, later):
    v1 = method_1(None, info=run.info(0, None, ()), number=constant_0)
    d0['thing'] = None
    if v1.__class__ is Coroutine:
        later.append(Later(d0, 'thing', v1, complete_4, Path(None, 'thing', 'Query'), field_5))
    else:
        if v1 is None:
            x2 = None
        else:
            if v1.__class__ is not Class_6: raise Unusual
            v3 = v1.key
            if v3.__class__ is not str:
                v3 = write_7(v3)
            x2 = {'key': v3, '__typename': 'Thing'}
        d0['thing'] = x2"""


def test_a_plan_reads_like_what_it_does() -> None:
    """A plain method that takes ``info`` may give a value or a coroutine; both ways are there."""
    operation = parse("{ thing { key __typename } }").definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    source = Source()

    source.step(read(SCHEMA, operation, {}, VariableValues({}, {})).fields)

    assert source.text().split("\n\n")[-1] == EXPECTED
