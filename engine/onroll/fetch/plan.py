"""The plan of requests: a list definition with its references resolved, and each page's request.

Pure: what is asked for a page depends on the plan and the paginator's step alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from onroll.definition.wording import dotted
from onroll.diagnostics import Diagnostic
from onroll.errors import DefinitionError
from onroll.expressions.path import PathError, parse_path
from onroll.expressions.reference import Scope, as_pairs, as_text, resolve
from onroll.model import Json, Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.definition.connector import ConnectorDefinition, ListDefinition, RequestTemplate
    from onroll.fetch.address import Addresses
    from onroll.outline import Keys
    from onroll.plugins.registry import Registry
    from onroll.protocols import Decoder, Paginator, Step

__all__ = ["Ask", "ListPlan", "build_request", "plan_list", "request_for"]

#: No API counts its body parameters further.
_LAST_ITEM: Final = 99


@dataclass(frozen=True, slots=True)
class Ask:
    """A request, and how its answer is read."""

    request: Request
    decode: Decoder


@dataclass(frozen=True, slots=True)
class ListPlan:
    """One list, ready to be asked for. `base` is the request without any paging."""

    listing: ListDefinition
    paginator: Paginator
    base: Request
    decode: Decoder
    limit: int | None = None


def plan_list(
    definition: ConnectorDefinition,
    listing: ListDefinition,
    scope: Scope,
    addresses: Addresses,
    registry: Registry,
    filters: Mapping[str, Json] | None = None,
) -> ListPlan:
    """Resolve a list's references and build its paginator. `filters` join its parameters."""
    asked = build_request(definition, listing.request, scope, addresses, registry)
    base = _filtered(asked.request, listing, filters or {})
    config = _resolved(listing.pagination, scope)
    if "?" in listing.resource_location.text and config["style"] != "none":
        raise DefinitionError(_filtered_location(definition, listing))
    kind = registry.pagination[config["style"]].kind
    return ListPlan(listing, kind.build(config), base, asked.decode, config.get("limit"))


def _filtered_location(definition: ConnectorDefinition, listing: ListDefinition) -> Diagnostic:
    """Say that a filter there hides how many records a page has, by which pages are counted."""
    path = (*listing.path, "resource_location")
    return Diagnostic(
        "filtered-location",
        f"`{dotted(path)}` leaves records out, and its pages are counted by them",
        definition.source.place(path),
        expected="the whole list",
        hint="leave people out below `exclude`; there they are counted first",
    )


def build_request(
    definition: ConnectorDefinition,
    template: RequestTemplate,
    scope: Scope,
    addresses: Addresses,
    registry: Registry,
) -> Ask:
    """Resolve a request's references against settings (and a record, in details)."""
    kind = registry.decoder[template.decoder["format"]].kind
    endpoint = resolve(template.endpoint, scope, encode=_path_segment)
    params = _resolved({**definition.params, **template.params}, scope)
    headers = _resolved({**definition.headers, **template.headers}, scope)
    form = None if template.form is None else _resolved(template.form, scope)
    is_said = any(name.lower() == "accept" for name in headers)
    accept = {} if is_said else {"Accept": kind.accept}
    request = Request(
        method=template.method,
        url=addresses.endpoint(endpoint if isinstance(endpoint, str) else ""),
        params=as_pairs(params),
        headers={**accept, **{name: as_text(value) for name, value in headers.items()}},
        json=None if template.json is None else resolve(template.json, scope),
        form=None if form is None else as_pairs(form),
    )
    keys = {name: value for name, value in template.decoder.items() if name != "format"}
    return Ask(request, kind.build(keys))


def _path_segment(text: str) -> str:
    """Encode text so that it stays one segment of a path: no `/`, no `?`, no `..`."""
    encoded = quote(text, safe="")
    return encoded if encoded.strip(".") else encoded.replace(".", "%2E")


def _resolved(written: Mapping[str, Json], scope: Scope) -> dict[str, Json]:
    found = resolve(dict(written), scope)
    assert isinstance(found, dict)
    return found


def _filtered(base: Request, listing: ListDefinition, filters: Mapping[str, Json]) -> Request:
    if not filters:
        return base
    # The request says where filters go; `send_in` is about paging. Only a form that paging alone
    # will make counts as well, because a request cannot have two bodies.
    has_form = base.form is not None or (base.json is None and listing.send_in == "form")
    place = "form" if has_form else "json" if base.method == "POST" else "query"
    return _with_values(base, filters, place)


def request_for(
    plan: ListPlan, step: Step, *, addresses: Addresses, held_by: str | None
) -> Request:
    """Return the request of one page. `held_by` is the URL of the page that held a next link."""
    base = plan.base
    if step.url is not None:
        url = addresses.next_link(step.url, held_by or base.url)
        if not step.resend_params:
            return replace(base, url=url, params=())
        return _merged(replace(base, url=url), step)
    if not step.resend_params:
        base = replace(base, params=())
    return _with_values(base, step.params, plan.listing.send_in)


def _merged(base: Request, step: Step) -> Request:
    """Put the link's own parameters over the list's: what the server wrote wins."""
    parts = urlsplit(base.url)
    own = parse_qsl(parts.query, keep_blank_values=True)
    names = {name for name, _ in own}
    ours = [*base.params, *as_pairs(step.params)]
    kept = tuple(pair for pair in ours if pair[0] not in names)
    bare = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    return replace(base, url=bare, params=(*own, *kept))


def _with_values(base: Request, values: Mapping[str, Json], send_in: str) -> Request:
    if send_in == "json":
        body = base.json if base.json is not None else {}
        for name, value in values.items():
            body = _set(body, _keys(name), value)
        return replace(base, json=body)
    ours = as_pairs(values)
    names = set(values)
    if send_in == "form":
        kept = tuple(pair for pair in base.form or () if pair[0] not in names)
        return replace(base, form=kept + ours)
    kept = tuple(pair for pair in base.params if pair[0] not in names)
    return replace(base, params=kept + ours)


def _keys(name: str) -> Keys:
    """Read a body parameter's name as a path (`paging.offset`, `params[1]`), else as one key."""
    if name.startswith("$"):
        return (name,)  # OData's `$skip` is a name; only where values lie does `$` begin a JSONPath
    try:
        keys = parse_path(name).keys or (name,)
    except PathError:
        return (name,)
    # An item that is far behind, or counted from the end, would need all those before it.
    is_near = all(0 <= key <= _LAST_ITEM for key in keys if isinstance(key, int))
    return keys if is_near else (name,)


def _set(body: Any, keys: Keys, value: Json) -> Json:
    """Return a copy of `body` with the value at `keys`; missing containers are made."""
    if not keys:
        return value
    key, rest = keys[0], keys[1:]
    if isinstance(key, int):
        items = list(body) if isinstance(body, list) else []
        items += [None] * (key + 1 - len(items))
        items[key] = _set(items[key], rest, value)
        return items
    pairs = dict(body) if isinstance(body, dict) else {}
    return {**pairs, key: _set(pairs.get(key), rest, value)}
