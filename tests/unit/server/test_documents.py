"""Documents: what is refused and by which code, and what is kept for the next time."""

import gc

import pytest
from graphql import GraphQLError, Token, get_introspection_query

from server.documents import MAX_ENTRIES, DocumentRefused, Documents, Prepared
from server.limits import LIMITS, MAX_CHARACTERS
from tests.unit.server.storefront import schema


@pytest.fixture
def documents() -> Documents:
    """Nothing sent yet."""
    return Documents(schema([]), introspection=True)


def _refused(documents: Documents, text: str) -> DocumentRefused:
    with pytest.raises(DocumentRefused) as caught:
        documents.ready(text)
    return caught.value


def test_a_document_is_prepared_once(documents: Documents) -> None:
    """Parsing and validating cost a hundred times what a small operation costs."""
    assert documents.ready("{ hello }") is documents.ready("{ hello }")
    assert documents.ready("{ hello }") is not documents.ready("{  hello }")


def test_a_thousand_documents_are_kept() -> None:
    """Their number is bounded, and the one used longest ago goes first."""
    documents = Documents(schema([]), introspection=True, max_bytes=10**9)
    first, second = documents.ready("{ hello }"), documents.ready("{ known }")
    for number in range(MAX_ENTRIES - 2):
        documents.ready(f"query Q{number} {{ hello }}")
    assert documents.ready("{ hello }") is first

    documents.ready("query OneMore { hello }")

    assert documents.ready("{ hello }") is first
    assert documents.ready("{ known }") is not second


def test_memory_is_bounded_too() -> None:
    """A few of the longest documents weigh as much as a thousand usual ones."""
    size = Documents(schema([]), introspection=True).ready("{ hello }").size
    documents = Documents(schema([]), introspection=True, max_bytes=3 * size + 4)
    first, second, third = (documents.ready(text) for text in ("{ hello }", "{ known }", "{ hello\n}"))
    assert [documents.ready(text) for text in ("{ hello }", "{ known }", "{ hello\n}")] == [first, second, third]

    fourth = documents.ready("{ boom }")

    assert [documents.ready(text) for text in ("{ known }", "{ hello\n}", "{ boom }")] == [second, third, fourth]
    assert documents.ready("{ hello }") is not first


def test_what_is_let_go_of_is_gone_at_once() -> None:
    """A flood of new documents would pile up until the collector comes by; graphql-core's tokens are circles."""

    def tokens() -> int:
        return sum(isinstance(each, Token) for each in gc.get_objects())

    documents = Documents(schema([]), introspection=True, max_bytes=1)
    documents.ready("{ " + "hello " * 10 + "}")
    # What validation leaves behind is young, and soon gone.
    gc.collect()
    gc.disable()
    try:
        before = tokens()
        documents.ready("{ hello }")
        after = tokens()
    finally:
        gc.enable()

    # The first document had one for each field; the second, and what its validation leaves behind, has a handful.
    assert after < before


def test_one_document_is_kept_however_large() -> None:
    """A limit that is too small must not make every request parse anew."""
    documents = Documents(schema([]), introspection=True, max_bytes=1)

    assert documents.ready("{ hello }") is documents.ready("{ hello }")


def test_what_can_be_known_before_running_is_known(documents: Documents) -> None:
    """The endpoint reads it off instead of walking the document again."""
    prepared = documents.ready("query A($n: Int, $s: String) { open(n: $n, s: $s) } mutation B { dear { id } }")
    query, mutation = prepared.operation("A"), prepared.operation("B")

    assert (query.name, query.is_mutation, query.shared_for_s, query.variables) == (
        "A",
        False,
        60,
        frozenset({"n", "s"}),
    )
    assert (mutation.name, mutation.is_mutation, mutation.shared_for_s, mutation.variables) == (
        "B",
        True,
        0,
        frozenset(),
    )
    assert (query.cost.cost({}), mutation.cost.cost({})) == (0, 0)


def test_what_is_refused_is_not_kept() -> None:
    """Nonsense pushes no good document out."""
    documents = Documents(schema([]), introspection=True, max_bytes=100_000)
    good = documents.ready("{ hello }")

    for number in range(200):
        _refused(documents, f"{{ a{number} ")

    assert documents.ready("{ hello }") is good


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", "GRAPHQL_PARSE_FAILED", "Syntax Error: Unexpected <EOF>."),
        ("{", "GRAPHQL_PARSE_FAILED", "Syntax Error: Expected Name, found <EOF>."),
        ("{ hello(name: \"", "GRAPHQL_PARSE_FAILED", "Syntax Error: Unterminated string."),
        ("{ hello } \x00", "GRAPHQL_PARSE_FAILED", "Syntax Error: Unexpected character: U+0000."),
        ("{ a" * 900, "GRAPHQL_PARSE_FAILED", "Syntax Error: Document is nested too deeply. Parsing aborted."),
        ("{ nope }", "GRAPHQL_VALIDATION_FAILED", "Cannot query field 'nope' on type 'Query'."),
        ("{ ...A } fragment A on Query { ...A }", "GRAPHQL_VALIDATION_FAILED",
         "Cannot spread fragment 'A' within itself."),
        ("subscription { hello }", "GRAPHQL_VALIDATION_FAILED",
         "The subscription operation is not supported by the schema."),
        ("type Query { a: Int }", "GRAPHQL_VALIDATION_FAILED", "The 'Query' definition is not executable."),
        ("{ hello(name: 3) }", "GRAPHQL_VALIDATION_FAILED", "String cannot represent a non string value: 3"),
        ("{ hello" + " hello" * 10 + " }", "DOCUMENT_TOO_LARGE",
         "The document has more than 10 root fields in an operation; split it into several requests."),
    ],
)  # fmt: skip
def test_refusals_have_a_code_and_a_reason(documents: Documents, text: str, code: str, message: str) -> None:
    """Clients switch on the code, developers read the message."""
    refused = _refused(documents, text)

    assert refused.code == code
    assert refused.errors[0].message == message


def test_suggestions_are_not_made(documents: Documents) -> None:
    """They would tell the schema word by word where introspection is off."""
    assert [error.message for error in _refused(documents, "{ helo }").errors] == [
        "Cannot query field 'helo' on type 'Query'."
    ]


def test_only_the_first_errors_are_told(documents: Documents) -> None:
    """An answer stays small whatever was sent."""
    errors = _refused(
        documents, "{ viewer { " + " ".join(f"a{number}" for number in range(9)) + " } " + "x y z u v w }"
    )

    assert len(errors.errors) == 6
    assert errors.errors[-1].message == ("Too many validation errors, error limit reached. Validation aborted.")


def test_characters_are_limited_before_anything_is_read(documents: Documents) -> None:
    """Ten thousand are taken, one more is not."""
    text = "{ hello }"

    documents.ready(text + " " * (MAX_CHARACTERS - len(text)))
    refused = _refused(documents, text + " " * (MAX_CHARACTERS - len(text) + 1))

    assert refused.code == "DOCUMENT_TOO_LARGE"
    assert refused.errors[0].message == ("The document has more than 10000 characters; split it into several requests.")


def test_tokens_are_limited(documents: Documents) -> None:
    """A thousand are taken, one more is not."""
    at_limit = "{ hello(name: [" + '"" ' * (LIMITS.max_tokens - 9) + "]) }"
    above = "{ hello(name: [" + '"" ' * (LIMITS.max_tokens - 8) + "]) }"

    assert _refused(documents, at_limit).code == "GRAPHQL_VALIDATION_FAILED"
    refused = _refused(documents, above)
    assert (refused.code, refused.errors[0].message) == (
        "GRAPHQL_PARSE_FAILED",
        "Syntax Error: Document contains more than 1000 tokens. Parsing aborted.",
    )


def test_introspection_can_be_switched_off() -> None:
    """The type's name of a value stays: clients need it for unions."""
    closed = Documents(schema([]), introspection=False)

    refused = _refused(closed, "{ __schema { types { name } } }")

    assert refused.code == "GRAPHQL_VALIDATION_FAILED"
    assert "introspection is not allowed" in refused.errors[0].message.lower().replace(
        "has been disabled", "is not allowed"
    )
    assert _refused(closed, '{ __type(name: "Query") { name } }').code == "GRAPHQL_VALIDATION_FAILED"
    closed.ready("{ __typename }")


def test_introspection_is_on_otherwise(documents: Documents) -> None:
    """GraphiQL sends this."""
    assert isinstance(documents.ready(get_introspection_query()), Prepared)


TWO = "query A { hello } mutation B { viewer }"


@pytest.mark.parametrize(
    ("text", "name", "chosen"),
    [
        ("{ hello }", None, None),
        ("query A { hello }", None, "A"),
        ("query A { hello }", "A", "A"),
        (TWO, "A", "A"),
        (TWO, "B", "B"),
        ("{ hello ...F } fragment F on Query { known }", None, None),
    ],
)
def test_the_operation_is_chosen_by_name(documents: Documents, text: str, name: str | None, chosen: str | None) -> None:
    """A single one needs none."""
    operation = documents.ready(text).operation(name)

    assert operation.name == chosen
    assert operation.is_mutation is (chosen == "B")


@pytest.mark.parametrize(
    ("text", "name", "known"),
    [
        (TWO, None, "A, B"),
        (TWO, "C", "A, B"),
        (TWO, "", "A, B"),
        ("query A { hello }", "B", "A"),
        ("{ hello }", "A", "none has a name"),
    ],
)
def test_an_operation_that_cannot_be_chosen_is_refused(
    documents: Documents, text: str, name: str | None, known: str
) -> None:
    """Running the first of two would be a guess."""
    with pytest.raises(DocumentRefused) as caught:
        documents.ready(text).operation(name)

    assert caught.value.code == "OPERATION_RESOLUTION_FAILURE"
    assert [error.message for error in caught.value.errors] == [
        f"Choose the operation with operationName; the document has: {known}."
    ]
    assert isinstance(caught.value.errors[0], GraphQLError)
