"""Server processes of a run: started, waited for, their CPU time and memory read from outside, and stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

_HOST: Final = "127.0.0.1"
_START_WITHIN_S: Final = 60.0
_STOP_WITHIN_S: Final = 20.0
# Of clockid_t: the CPU-time clock of another process (Linux, clock_getcpuclockid(3)).
_SCHEDULED: Final = 2


@dataclass
class ServerProcess:
    """A server in a process of its own, with the processes it started."""

    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    port: int = field(default_factory=lambda: free_port())
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it and wait until it takes connections; the seconds that took."""
        with self.log.open("wb") as log:
            started = time.perf_counter()
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                [*self.command, "--host", _HOST, "--port", str(self.port)],
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        while time.perf_counter() - started < _START_WITHIN_S:
            if self.process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex((_HOST, self.port)) == 0:
                    return time.perf_counter() - started
            time.sleep(0.005)
        raise RuntimeError(f"the server did not start:\n{self.log.read_text('utf-8', 'replace')[-2000:]}")

    def stop(self) -> None:
        """Ask it to end, and wait."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(_STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def cpu_s(self) -> float:
        """CPU time of the process and those below it, in seconds."""
        return sum(time.clock_gettime((~pid << 3) | _SCHEDULED) for pid in self._pids())

    def resident_mb(self) -> float:
        """Resident memory of the process and those below it, in megabytes (10^6 bytes)."""
        pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in self._pids())
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def _pids(self) -> list[int]:
        found: list[int] = []
        to_read = [self.process.pid] if self.process else []
        while to_read:
            pid = to_read.pop()
            found.append(pid)
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                to_read += map(int, children.read_text().split())
        return found


def cartograph(
    data_dir: Path, log: Path, *, workers: int = 1, settings: Mapping[str, str] = MappingProxyType({})
) -> ServerProcess:
    """``cartograph serve`` over a data folder, with settings besides."""
    command = [str(Path(sys.executable).parent / "cartograph"), "serve", "--workers", str(workers)]
    environment = {"DATA_DIR": str(data_dir), **{name.upper(): value for name, value in settings.items()}}
    return ServerProcess(command, environment, log)


def floor(log: Path) -> ServerProcess:
    """The bare Starlette application to compare with."""
    return ServerProcess([sys.executable, "-m", "bench.floor"], {}, log)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])
