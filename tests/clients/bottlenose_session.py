"""
bottlenose, one call a line: {"operation", "parameters"} comes in, the answer goes out as an object.

Runs in an environment of its own: ``python bottlenose_session.py PORT KEY SECRET``. The answer is read by a parser
handed to the client, into the shape that xml2js gives, so that both clients can be held to the same facts.
"""

import gzip
import json
import sys
from urllib.error import HTTPError
from xml.etree import ElementTree as ET

import bottlenose.api  # type: ignore[import-not-found]


def read(document: bytes) -> dict[str, object]:
    """``{root: content}``."""
    root = ET.fromstring(document)  # noqa: S314 - our own service's answer
    return {root.tag.partition("}")[2]: _content(root)}


def _content(element: ET.Element) -> object:
    """Text of a leaf; else attributes as ``$``, text as ``_`` and children by name, several of one name as a list."""
    content: dict[str, object] = {"$": dict(element.attrib)} if element.attrib else {}
    for child in element:
        name, value = child.tag.partition("}")[2], _content(child)
        present = content.get(name)
        if present is None:
            content[name] = value
        elif isinstance(present, list):
            present.append(value)
        else:
            content[name] = [present, value]
    text = (element.text or "").strip()
    if content and text:
        content["_"] = text
    return content or text


def main(port: str, key: str, secret: str) -> None:
    """Answer each line until there is none."""
    # The client knows Amazon's hosts and https alone; the scheme is not part of what it signs.
    bottlenose.api.SERVICE_DOMAINS["US"] = (f"127.0.0.1:{port}", "")
    real_url = bottlenose.api.AmazonCall.api_url
    bottlenose.api.AmazonCall.api_url = lambda call, **parameters: real_url(call, **parameters).replace("https", "http")
    amazon = bottlenose.Amazon(key, secret, "mytag-20", Parser=read, Timeout=20)
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = getattr(amazon, asked["operation"])(**asked["parameters"])
        except HTTPError as error:
            answer = read(gzip.decompress(error.read()))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
