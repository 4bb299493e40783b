"""
What the storefront does: plain async functions over values. No GraphQL, SQL, XML or HTTP in here.

What the functions need from outside is named in ``resolvers.ports`` and handed in by ``server``.
"""
