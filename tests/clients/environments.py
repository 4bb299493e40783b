"""
An environment for each real client below the ignored folder ``.cartograph/clients``, made once for each lock file.

It is made under a name of its own and then renamed: test processes that start together may both make it, and the first
one wins.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from server.explorer.build import NPM_CI, PROJECT
from server.explorer.node import Machine, Node, find_node

CLIENTS = PROJECT / ".cartograph" / "clients"
HERE = Path(__file__).parent
MACHINE = Machine(run=subprocess.run, which=shutil.which, environ=os.environ)
_BOTTLENOSE = PROJECT / "requirements" / "bottlenose.txt"
_APAC = HERE / "apac"


def bottlenose_python() -> Path:
    """
    The Python of a virtual environment that holds bottlenose and nothing else.

    Raises:
        StepFailed: the package index gave none.
    """

    def make(folder: Path) -> None:
        MACHINE.step([sys.executable, "-m", "venv", "--without-pip", str(folder)])
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "--python", str(_python(folder))]
        MACHINE.step(
            [*pip, "install", "--retries", "1", "--require-hashes", "--only-binary", ":all:", "-r", str(_BOTTLENOSE)]
        )

    return _python(_made("bottlenose", _BOTTLENOSE, make))


def apac_node() -> tuple[Node, Path]:
    """
    A Node, and the folder whose packages hold apac.

    Raises:
        NodeMissing: this machine has none and the package index gave none.
        StepFailed: the registry did not give the packages.
    """
    node = find_node(MACHINE, PROJECT / ".cartograph" / "build" / "node", PROJECT / "requirements" / "node.txt")

    def make(folder: Path) -> None:
        folder.mkdir()
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(_APAC / name, folder / name)
        MACHINE.step([node.npm, *NPM_CI], cwd=folder, path_first=node.folder)

    return node, _made("apac", _APAC / "package-lock.json", make)


def _made(name: str, lock_file: Path, make: Callable[[Path], None]) -> Path:
    version = hashlib.sha256(f"{sys.version}{sys.executable}".encode() + lock_file.read_bytes()).hexdigest()[:12]
    wanted = CLIENTS / f"{name}-{version}"
    if wanted.is_dir():
        return wanted
    CLIENTS.mkdir(parents=True, exist_ok=True)
    fresh = CLIENTS / f"{name}-{version}.{os.getpid()}"
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        make(fresh)
        fresh.rename(wanted)
    except OSError:
        if not wanted.is_dir():
            raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return wanted


def _python(folder: Path) -> Path:
    return folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
