"""
Where the command ``cartograph`` begins: before the modules are read.

A thousand modules make a million objects that stay; the collector would look through them again and again meanwhile. It
rests until they are there, and leaves them alone from then on: an eighth of the time a start takes.
"""

import gc
import sys

if sys.platform != "win32":
    import resource


def main() -> None:
    """Run the command."""
    _leave_no_core()
    gc.disable()
    from server import cli

    gc.freeze()
    gc.enable()
    cli.main()


def _leave_no_core() -> None:
    """A core file would hold the keys and whatever opens carts. Worker processes take this over."""
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
