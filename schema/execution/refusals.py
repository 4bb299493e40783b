"""The two ways out of compiled code."""


class NotCompilable(Exception):
    """No plan can be made of this operation; the text says why."""


class Unusual(Exception):
    """A value is not what the plan takes for granted; graphql-core has to say what becomes of it."""
