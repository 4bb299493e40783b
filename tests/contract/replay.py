"""Recorded requests, built anew from what their answers repeat, and services of every marketplace to send them to."""

import json
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from lxml import etree

from ecs.embedded import NO_FAULTS, EcsService, Faults, ServiceConfig, load_catalog
from ecs.vocabulary import LOCALES
from tests.contract.recordings import ECS, Recording, recordings
from tests.unit.ecs.embedded.caller import KEY, SECRET, START, Caller, Clock

SOLD: Final = "0201896834"
"""What most recorded carts hold."""
_OURS: Final = frozenset({"AWSAccessKeyId", "Service", "Signature", "SubscriptionId", "Timestamp"})
_ASIN: Final = re.compile(r"[0-9A-Z]{10}")
_LOST_ARGUMENTS: Final[Mapping[str, Mapping[str, str]]] = {
    "BrowseNodeLookup": {"BrowseNodeId": "132"},
    "ItemLookup": {"ItemId": SOLD},
    "ItemSearch": {"SearchIndex": "All"},
    "SimilarityLookup": {"ItemId": SOLD},
}
"""What a request needs beside what it was refused for, where its arguments were not recorded."""


class Case(NamedTuple):
    """A recorded answer, and where it was recorded."""

    recording: Recording
    marketplace: str
    request: Mapping[str, Any] | None

    @property
    def name(self) -> str:
        """Path of the recording below its folder."""
        return self.recording.name.removeprefix("responses/")

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of its errors, in order."""
        return tuple(code.text for code in found(self.recording.root, "Error", "Code"))

    def arguments(self) -> dict[str, str]:
        """The request's parameters; what every caller adds himself is left out."""
        echoed = {argument.get("Name"): argument.get("Value") or "" for argument in self._arguments()}
        sent = dict(self.request["parameters"]) if self.request else {}
        return {name: value for name, value in (echoed or sent or self._rebuilt()).items() if name not in _OURS}

    def _arguments(self) -> list[Any]:
        return found(self.recording.root, "Argument")

    def _rebuilt(self) -> dict[str, str]:
        """From the echo of the parameters, or from what the request was refused for."""
        root, operation = self.recording.root, self.recording.operation
        if not operation:
            return {"Operation": "ItemLookup", **_LOST_ARGUMENTS["ItemLookup"]}
        version = str(etree.QName(root).namespace).rstrip("/").rpartition("/")[2]
        echo = root.xpath(f"//*[local-name()='{operation}Request']/*")
        echoed = {etree.QName(element).localname: element.text or "" for element in echo}
        parameters = {"Operation": operation, "Version": version, **(echoed or _LOST_ARGUMENTS.get(operation, {}))}
        if "AWS.MissingParameters" not in self.codes:
            parameters["AssociateTag"] = "tag-20"
        if "AWS.InvalidResponseGroup" in self.codes:
            parameters["ResponseGroup"] = "???"
        return parameters


def all_cases() -> list[Case]:
    """Every recording; what names no marketplace of ours was recorded in, or is taken for, the United States."""
    entries = {entry["file"]: entry for entry in json.loads((ECS / "index.json").read_bytes())}
    cases = []
    for recording in recordings():
        entry = entries[recording.name]
        locale = (entry.get("locale") or "us").upper()
        cases.append(Case(recording, locale if locale in LOCALES else "US", entry.get("request")))
    return cases


def found(root: Any, *names: str) -> list[Any]:
    """The elements at a path of local names, wherever it begins."""
    path = "/".join(f"*[local-name()='{name}']" for name in names)
    return list(root.xpath(f".//{path}"))


def text(root: Any, name: str) -> str:
    """The text of a child, empty without one."""
    return str(root.xpath(f"string(*[local-name()='{name}'])"))


class Services:
    """Services of every marketplace over one small catalog; carts are those of the marketplace."""

    def __init__(self, folder: Path, cases: Iterable[Case]) -> None:
        self._folder = folder
        self._clock = Clock()
        feed = folder / "feed.jsonl"
        feed.write_text("".join(json.dumps(row) + "\n" for row in _catalog(cases)), "utf-8")
        load_catalog(feed, folder, now=START)

    @asynccontextmanager
    async def opened(self, case: Case, faults: Faults = NO_FAULTS) -> AsyncIterator[Caller]:
        """A client of the case's version and tag, at a service of its marketplace."""
        data_dir = self._folder / case.marketplace
        data_dir.mkdir(exist_ok=True)
        if not (data_dir / "catalog").exists():
            (data_dir / "catalog").symlink_to(self._folder / "catalog")
        config = ServiceConfig(
            data_dir=data_dir,
            faults=faults,
            site_url="http://shop.example",
            credentials={KEY: SECRET},
            marketplace=case.marketplace,
            now=self._clock,
        )
        service = EcsService(config)
        arguments = case.arguments()
        tag, version = arguments.get("AssociateTag"), arguments.get("Version")
        try:
            async with Caller(service, self._clock, version=version, tag=tag) as ecs:
                yield ecs
        finally:
            service.close()


def _catalog(cases: Iterable[Case]) -> list[dict[str, Any]]:
    """What the answers take for known: the items they show, and those whose likeness alone they refuse."""
    known, strangers = {SOLD}, set()
    for case in cases:
        known |= {item.text for item in found(case.recording.root, "ASIN")}
        if "AWS.ECommerceService.NoSimilarities" in case.codes:
            strangers |= set(case.arguments()["ItemId"].split(","))
    refused = {
        asin
        for case in cases
        if "AWS.ECommerceService.ItemNotEligibleForCart" in case.codes
        for name, asin in case.arguments().items()
        if name.endswith(".ASIN")
    }
    books = [_product(asin, "Books") for asin in sorted(known - strangers - refused) if _ASIN.fullmatch(asin)]
    # Nothing is like the only product of its search index.
    others = [_product(asin, index) for asin, index in zip(sorted(strangers), ("DVD", "Music"), strict=False)]
    return [*books, *others, {"record": "seller", "name": "Without listings", "id": "A2H6NH4SQYFZ4M"}]


def _product(asin: str, search_index: str) -> dict[str, Any]:
    price = {"amount": 1250, "currency": "USD"}
    return {
        "asin": asin,
        "title": f"Product {asin}",
        "product_group": search_index,
        "search_index": search_index,
        "offers": [{"seller": "Cartograph Sample Store", "price": price, "quantity": 500}],
    }
