"""
The command ``cartograph``.

An error is one clear sentence on standard error and an exit status: 1 for what went wrong, 2 for a wrong call.
"""

import asyncio
import os
import socket
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
import uvicorn

from ecs.embedded import (
    FAULT_KINDS,
    SAMPLE_CATALOG,
    Faults,
    LoadReport,
    Marketplaces,
    has_catalog,
    load_catalog,
    share_of,
)
from persistence.engine import open_database
from persistence.revisions import HEAD
from schema.build import sdl
from server import VERSION, ecs_commands
from server.issuers import load_issuers
from server.keys import load_keys
from server.observability import configure_logging
from server.persisted import known_documents
from server.runtime import Runtime, runtime
from server.sentences import one_sentence
from server.settings import Settings, SettingsWrong, load_settings
from server.upstream import embedded_service

if TYPE_CHECKING:
    from server.doctor import Finding

_SHOWN_BAD_LINES = 20
_WORKER_SILENT_S = 30
"""
A worker that says nothing for so long is replaced. While it begins it says nothing, and on a busy machine that takes
more than uvicorn's five seconds: it would be replaced again and again, and the server never ready.
"""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="cartograph")
def main() -> None:
    """Cartograph: a storefront GraphQL server over Amazon's E-Commerce Service."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Server processes.")
@one_sentence
def serve(host: str, port: int, workers: int) -> None:
    """Serve GraphQL, the explorer and, unless ECS_ENDPOINT is set, the embedded ECS service.

    The database is migrated first, and the sample catalog loaded when the embedded service has none.
    """
    settings = load_settings()
    configure_logging(settings.log_level, settings.log_format)
    _require_free(host, port)
    # A worker process that cannot begin is started again and again: what it needs is tried here.
    load_keys(settings)
    load_issuers(settings)
    known_documents(settings.documents_dir)
    carrier = runtime()
    _migrate(settings)
    public_url = str(settings.public_url) if settings.public_url else f"http://{_for_urls(host)}:{port}"
    if settings.is_embedded:
        _load_sample_once(settings)
    _invite(settings, public_url.rstrip("/"), carrier)
    os.environ["PUBLIC_URL"] = public_url
    # uvicorn has shut down by the time the interrupt gets here: it is the ordinary end, not an abort.
    with suppress(KeyboardInterrupt):
        uvicorn.run(
            "server.app:app_from_environment",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            loop=carrier.loop,
            http=carrier.http,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=15,
            timeout_worker_healthcheck=_WORKER_SILENT_S,
        )


@main.group()
def catalog() -> None:
    """The embedded service's catalog."""


@catalog.command("load")
@click.argument("feed", type=click.Path(path_type=Path), default=SAMPLE_CATALOG)
@click.option("--marketplace", help="Marketplace whose catalog it is; MARKETPLACE if left out.")
@one_sentence
def load(feed: Path, marketplace: str | None) -> None:
    """Load FEED (JSON lines, also .gz), or the sample without one, in place of the present catalog.

    A running server takes it up by itself. When nothing can be loaded, the present catalog stays.
    """
    settings = load_settings()
    code = (marketplace or settings.marketplace).upper()
    if code not in settings.served:
        served = ", ".join(settings.served)
        raise SettingsWrong(f"This server does not serve {code}; it serves {served}. MARKETPLACES adds others.")
    _tell(_load(feed, settings, code), feed)


@main.group()
def ecs() -> None:
    """The ECS service by itself."""


@ecs.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--throttle", type=float, help="Requests per second and key; more get RequestThrottled.")
@click.option("--latency-ms", type=click.IntRange(0, 600_000), default=0, help="Hold every answer back so long.")
@click.option(
    "--fault", "faults", multiple=True, metavar="KIND[:SHARE%]", help=f"Strike by chance: {', '.join(FAULT_KINDS)}."
)
@click.option("--fault-script", metavar="KIND,…", help="Strike the first requests in this order; Ok spares one.")
@click.option("--fault-seed", type=int, default=0, show_default=True, help="The same seed, the same chance.")
@click.option("--cart-lifetime-s", type=click.IntRange(1), help="End carts so long after their last use.")
@one_sentence
def ecs_serve(
    host: str,
    port: int,
    throttle: float | None,
    latency_ms: int,
    faults: tuple[str, ...],
    fault_script: str | None,
    fault_seed: int,
    cart_lifetime_s: int | None,
) -> None:
    """Serve the embedded ECS service alone, over plain HTTP, for any ECS client.

    The marketplaces of MARKETPLACES are told apart by host or by a prefix, as in /uk/onca/xml. With the options for
    faults a client can be tried against a service that fails.
    """
    wrong = Faults(
        requests_per_second=throttle,
        latency_s=latency_ms / 1000,
        shares=dict(share_of(text) for text in faults),
        script=tuple(kind.strip() for kind in fault_script.split(",")) if fault_script else (),
        seed=fault_seed,
        cart_lifetime=timedelta(seconds=cart_lifetime_s) if cart_lifetime_s else None,
    )
    settings = load_settings()
    configure_logging(settings.log_level, settings.log_format)
    _require_free(host, port)
    _load_sample_once(settings)
    public_url = str(settings.public_url) if settings.public_url else f"http://{_for_urls(host)}:{port}"
    site = public_url.rstrip("/")
    service = Marketplaces(*(embedded_service(settings, site, code, wrong) for code in settings.served))
    click.echo(f"ECS at {site}/onca/xml, access key id {settings.ecs_access_key_id}. Ctrl-C stops it.")
    for code in settings.served[1:]:
        click.echo(f"  {code} at {site}/{code.lower()}/onca/xml")
    try:
        uvicorn.run(service, host=host, port=port, log_config=None, access_log=False, server_header=False)
    finally:
        service.close()


ecs.add_command(ecs_commands.call)
ecs.add_command(ecs_commands.read)


@main.group()
def schema() -> None:
    """The GraphQL schema."""


@schema.command("export")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write; standard output if left out."
)
@one_sentence
def export(output: Path | None) -> None:
    """Write the schema's text (SDL)."""
    if output is None:
        click.echo(sdl(), nl=False)
    else:
        output.write_text(sdl(), "utf-8")


@main.command()
@one_sentence
def migrate() -> None:
    """Bring the database's schema up to date."""
    revision = _migrate(load_settings())
    click.echo(f"The database is at revision {revision}.")


@main.command()
@one_sentence
def doctor() -> None:
    """Check settings, keys, issuers of tokens, database, catalog and clock; exit with 1 when something is wrong."""
    # Looks at everything there is, so it reads in what no other command needs.
    from server.doctor import examine

    settings = load_settings()
    findings = asyncio.run(examine(settings, datetime.now(UTC)))
    for finding in findings:
        click.echo(_line(finding))
    if any(finding.level == "wrong" for finding in findings):
        raise click.exceptions.Exit(1)


def _line(finding: "Finding") -> str:
    color = {"ok": "green", "note": "yellow", "wrong": "red"}[finding.level]
    return f"{click.style(finding.level.ljust(5), fg=color)} {finding.subject}: {finding.sentence}"


def _migrate(settings: Settings) -> str:
    async def run() -> str:
        database = open_database(settings.database)
        try:
            if await database.revision() == HEAD:
                return HEAD
            # Reads in alembic, which is a twentieth of a start and seldom needed.
            from persistence.migrate import upgrade

            return await upgrade(database)
        finally:
            await database.close()

    return asyncio.run(run())


def _load_sample_once(settings: Settings) -> None:
    for code in settings.served:
        service = embedded_service(settings, "http://127.0.0.1", code)
        try:
            state = service.catalog_state()
        finally:
            service.close()
        if state is None and has_catalog(settings.ecs_dir(code)):
            message = (
                f"The catalog in {settings.ecs_dir(code)} cannot be read by this version. Load it again with "
                "`cartograph catalog load FILE`, or the sample with `cartograph catalog load`."
            )
            raise SettingsWrong(message)
        if state is None:
            _tell(_load(SAMPLE_CATALOG, settings, code), SAMPLE_CATALOG)


def _load(feed: Path, settings: Settings, marketplace: str) -> LoadReport:
    label = f"Loading {feed.name}" + (f" for {marketplace}" if len(settings.served) > 1 else "")
    size = feed.stat().st_size if feed.is_file() else 0
    with click.progressbar(length=size, label=label, show_eta=True) as bar:
        done = 0

        def progress(read: int, _: int) -> None:
            nonlocal done
            bar.update(read - done)
            done = read

        report = load_catalog(feed, settings.ecs_dir(marketplace), now=datetime.now(UTC), progress=progress)
        bar.update(size - done)
    return report


def _tell(report: LoadReport, feed: Path) -> None:
    click.echo(f"{report.products:,} products of {feed.name} are loaded, {report.rejected:,} lines were left out.")
    for bad in report.bad_lines[:_SHOWN_BAD_LINES]:
        click.echo(f"  line {bad.number}: {bad.reason}", err=True)
    if report.rejected > _SHOWN_BAD_LINES:
        click.echo(f"  … and {report.rejected - _SHOWN_BAD_LINES:,} more.", err=True)


def _invite(settings: Settings, public_url: str, carrier: Runtime) -> None:
    click.echo(f"Cartograph {VERSION}")
    click.echo(f"  GraphiQL   {public_url}/graphql")
    click.echo(f"  start page {public_url}/")
    click.echo(f"  SDL        {public_url}/schema.graphql")
    if settings.is_embedded:
        click.echo(f"  ECS        {public_url}/onca/xml (access key id {settings.ecs_access_key_id})")
    else:
        click.echo(f"  upstream   {settings.ecs_endpoint}")
    click.echo(f"  server     {carrier.sentence}")
    click.echo("Ctrl-C stops it.")


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            message = f"Cannot listen on {host}:{port} ({error.strerror}); choose another with --port or --host."
            raise click.ClickException(message) from None


def _for_urls(host: str) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
