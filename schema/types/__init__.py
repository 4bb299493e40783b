"""
Output types. Each wraps a value of the resolvers or the upstream as a private field and makes of it what is selected.

Types of which an answer holds dozens have an ``__init__`` of their own that does nothing but keep what it is given, and
methods of a few lines ``name = expression`` and one ``return``. Plans write these out and do without the objects, see
``schema.execution.bodies``; whatever is written otherwise works as well, at the price of a call.
"""
