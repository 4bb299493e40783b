"""
The least that a Starlette server costs: one route that answers bytes it was given before, and reads nothing.

``PUT /answer`` takes the bytes; ``GET`` and ``POST /answer`` give them back. The same uvicorn as the real server's.
"""

import argparse

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_kept = {"body": b""}


async def give(_: Request) -> Response:
    """The bytes."""
    return Response(_kept["body"], media_type="application/json")


async def take(request: Request) -> Response:
    """Keep the bytes of the body."""
    _kept["body"] = await request.body()
    return Response(status_code=204)


app = Starlette(
    routes=[Route("/answer", give, methods=["GET", "POST"]), Route("/answer", take, methods=["PUT"])],
)


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    uvicorn.run(app, host=given.host, port=given.port, loop="uvloop", http="httptools", log_config=None)


if __name__ == "__main__":
    main()
