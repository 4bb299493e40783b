"""The house holds: whose package is whose, what may stand where, and what the tree must never contain."""

import ast
import re
import subprocess
from importlib.metadata import packages_distributions
from pathlib import Path

import graphql
import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("schema", "resolvers", "ecs", "persistence", "commits", "server")


def sources() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = [ROOT / line for line in listed.stdout.decode().splitlines()]
    return [path for path in paths if path.is_file()]


def test_graphql_is_graphql_core_and_nothing_of_ours() -> None:
    """The folder graphql/ bears graphql-core's import name; a stray package there would break every import."""
    imported = Path(str(graphql.__file__))

    assert "site-packages" in imported.parts
    assert packages_distributions()["graphql"] == ["graphql-core"]
    assert list((ROOT / "graphql").rglob("*.py")) == []


def test_no_other_distribution_owns_our_names() -> None:
    """`schema` and its like are names that public packages bear too; a dependency must not bring one."""
    owners = packages_distributions()

    for package in PACKAGES:
        assert set(owners.get(package, ["cartograph"])) == {"cartograph"}


def test_modules_stay_readable() -> None:
    """A module of more than 400 lines holds more than one idea."""
    long = {
        str(path.relative_to(ROOT)): count for path in sources() if (count := len(path.read_text().splitlines())) > 400
    }

    assert long == {}


@pytest.mark.parametrize("name", ["utils", "util", "helpers", "helper", "common", "misc"])
def test_no_module_is_named_for_nothing(name: str) -> None:
    """A name that says nothing collects what belongs elsewhere."""
    assert [path for path in sources() if path.stem == name or name in path.parent.parts] == []


def test_every_module_says_what_it_is_for() -> None:
    """A newcomer reads the first lines of a module before anything else."""
    silent = [str(path.relative_to(ROOT)) for path in sources() if not ast.get_docstring(ast.parse(path.read_text()))]

    assert [name for name in silent if not name.endswith("migrations/versions/__init__.py")] == []


def test_xml_is_parsed_only_by_the_client() -> None:
    """One hardened parser; nobody else reads XML."""
    readers = {
        path.relative_to(ROOT).parts[:2]
        for path in sources()
        if re.search(r"^(from|import) lxml", path.read_text(), re.MULTILINE)
    }

    assert readers <= {("ecs", "parse"), ("ecs", "parse.py")}


def test_no_registry_host_and_no_path_of_a_machine() -> None:
    """A mirror or a home folder in a commit breaks every other machine."""
    hosts = ("pypi" + ".org", "pythonhosted" + ".org", "registry.npmjs" + ".org", "deb.debian" + ".org")
    places = ("/root" + "/", "/work" + "/main", "/home" + "/")
    found = []
    for path in tracked():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [(str(path.relative_to(ROOT)), word) for word in (*hosts, *places) if word in text]

    assert found == []


def test_no_secret_or_data_is_tracked() -> None:
    """What runs make stays in the ignored folder."""
    names = [str(path.relative_to(ROOT)) for path in tracked()]

    assert [name for name in names if name.startswith((".cartograph/", ".venv/", "node_modules/"))] == []
    assert [name for name in names if name.endswith((".sqlite3", ".db", "keys.json"))] == []
