"""What a run collected is kept out of the collector's way, and its end tells what the random tests tried and found."""

import gc
from typing import Any

import pytest


def pytest_collection_finish() -> None:
    """
    Freeze the modules and tests of this process.

    Client, server and upstream of a test share it: a full collection that goes over all of them (300 ms on a quick
    machine, late in a run) stops all three, for longer than the shortest time limit a test sets.
    """
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print every property ``tried`` that a test has recorded, from all workers."""
    reports: list[pytest.TestReport] = terminalreporter.getreports("passed")
    tried = [str(value) for report in reports for name, value in report.user_properties if name == "tried"]
    if tried:
        terminalreporter.section("what was tried")
        for line in sorted(set(tried)):
            terminalreporter.line(line)
