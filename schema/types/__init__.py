"""Output types. Each wraps a value of the resolvers or the upstream as a private field and is built by ``of``."""
