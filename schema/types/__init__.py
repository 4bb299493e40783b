"""
Output types. Each wraps a value of the resolvers or the upstream as a private field and makes of it what is selected.

Types of which an answer holds dozens have an ``__init__`` of their own that takes positions. The one that Strawberry
generates takes keywords, which costs twice as much.
"""
