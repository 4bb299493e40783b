"""``cartograph ecs serve`` with faults, over a real connection."""

from collections.abc import Iterator

import httpx
import pytest
from click.testing import CliRunner

from server.cli import main
from tests.clients.conftest import serving


@pytest.fixture(scope="module")
def failing_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a service whose first answers fail in three ways, for two marketplaces."""
    script = "Cut,InternalError,Unavailable"
    with serving(tmp_path_factory.mktemp("failing"), "--fault-script", script, MARKETPLACES="JP") as port:
        yield port


def test_faults_come_in_the_order_of_the_script(failing_port: int) -> None:
    """A connection that ends, a refusal with a document, one without, and then service as usual."""
    url = f"http://127.0.0.1:{failing_port}/onca/xml"
    parameters = {"Operation": "ItemLookup", "AWSAccessKeyId": "nobody"}

    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(url, params=parameters, trust_env=False)
    internal, away, usual = (httpx.get(url, params=parameters, trust_env=False) for _ in range(3))

    assert (internal.status_code, "<Code>InternalError</Code>" in internal.text) == (500, True)
    assert (away.status_code, away.text) == (503, "Service Unavailable")
    assert (usual.status_code, "<Code>InvalidClientTokenId</Code>" in usual.text) == (403, True)


def test_other_marketplace_is_served_below_its_code(failing_port: int) -> None:
    """With a script of its own, since each is a service of its own."""
    url = f"http://127.0.0.1:{failing_port}/jp/onca/xml"

    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(url, trust_env=False)
    assert httpx.get(url, trust_env=False).status_code == 500


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--throttle", "0"), "Requests per second are more than 0."),
        (("--fault", "Nonsense:5%"), "No fault is named Nonsense; there are InternalError,"),
        (("--fault", "Cut:often"), "Cut:often is no fault; write it as InternalError:5%."),
        (("--fault-script", "Ok,Nonsense"), "No fault is named Nonsense"),
    ],
)
def test_wrong_fault_is_one_sentence(options: tuple[str, ...], said: str) -> None:
    """Before anything is loaded or served."""
    result = CliRunner().invoke(main, ["ecs", "serve", *options])

    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {said}")
    assert result.stdout == ""
