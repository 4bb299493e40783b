"""The beginning of the command."""

import subprocess
import sys

_RUN = """
import gc, sys
from server.start import main
sys.argv = ["cartograph", "--version"]
try:
    main()
except SystemExit as end:
    print(end.code, gc.isenabled(), gc.get_freeze_count() > 100_000)
"""


def test_the_command_runs_and_the_collector_with_it() -> None:
    """What was read stays out of its way; what comes later it collects as ever."""
    done = subprocess.run([sys.executable, "-c", _RUN], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.splitlines()[1:] == ["0 True True"]
    assert done.stdout.startswith("cartograph, version ")
