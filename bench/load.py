"""Load by wrk: percentiles of latency, and errors, at several widths and numbers of workers."""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

WIDTHS: Final = (1, 8, 32)
_LATENCY: Final = re.compile(r"^\s+(50|75|90|99)%\s+([\d.]+)(us|ms|s)\s*$", re.MULTILINE)
_MS: Final = {"us": 0.001, "ms": 1.0, "s": 1000.0}
# wrk says nothing of what went right.
_WRONG: Final = (
    re.compile(r"Non-2xx or 3xx responses: (\d+)"),
    re.compile(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)"),
)


@dataclass(frozen=True)
class Load:
    """One run of wrk; latencies are milliseconds."""

    what: str
    workers: int
    connections: int
    per_second: float
    p50_ms: float
    p90_ms: float
    p99_ms: float
    errors: int


def is_there() -> bool:
    """True when wrk is installed."""
    return shutil.which("wrk") is not None


def loaded(what: str, port: int, bodies: list[dict[str, Any]], workers: int, width: int, seconds: int) -> Load:
    """Send the bodies in turn over so many connections."""
    with TemporaryDirectory() as folder:
        script = Path(folder) / "load.lua"
        script.write_text(_script(bodies), "utf-8")
        command = [
            "wrk",
            "-t",
            "1",
            "-c",
            str(width),
            "-d",
            f"{seconds}s",
            "--timeout",
            "20s",
            "--latency",
            "-s",
            str(script),
        ]
        done = subprocess.run(  # noqa: S603 - our own command
            [*command, f"http://127.0.0.1:{port}/graphql"], capture_output=True, text=True, check=True
        )
    return _read(done.stdout, what, workers, width)


def _read(text: str, what: str, workers: int, width: int) -> Load:
    found = {percent: float(value) * _MS[unit] for percent, value, unit in _LATENCY.findall(text)}
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    errors = sum(int(number) for pattern in _WRONG for match in pattern.findall(text) for number in _numbers(match))
    return Load(what, workers, width, float(rate[1]) if rate else 0.0, found["50"], found["90"], found["99"], errors)


def _numbers(match: str | tuple[str, ...]) -> tuple[str, ...]:
    return (match,) if isinstance(match, str) else match


def _script(bodies: list[dict[str, Any]]) -> str:
    quoted = ",\n".join(f"[==[{json.dumps(body)}]==]" for body in bodies)
    return (
        f"local bodies = {{\n{quoted}\n}}\nlocal turn = 0\n"
        'wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\n'
        "request = function()\n  turn = turn % #bodies + 1\n  return wrk.format(nil, nil, nil, bodies[turn])\nend\n"
    )
