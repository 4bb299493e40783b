"""What the explorer is made of is pinned and comes from wherever the machine's npm looks."""

import json
import re

from server.explorer.build import SOURCES


def test_every_package_is_pinned_to_one_version() -> None:
    """The same checkout gives the same bundle next year."""
    package = json.loads((SOURCES / "package.json").read_text())
    pinned = {**package["dependencies"], **package["devDependencies"]}

    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in pinned.values()), pinned
    assert pinned["graphiql"].startswith("5.")


def test_the_lock_file_names_no_registry() -> None:
    """A mirror must do; and each package is held by its hash instead."""
    lock = json.loads((SOURCES / "package-lock.json").read_text())
    packages = {path: entry for path, entry in lock["packages"].items() if path}

    assert len(packages) > 100
    assert [path for path, entry in packages.items() if "resolved" in entry] == []
    assert [path for path, entry in packages.items() if not entry.get("integrity", "").startswith("sha512-")] == []
