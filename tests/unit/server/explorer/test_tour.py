"""The explorer's own JavaScript, run by Node's test runner where the machine has a Node."""

import shutil
import subprocess
from pathlib import Path

import pytest

from server.explorer.node import is_new_enough

SUITE = Path(__file__).with_name("tour.test.mjs")
TESTS = 14


@pytest.fixture
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("the machine has no Node")
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if not is_new_enough(version):
        pytest.skip(f"Node {version} is too old for the explorer")
    return found


def test_the_tour_fills_in_what_earlier_tabs_brought(node: str) -> None:
    """The tabs are ready to run from left to right only if ids find their way from one answer to the next request."""
    done = subprocess.run(
        [node, "--test", "--test-reporter=tap", str(SUITE)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout
    assert f"# pass {TESTS}" in done.stdout
