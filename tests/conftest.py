"""The end of a run tells what the random tests have tried and found."""

from typing import Any

import pytest


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print every property ``tried`` that a test has recorded, from all workers."""
    reports: list[pytest.TestReport] = terminalreporter.getreports("passed")
    tried = [str(value) for report in reports for name, value in report.user_properties if name == "tried"]
    if tried:
        terminalreporter.section("what was tried")
        for line in sorted(set(tried)):
            terminalreporter.line(line)
