"""
The upstream's language: Amazon's E-Commerce Service (ECS, ``AWSECommerceService``).

The modules of this package are pure: values, requests, signatures and parsing. ``ecs.client`` does the I/O of a client;
``ecs.embedded`` is a service of our own that speaks the same language. The two share the vocabulary and the signature,
never the parser: a double that shared the client's parser would share its mistakes.
"""
