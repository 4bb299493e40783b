"""
Errors of the command line: one clear sentence and exit status 1 for whatever a person can do something about.

Anything else is a fault of ours and keeps its trace.
"""

import sqlite3
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from ecs.embedded import FeedUnreadable
from ecs.errors import UpstreamError
from persistence.errors import StoreError
from server.settings import SettingsWrong

P = ParamSpec("P")
R = TypeVar("R")


def one_sentence(command: Callable[P, R]) -> Callable[P, R]:
    """The command with its errors as sentences."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except UpstreamError as error:
            raise click.ClickException(_sentence(error)) from None
        except (SettingsWrong, StoreError, FeedUnreadable, ValueError) as error:
            raise click.ClickException(str(error)) from None
        except sqlite3.Error as error:
            raise click.ClickException(f"The embedded service's files cannot be used: {error}.") from None
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise click.ClickException(f"{where}{error.strerror or error}.") from None

    return run


def _sentence(error: UpstreamError) -> str:
    """What went wrong, with the upstream's own words where it has any."""
    if not error.refusals:
        return f"{str(error)[:1].upper()}{str(error)[1:]}."
    return "; ".join(f"{refusal.code}: {' '.join(refusal.message.split())}" for refusal in error.refusals)
