"""First pages to draft from: the shipped connectors' recorded ones, and those of other APIs."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import yaml

from onroll.builtin import shipped
from onroll.definition.load import load_definition
from onroll.drafting.evidence import Answer, Call, ParameterFacts
from onroll.drafting.roles import parameters_of
from onroll.expressions.reference import resolve
from onroll.fetch.address import Addresses
from onroll.fetch.plan import plan_list, request_for
from onroll.model import Headers, Json
from onroll.plugins.registry import installed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from onroll.definition.connector import ConnectorDefinition, ListDefinition
    from onroll.expressions.reference import Reference

HERE = Path(__file__).parent


@dataclass(frozen=True)
class FirstPage:
    """A call with its answer, and what a person would write for it."""

    name: str
    call: Call
    location: Json
    shape: str | None
    total: Json
    #: None where a person could not write it from this page either: then it must be marked.
    pagination: Mapping[str, Any] | None
    definition: ConnectorDefinition | None = None
    #: The first people's attributes, where there is no definition. What is no key is left open.
    people: Sequence[Mapping[str, Json]] = ()
    #: Attributes that the page does not have, though something in it may look like them.
    absent: tuple[str, ...] = ()

    def without_paging(self) -> FirstPage:
        """Return the page as if the call had named no parameters of paging."""
        names = {one.name for one in parameters_of(self.call).found}
        params = {name: one for name, one in self.call.params.items() if name not in names}
        return replace(self, call=replace(self.call, params=params, known_params=()))


def ten() -> list[FirstPage]:
    """Return the ten calls as vendors' pages show them, answered by what is recorded."""
    return [
        _recorded(name, lambda _, one=one: _call(one))
        for name, one in _read("first_pages.yaml").items()
    ]


def shipped_connectors() -> list[FirstPage]:
    """Return the first request of each shipped connector that has recorded JSON."""
    folders = sorted(file.parent.name for file in shipped("connectors").glob("*/connector.yaml"))
    return [_recorded(name, _first_request) for name in folders]


def remembered() -> list[FirstPage]:
    """Return first pages of APIs that no shipped connector is for, which rules were tuned on."""
    return _written("remembered.yaml")


def fresh() -> list[FirstPage]:
    """Return first pages that were written down before anything was drafted from them."""
    return _written("fresh.yaml")


def _written(file: str) -> list[FirstPage]:
    pages = []
    for name, one in _read(file).items():
        wanted = one["expected"]
        call = _answered(_call(one), one["body"], one.get("headers", {}))
        pages.append(
            FirstPage(
                name,
                call,
                wanted["location"],
                wanted.get("shape"),
                wanted["total"],
                wanted["paging"],
                people=wanted.get("people") or [wanted["first"]],
                absent=tuple(wanted.get("absent", ())),
            )
        )
    return pages


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return found


def _call(one: Mapping[str, Any]) -> Call:
    return Call(
        url=one["url"],
        method=one.get("method", "GET"),
        params=one.get("params", {}),
        json=one.get("json"),
        known_params=tuple(ParameterFacts(**known) for known in one.get("known", ())),
    )


def _answered(call: Call, body: Json, headers: Mapping[str, str]) -> Call:
    return replace(call, answer=Answer(body, headers=Headers(headers)))


def _recorded(name: str, called: Any) -> FirstPage:
    folder = shipped("connectors") / name
    definition = load_definition(folder / "connector.yaml")
    listing = definition.parts[0]
    recorded = definition.examples[0].responses[listing.name][0]
    body = json.loads(recorded.body.read_text(encoding="utf-8"))
    written = definition.source.data["list_users"]
    return FirstPage(
        name,
        _answered(called(definition), body, recorded.headers),
        written["resource_location"],
        written.get("shape", {}).get("style"),
        written.get("total_count"),
        listing.pagination,
        definition,
    )


def _first_request(definition: ConnectorDefinition) -> Call:
    """Return the request of page one, with the paging parameters that the definition sends."""
    listing: ListDefinition = definition.parts[0]

    def scope(reference: Reference) -> Json:
        """Stand in for what only a tenant has, as `onroll validate` does."""
        setting = definition.settings.get(reference.name)
        if setting is not None and (setting.default is not None or setting.enum):
            return setting.default if setting.default is not None else setting.enum[0]
        is_address = definition.base_url.startswith(f"${{settings.{reference.name}}}")
        return "https://example.test" if is_address else "example"

    base = str(resolve(definition.base_url, scope))
    addresses = Addresses(base, base)
    plan = plan_list(definition, listing, scope, addresses, installed())
    request = request_for(plan, plan.paginator.first(), addresses=addresses, held_by=None)
    parts = urlsplit(request.url)
    return Call(
        url=f"{parts.scheme}://{parts.netloc}{parts.path}",
        method=request.method,
        params=dict(request.params),
        json=request.json,
    )
