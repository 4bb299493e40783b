"""
Operations run by compiled code: what is plain becomes straight-line Python, the rest is graphql-core's.

An operation is read once into a plan: one generated function that reads attributes, does what plain methods do, checks
the class of every leaf and builds the answer, and one more for the value of each field that has to be awaited. A plan
lives as long as its document. Simple methods are not called but written out, and the objects they make only to be read
are not made (``schema.execution.bodies``).

The plan keeps of GraphQL's semantics (October 2021 and graphql-core 3.3):

* fields in the order of the document, merged across fragments; aliases; ``__typename``; interfaces by class;
* ``@skip`` and ``@include``: a plan is for one set of their variables' values;
* variables and arguments coerced once a request; leaves checked by class, written by the scalar's or enum's own writer;
* fields that are awaited start together and go on each when its own value is there, so loaders batch as before;
* root fields of a mutation one after the other;
* an awaited field that fails and may be null is null, with the error that graphql-core makes.

It leaves to graphql-core, an operation as a whole:

* what no plan is made for: introspection, subscriptions, unions and generics, permissions and other field extensions,
  handlers of exceptions, resolvers that ask for root or parent, directives other than ``@skip``, ``@include`` and
  ``@inContext``, operations that are very large, and variables that do not fit;
* whatever turns out unusual on the way: null where there must be none, a leaf or object of an unexpected class, a
  number out of range, a method that raises. The operation is then answered by graphql-core from the start, which is
  given what was awaited so far instead of asking again (``schema.execution.replay``). So methods that are not awaited
  must be safe to call twice, as they only read.

What may differ is what depends on turns of the loop: the order of errors of fields that fail side by side; how many
look-ups go out in one batch, since fields at different depths may start a turn sooner; and, where a null goes up past
fields that still run, which of those get as far as an error or a call of their own. ``tests/differential`` compares
everything else.
"""

from schema.execution.executor import CompiledExecutor

__all__ = ["CompiledExecutor"]
