"""The command: one sentence and an exit status for whatever goes wrong, and never a trace."""

import gzip
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import httpx
import orjson
import pytest
from click.testing import CliRunner, Result

from schema.build import sdl
from server import VERSION
from server.cli import main
from server.settings import Settings

ROOT = Path(__file__).parents[3]
GOOD = {"asin": "B000000001", "title": "A Book", "product_group": "Book", "search_index": "Books"}
COMMANDS = [(), ("serve",), ("catalog",), ("catalog", "load"), ("ecs",), ("ecs", "serve"), ("ecs", "call")]
COMMANDS += [("ecs", "read"), ("schema",), ("schema", "export"), ("migrate",), ("doctor",)]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The data folder of the test and nothing else."""
    return {"DATA_DIR": str(tmp_path / "data")}


def _run(environment: dict[str, str], *arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments, env=environment)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def _error(result: Result) -> str:
    """The one sentence of a command that could not do its work."""
    assert result.exit_code == 1
    lines = [line for line in result.stderr.splitlines() if line]
    assert len(lines) == 1, lines
    assert lines[0].startswith("Error: ")
    return lines[0].removeprefix("Error: ")


def _feed(path: Path, *lines: object) -> Path:
    content = b"".join((line if isinstance(line, bytes) else orjson.dumps(line)) + b"\n" for line in lines)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_explains_itself(command: tuple[str, ...], option: str) -> None:
    """Without settings, database or catalog."""
    result = _run({}, *command, option)

    assert result.exit_code == 0
    assert result.output.startswith(f"Usage: {' '.join(('main', *command))} ")
    assert "--help" in result.output


def test_the_list_of_commands_is_whole() -> None:
    """A new command comes with its help."""

    def walk(group: click.Group, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        yield path
        for name, command in group.commands.items():
            yield from walk(command, (*path, name)) if isinstance(command, click.Group) else [(*path, name)]

    assert sorted(walk(main, ())) == sorted(COMMANDS)


def test_the_version_is_told() -> None:
    """For a report of a fault."""
    assert _run({}, "--version").output == f"cartograph, version {VERSION}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--bogus",),
        ("bogus",),
        ("serve", "--bogus"),
        ("serve", "--port", "0"),
        ("serve", "--port", "65536"),
        ("serve", "--port", "http"),
        ("serve", "--workers", "0"),
        ("serve", "extra"),
        ("catalog", "load", "one", "two"),
        ("schema", "export", "--output"),
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_status_2(environment: dict[str, str], tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """With what is wrong with it, and nothing done."""
    result = _run(environment, *arguments)

    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1].startswith("Error: ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [("serve",), ("ecs", "serve"), ("migrate",), ("doctor",), ("catalog", "load", "x")], ids=" ".join
)
def test_a_wrong_setting_is_named_by_every_command(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Refused at the start, with nothing done."""
    environment = {"DATA_DIR": str(tmp_path / "data"), "MARKETPLACE": "hunter2"}

    sentence = _error(_run(environment, *arguments))

    assert sentence == (
        "MARKETPLACE is one of AU, BR, CA, CN, DE, ES, FR, IN, IT, JP, MX, UK, US. See docs/settings.md."
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [("serve",), ("ecs", "serve")], ids=" ".join)
def test_a_port_in_use_is_told(environment: dict[str, str], tmp_path: Path, command: tuple[str, ...]) -> None:
    """Before anything is made or loaded."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        sentence = _error(_run(environment, *command, "--port", str(port)))

    assert sentence == (
        f"Cannot listen on 127.0.0.1:{port} (Address already in use); choose another with --port or --host."
    )
    assert list(tmp_path.iterdir()) == []


def test_an_address_of_nobody_is_told(environment: dict[str, str]) -> None:
    """192.0.2.1 is kept for documentation (RFC 5737), so no machine has it."""
    assert _error(_run(environment, "serve", "--host", "192.0.2.1")) == (
        "Cannot listen on 192.0.2.1:8000 (Cannot assign requested address); choose another with --port or --host."
    )


@pytest.mark.parametrize("name", ["SESSION_KEYS", "SEALING_KEYS"])
def test_keys_that_are_none_stop_the_start(environment: dict[str, str], name: str) -> None:
    """In the command itself: a worker process that fails is started again and again."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    sentence = _error(_run({**environment, name: "hunter2"}, "serve", "--workers", "2", "--port", str(port)))

    assert sentence.startswith(f"{name} cannot be used: Entry 1 of the key ring is not id:key")
    assert "hunter2" not in sentence


def test_migrate_tells_the_revision_twice(environment: dict[str, str], tmp_path: Path) -> None:
    """Running it again changes nothing."""
    first, second = _run(environment, "migrate"), _run(environment, "migrate")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert re.fullmatch(r"The database is at revision \w+\.\n", first.output)
    assert first.output == second.output
    assert (tmp_path / "data" / "cartograph.sqlite3").exists()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://u:hunter2@h/d", "The database URL must begin with sqlite: or postgresql:."),
        ("sqlite://", "The SQLite URL must name a file and nothing else: write sqlite:///folder/file.db."),
    ],
)
def test_a_database_url_that_is_none_is_told(environment: dict[str, str], url: str, sentence: str) -> None:
    """Without repeating it."""
    assert _error(_run({**environment, "DATABASE_URL": url}, "migrate")) == sentence


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("migrate",),
         "The database file cannot be opened: check that its folder exists and the server's user may write there."),
        (("catalog", "load", "{feed}"), "{data}/ecs/catalog: Not a directory."),
        (("ecs", "serve", "--port", "{port}"),
         "The embedded service cannot use its files in {data}/ecs (Not a directory); check DATA_DIR."),
        (("serve", "--port", "{port}"),
         "The key file {data}/keys.json cannot be read or made (Not a directory); check DATA_DIR"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)  # fmt: skip
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, arguments: tuple[str, ...], sentence: str) -> None:
    """Each command that needs it says so."""
    (tmp_path / "file").touch()
    data = tmp_path / "file" / "data"
    feed = _feed(tmp_path / "one.jsonl", GOOD)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])

    words = [each.format(feed=feed, port=port) for each in arguments]
    told = _error(_run({"DATA_DIR": str(data)}, *words))

    assert told == sentence.format(data=data)
    assert (tmp_path / "file").read_bytes() == b""


@pytest.mark.parametrize("name", ["feed.jsonl", "feed.jsonl.gz"])
def test_a_feed_is_loaded(environment: dict[str, str], tmp_path: Path, name: str) -> None:
    """Plain or packed; the count is told."""
    feed = _feed(tmp_path / name, GOOD, {**GOOD, "asin": "B000000002"})

    result = _run(environment, "catalog", "load", str(feed))

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines()[-1] == f"2 products of {name} are loaded, 0 lines were left out."


def test_bad_lines_are_named_by_number_and_reason(environment: dict[str, str], tmp_path: Path) -> None:
    """The good ones are loaded."""
    feed = _feed(tmp_path / "feed.jsonl", GOOD, b"{", GOOD, {"asin": "x"})

    result = _run(environment, "catalog", "load", str(feed))

    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "1 products of feed.jsonl are loaded, 3 lines were left out."
    numbers = [re.match(r"  line (\d+): .+", line) for line in result.stderr.splitlines()]
    assert [number and number[1] for number in numbers] == ["2", "3", "4"]


def test_of_many_bad_lines_the_first_twenty_are_named(environment: dict[str, str], tmp_path: Path) -> None:
    """A terminal is no log file."""
    feed = _feed(tmp_path / "feed.jsonl", GOOD, *[b"{"] * 1030)

    result = _run(environment, "catalog", "load", str(feed))

    lines = result.stderr.splitlines()
    assert result.stdout.splitlines()[-1] == "1 products of feed.jsonl are loaded, 1,030 lines were left out."
    assert len(lines) == 21
    assert lines[0].startswith("  line 2: ")
    assert lines[-1] == "  … and 1,010 more."


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("none.jsonl", None, "{feed} cannot be read: No such file or directory."),
        ("folder", "", "{feed} cannot be read: Is a directory."),
        ("empty.jsonl", b"", "{feed} holds no product that can be loaded."),
        ("plain.jsonl.gz", b"{}", "{feed} is named .gz but is not a gzip file."),
        ("bad.jsonl", b"\xff\n",
         "{feed} holds no product that can be loaded (line 1: JSON is malformed: invalid character (byte 0))."),
    ],
)  # fmt: skip
def test_a_feed_that_cannot_be_loaded_leaves_the_catalog(
    environment: dict[str, str], tmp_path: Path, name: str, content: bytes | str | None, sentence: str
) -> None:
    """One sentence, and the shop goes on with what it had."""
    _run(environment, "catalog", "load", str(_feed(tmp_path / "good.jsonl", GOOD)))
    feed = tmp_path / name
    if isinstance(content, bytes):
        feed.write_bytes(content)
    elif content is not None:
        feed.mkdir()

    told = _error(_run(environment, "catalog", "load", str(feed)))

    assert told == sentence.format(feed=feed)
    assert "1 products of good.jsonl" in _run(environment, "doctor").output


def test_a_damaged_catalog_file_is_told(environment: dict[str, str], tmp_path: Path) -> None:
    """As a disk that failed leaves it."""
    carts = tmp_path / "data" / "ecs" / "carts.sqlite3"
    carts.parent.mkdir(parents=True)
    carts.write_bytes(b"junk" * 1000)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    sentence = _error(_run(environment, "serve", "--port", str(port)))

    assert sentence.endswith("/data/ecs (file is not a database); check DATA_DIR.")


def test_the_schema_is_exported(environment: dict[str, str], tmp_path: Path) -> None:
    """To standard output to the byte, or to a file."""
    shown = _run(environment, "schema", "export")
    written = _run(environment, "schema", "export", "--output", str(tmp_path / "schema.graphql"))

    assert shown.stdout == sdl()
    assert (written.exit_code, written.output) == (0, "")
    assert (tmp_path / "schema.graphql").read_bytes() == sdl().encode()


def test_a_schema_that_cannot_be_written_is_told(environment: dict[str, str], tmp_path: Path) -> None:
    """The path says which folder is missing."""
    target = tmp_path / "none" / "schema.graphql"

    assert _error(_run(environment, "schema", "export", "--output", str(target))) == (
        f"{target}: No such file or directory."
    )


def test_the_doctor_is_content_with_a_healthy_shop(environment: dict[str, str], tmp_path: Path) -> None:
    """Notes are no illness."""
    _run(environment, "migrate")
    _run(environment, "catalog", "load", str(_feed(tmp_path / "feed.jsonl", GOOD)))

    result = _run(environment, "doctor")

    assert result.exit_code == 0
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == [
        "ok    settings",
        "note  settings",
        "note  settings",
        "ok    keys",
        "ok    database",
        "ok    catalog",
        "ok    upstream",
        "ok    clock",
    ]


def test_the_doctor_finds_what_is_wrong(environment: dict[str, str]) -> None:
    """And says what to run."""
    result = _run(environment, "doctor")

    assert result.exit_code == 1
    assert [line for line in result.stdout.splitlines() if line.startswith("wrong")] == [
        "wrong database: The database has no schema yet: run `cartograph migrate`.",
        "wrong catalog: none is loaded; run `cartograph catalog load FILE`",
    ]
    assert result.stderr == ""


@contextmanager
def _served(tmp_path: Path, *arguments: str, **variables: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """A command that serves, in a process of its own that has one product, until it answers."""
    _run({"DATA_DIR": str(tmp_path / "data")}, "catalog", "load", str(_feed(tmp_path / "feed.jsonl", GOOD)))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    own = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
    process = subprocess.Popen(
        [sys.executable, "-c", "from server.cli import main; main()", *arguments, "--port", str(port)],
        cwd=ROOT,
        env={**own, "DATA_DIR": str(tmp_path / "data"), "LOG_FORMAT": "json", **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        _await(port, process)
        yield f"http://127.0.0.1:{port}", process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _await(port: int, process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        # Another process is waited for; there is no clock to move.
        time.sleep(0.05)
    pytest.fail(f"not serving: {process.poll()}")


def test_serve_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    """A real process: it migrates, invites, answers, logs a line, ends in peace; a second one is refused its port."""
    with _served(tmp_path, "serve") as (url, process):
        answer = httpx.post(
            f"{url}/graphql",
            json={"query": 'query Hi { product(by: {asin: "B000000001"}) { title } viewer { id } }'},
            trust_env=False,
        )
        port = url.rpartition(":")[2]
        second = _run({"DATA_DIR": str(tmp_path / "data")}, "serve", "--port", port)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=20)

    assert answer.json()["data"]["product"] == {"title": "A Book"}
    assert "cartograph_session" in answer.cookies
    assert "server" not in answer.headers
    assert _error(second).startswith(f"Cannot listen on 127.0.0.1:{port} (Address already in use)")
    assert out.splitlines() == [
        f"Cartograph {VERSION}",
        f"  GraphiQL   {url}/graphql",
        f"  start page {url}/",
        f"  SDL        {url}/schema.graphql",
        f"  ECS        {url}/onca/xml (access key id AKIAIOSFODNN7EXAMPLE)",
        "  database   SQLite; processes of this machine may share it, other machines need PostgreSQL",
        "  server     uvicorn with uvloop and httptools",
        "Ctrl-C stops it.",
    ]
    lines = [orjson.loads(line) for line in err.splitlines()]
    assert [(line["event"], line["operation"], line["status"]) for line in lines] == [("request", "Hi", 200)]
    assert answer.cookies["cartograph_session"] not in err
    assert process.returncode in {0, -signal.SIGTERM}


def test_a_remote_upstream_is_named_in_the_invitation(tmp_path: Path) -> None:
    """And a public address goes before the one served on."""
    variables = {"ECS_ENDPOINT": "http://127.0.0.1:9/onca/xml", "PUBLIC_URL": "https://shop.example/"}
    with _served(tmp_path, "serve", **variables) as (url, process):
        ready = httpx.get(f"{url}/readyz", trust_env=False)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)

    assert ready.status_code == 200
    assert "  GraphiQL   https://shop.example/graphql" in out.splitlines()
    assert "  upstream   http://127.0.0.1:9/onca/xml" in out.splitlines()
    assert "Traceback" not in err


def test_the_service_alone_serves_any_client(tmp_path: Path) -> None:
    """Over plain HTTP; it refuses what is not signed."""
    with _served(tmp_path, "ecs", "serve") as (url, process):
        answer = httpx.get(f"{url}/onca/xml", params={"Service": "AWSECommerceService"}, trust_env=False)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=20)

    assert answer.status_code in {400, 403}
    assert answer.headers["content-type"].startswith("text/xml")
    assert out == f"ECS at {url}/onca/xml, access key id AKIAIOSFODNN7EXAMPLE. Ctrl-C stops it.\n"
    assert "Traceback" not in err


def test_a_catalog_of_another_version_is_not_replaced_by_the_sample(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """The operator's own catalog is not swapped for books he does not sell; he is told what to do."""
    assert _run(environment, "catalog", "load").exit_code == 0
    catalog = tmp_path / "data" / "ecs" / "catalog"
    kept = next(catalog.glob("generation-*"))
    for file in kept.glob("*.sqlite3"):
        file.write_bytes(b"of another time")

    result = _run(environment, "ecs", "serve", "--port", "65123")

    told = result.stderr.splitlines()[-1]
    assert result.exit_code == 1
    assert "cannot be read by this version" in told
    assert "`cartograph catalog load FILE`" in told
    assert next(catalog.glob("generation-*")) == kept


def test_a_catalog_goes_to_the_marketplace_named(environment: dict[str, str], tmp_path: Path) -> None:
    """Each marketplace has its own; one that is not served is refused."""
    feed = _feed(tmp_path / "one.jsonl", GOOD)

    loaded = _run(environment | {"MARKETPLACES": "JP"}, "catalog", "load", str(feed), "--marketplace", "jp")
    refused = _error(_run(environment, "catalog", "load", str(feed), "--marketplace", "JP"))

    assert loaded.exit_code == 0
    assert (tmp_path / "data" / "ecs" / "JP" / "catalog").is_dir()
    assert refused == "This server does not serve JP; it serves US. MARKETPLACES adds others."
