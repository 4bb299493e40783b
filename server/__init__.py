"""Assembly: settings, command line, identity, limits, GraphQL over HTTP. Implementations are chosen here alone."""

from typing import Final

VERSION: Final = "0.1.0"
