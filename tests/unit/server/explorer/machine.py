"""A machine for the explorer's build: it has the programs it is given and does what they would do to the disk."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from server.explorer.node import Machine


class FakeMachine:
    """Answers node, npm, venv, pip and vite. `failing` maps a word of a command to what it says when it fails."""

    def __init__(
        self,
        *,
        programs: Mapping[str, str] | None = None,
        versions: Mapping[str, str] | None = None,
        failing: Mapping[str, str] | None = None,
    ) -> None:
        self.calls: list[list[str]] = []
        self.paths: list[str] = []
        self.versions = dict(versions or {})
        self.failing = dict(failing or {})
        self.seen = Machine(run=self._run, which=dict(programs or {}).get, environ={"PATH": "/usr/bin"})

    @property
    def commands(self) -> list[str]:
        """Each call by its program and next words, such as "python -m venv"."""
        return [" ".join([Path(args[0]).name.rstrip("0123456789."), *args[1:3]]) for args in self.calls]

    def _run(
        self,
        args: list[str],
        *,
        cwd: Path | None,
        env: Mapping[str, str],
        capture_output: bool,
        text: bool,
        check: bool,
        timeout: float,
    ) -> subprocess.CompletedProcess[str]:
        if args[1:] == ["--version"]:
            return self._version(args)
        self.calls.append(args)
        self.paths.append(env["PATH"])
        problem = next((said for word, said in self.failing.items() if word in args), None)
        if problem is not None:
            return subprocess.CompletedProcess(args, 1, "", problem)
        self._act(args, cwd)
        return subprocess.CompletedProcess(args, 0, "", "")

    def _version(self, args: list[str]) -> subprocess.CompletedProcess[str]:
        program = Path(args[0])
        if args[0] in self.failing:
            raise OSError(8, self.failing[args[0]])
        if not program.is_relative_to("/usr/bin") and args[0] not in self.versions and not program.exists():
            raise FileNotFoundError(2, "No such file or directory")
        self.calls.append(args)
        return subprocess.CompletedProcess(args, 0, self.versions.get(args[0], "v22.12.0") + "\n", "")

    def _act(self, args: list[str], cwd: Path | None) -> None:
        if "venv" in args:
            (Path(args[-1]) / "bin").mkdir(parents=True)
        elif "pip" in args:
            (Path(args[0]).parent / "node").touch()
        elif "ci" in args:
            assert cwd is not None
            (cwd / "node_modules").mkdir(exist_ok=True)
        elif "build" in args:
            assert cwd is not None
            (cwd / "dist" / "assets").mkdir(parents=True)
            (cwd / "dist" / "index.html").write_text((cwd / "index.html").read_text())
