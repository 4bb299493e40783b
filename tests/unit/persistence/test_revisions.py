"""Which revisions are known is written down, so that alembic need not be read in to tell."""

import subprocess
import sys

from alembic.script import ScriptDirectory

from persistence.migrate import _config
from persistence.revisions import HEAD, REVISIONS

NOT_NEEDED = ("alembic", "asyncpg", "redis", "server.doctor")


def test_the_revisions_are_those_of_the_steps() -> None:
    """A step that is added without its number here would never be taken."""
    steps = [step.revision for step in ScriptDirectory.from_config(_config()).walk_revisions()]

    assert tuple(reversed(steps)) == REVISIONS
    assert steps[0] == HEAD


def test_a_start_reads_in_nothing_that_it_does_not_need() -> None:
    """What few servers or commands need costs a tenth of a start, and memory for good."""
    program = f"import server.cli, server.app, sys; print([name for name in {NOT_NEEDED} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
