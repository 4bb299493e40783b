"""
Commands for people who work with ECS itself: ``ecs call`` asks a service, ``ecs read`` shows what an answer means.

Both show JSON: the values of ``ecs.model`` without what the answer left out. What opens a cart is stars there; the
answer as it came (``--raw``) holds it.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import click
import orjson
from msgspec import Struct
from pydantic import SecretStr

from ecs import parse
from ecs.client import ClientConfig, EcsGateway, in_process_client, network_client
from ecs.errors import UpstreamError
from ecs.model import Refusal
from ecs.parameters import COMMON, parameter_of
from ecs.vocabulary import LATEST_VERSION, Operation
from server.sentences import one_sentence
from server.settings import Settings, SettingsWrong, load_settings
from server.upstream import EMBEDDED_ENDPOINT, embedded_service

_STARS: Final = "**********"
_MOST_BYTES: Final = 16 * 1024 * 1024
_NO_SITE: Final = "http://127.0.0.1"


def _known_operations(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[Operation, ...]:
    return tuple(_known_operation(name) for name in value.split(","))


def _known_operation(value: str) -> Operation:
    if value in set(Operation):
        return Operation(value)
    near = get_close_matches(value, Operation, n=1, cutoff=0.6)
    hint = f"; did you mean {near[0]}?" if near else f". The operations are {', '.join(Operation)}."
    raise click.BadParameter(f"there is no operation {value}{hint}")


def _pairs(_context: click.Context, _parameter: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for value in values:
        name, equals, text = value.partition("=")
        if not name or not equals:
            raise click.BadParameter(f"{value!r} is not of the form Name=Value")
        if name in pairs:
            raise click.BadParameter(f"{name} is given twice; where several values may come they are joined by commas")
        pairs[name] = text
    return pairs


@click.command("call")
@click.argument("operations", callback=_known_operations, metavar="OPERATION[,OPERATION]")
@click.option("--param", "-p", "parameters", multiple=True, callback=_pairs, metavar="NAME=VALUE", help="A parameter.")
@click.option("--version", help="Version of the protocol, such as 2013-08-01; ECS_VERSION if left out.")
@click.option("--endpoint", help="Address of the service, such as http://127.0.0.1:8001/onca/xml.")
@click.option("--raw", is_flag=True, help="Show the answer as it came (XML) instead of JSON.")
@one_sentence
def call(
    operations: tuple[Operation, ...],
    parameters: dict[str, str],
    version: str | None,
    endpoint: str | None,
    raw: bool,
) -> None:
    """Sign a request of OPERATION, send it, and show the answer.

    Without --endpoint it goes where the server's own requests go: to ECS_ENDPOINT, or to the embedded service in this
    process. Key, associate tag and timestamp are added.

    A batch names the part before the parameter, as in ItemLookup.1.ItemId, ItemLookup.2.ItemId and
    ItemLookup.Shared.ResponseGroup; two operations together do so too, as in ItemSearch.1.Keywords.
    """
    for name in parameters:
        try:
            parameter_of(_operation_of(name, operations), name)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--param") from None
    settings = load_settings()
    asked = {"Operation": ",".join(operations), **parameters}
    click.echo(asyncio.run(_answer(settings, endpoint, version, asked, is_raw=raw)).rstrip(b"\n"))


@click.command("read")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
@one_sentence
def read(file: Path) -> None:
    """Show as JSON what the client understands of the answer in FILE (- for standard input).

    An answer that spells out an error is understood as well: its codes and messages are shown.
    """
    body = sys.stdin.buffer.read(_MOST_BYTES) if str(file) == "-" else file.read_bytes()
    try:
        shown: Any = [_reply(reply) for reply in parse.replies(body)]
    except UpstreamError as error:
        if error.code is None:
            raise
        shown = [{"error": _error(error)}]
    click.echo(_json(shown))


def _operation_of(name: str, operations: Sequence[Operation]) -> Operation:
    """Whose parameter it is: of the only operation, or of the one named before the first dot."""
    named = [operation for operation in operations if name.startswith(f"{operation}.")]
    if len(operations) > 1 and not named and name not in COMMON:
        raise ValueError(f"with several operations {name} needs its own before it, as in {operations[0]}.1.{name}")
    return named[0] if named else operations[0]


async def _answer(
    settings: Settings, endpoint: str | None, version: str | None, asked: dict[str, str], *, is_raw: bool
) -> bytes:
    async with _gateway(settings, endpoint, version) as gateway:
        if is_raw:
            return await gateway.ask_raw(asked)
        replies = (await gateway.ask(asked)).value
    if len(replies) == 1 and replies[0].error is not None:
        raise replies[0].error
    return _json([_reply(reply) for reply in replies])


@asynccontextmanager
async def _gateway(settings: Settings, endpoint: str | None, version: str | None) -> AsyncIterator[EcsGateway]:
    address = endpoint or (str(settings.ecs_endpoint) if settings.ecs_endpoint else None)
    usual_version = settings.wire_version if endpoint is None else settings.ecs_version or LATEST_VERSION
    config = ClientConfig(
        endpoint=address or EMBEDDED_ENDPOINT,
        access_key_id=settings.ecs_access_key_id,
        secret_key=settings.ecs_secret_key,
        associate_tag=settings.ecs_associate_tag,
        version=version or usual_version,
        timeout_s=settings.ecs_timeout_s,
    )
    service = None if address else embedded_service(settings, _NO_SITE)
    try:
        if service is not None and service.catalog_state() is None:
            raise SettingsWrong("The embedded service has no catalog; load one with `cartograph catalog load`.")
        async with in_process_client(service) if service is not None else network_client() as client:
            yield EcsGateway(config, client, lambda: datetime.now(UTC))
    finally:
        if service is not None:
            service.close()


def _reply(reply: parse.Reply) -> dict[str, Any]:
    if reply.error is not None:
        return {"operation": reply.operation.value, "error": _error(reply.error)}
    refused = {"errors": _refusals(reply.refusals)} if reply.refusals else {}
    return {"operation": reply.operation.value, "value": _plain(reply.value), **refused}


def _error(error: UpstreamError) -> dict[str, Any]:
    return {"kind": type(error).__name__, "code": error.code, "errors": _refusals(error.refusals)}


def _refusals(refusals: Sequence[Refusal]) -> list[dict[str, str]]:
    return [{"code": refusal.code, "message": refusal.message} for refusal in refusals]


def _plain(value: Any) -> Any:
    """A value as JSON has it: secrets as stars, and nothing of what the answer did not say."""
    if isinstance(value, SecretStr):
        return _STARS
    if isinstance(value, Struct):
        named = ((name, getattr(value, name)) for name in value.__struct_fields__)
        return {name: _plain(one) for name, one in named if one is not None and one != ()}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


def _json(shown: Sequence[Any]) -> bytes:
    """One payload by itself, several as a list."""
    return orjson.dumps(shown[0] if len(shown) == 1 else shown, option=orjson.OPT_INDENT_2)
