"""Explain a definition: the plan of requests in words, in order, and how the list ends."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from onroll.diagnostics import quoted_list
from onroll.expressions.reference import as_text
from onroll.fetch.address import Addresses
from onroll.fetch.plan import plan_list, request_for
from onroll.model import ABSENT, NEEDED_ATTRIBUTES
from onroll.plugins.registry import installed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.definition.connector import (
        ConnectorDefinition,
        ListDefinition,
        RequestTemplate,
    )
    from onroll.expressions.condition import Condition
    from onroll.expressions.reference import Reference
    from onroll.model import Absent, Json, Request

__all__ = ["Explanation", "explain"]

#: Keys of methods that send a person to a page of the provider.
_PAGES_FOR_PEOPLE: Final = frozenset({"authorization_url", "device_authorization_url"})


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a definition will do. Each step is its sentences, in the order in which it is done."""

    name: str
    title: str
    description: str
    steps: tuple[tuple[str, ...], ...]
    mapping: tuple[str, ...]

    def text(self, width: int = 0) -> str:
        """Return it as numbered sentences, folded at `width` columns if that is given."""
        lines = [f"{self.title} ({self.name})"]
        if self.description:
            lines += _folded(self.description, "", width)
        lines.append("")
        for number, (head, *rest) in enumerate(self.steps, 1):
            indent = " " * len(f"{number}. ")
            lines += _folded(f"{number}. {head}", indent, width)
            for line in rest:
                lines += _folded(indent + line, indent, width)
        lines.append("")
        for line in self.mapping:
            lines += _folded(line, "", width)
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """Return it as `onroll explain --json` prints it."""
        return {
            "connector": self.name,
            "title": self.title,
            "description": self.description,
            "steps": [list(one) for one in self.steps],
            "mapping": list(self.mapping),
        }


def _folded(line: str, indent: str, width: int) -> list[str]:
    if not width:
        return [line]
    # An address is not cut: it is there to be copied.
    return textwrap.wrap(
        line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def explain(definition: ConnectorDefinition) -> Explanation:
    """Return the request plan in words. Asks nothing and needs no settings."""
    steps = [
        _authentication(definition),
        *_context(definition),
        *_lists(definition),
        *_joins(definition),
    ]
    return Explanation(
        name=definition.name,
        title=definition.title,
        description=definition.description,
        steps=tuple(tuple(one) for one in steps),
        mapping=tuple(_mapping(definition)),
    )


def _authentication(definition: ConnectorDefinition) -> list[str]:
    method = definition.auth["method"]
    kind = installed().auth[method].kind
    settings = [
        f"{name} (secret)" if one.secret else name for name, one in definition.settings.items()
    ]
    supplied = [f"Settings to supply: {', '.join(settings)}."] if settings else []
    if method == "none" and any(one.secret for one in definition.settings.values()):
        return ["The credentials are part of the requests themselves.", *supplied]
    if method == "none":
        return ["No credentials are asked for.", *supplied]
    where = definition.auth.get("access_token_url") or definition.auth.get("endpoint")
    lines = [f"Authenticate with `{method}`: {kind.summary}."]
    if where:
        url = _as_shown(definition.base_url + where if where.startswith("/") else where)
        lines.append(f"{definition.auth.get('http_method', 'POST')} {url}")
        lines.append("One token serves all requests; it is renewed before it expires,")
        lines.append("and once more if the API answers 401.")
    if definition.auth.keys() & _PAGES_FOR_PEOPLE:
        lines.append(f"Somebody allows access first, once: `onroll login {definition.name}`.")
    if definition.tls:
        lines.append("Connections carry the client's own certificate (`tls`).")
    return [*lines, *supplied]


def _context(definition: ConnectorDefinition) -> Iterator[list[str]]:
    for call in definition.context:
        yield [
            f"Ask for `context.{call.name}`, once:",
            f"{call.request.method} {_as_shown(definition.base_url + call.request.endpoint)}",
            f"What lies at `{call.resource_location}` is used in the requests below.",
        ]


def _lists(definition: ConnectorDefinition) -> Iterator[list[str]]:
    for listing in definition.parts:
        yield _asking(definition, listing)
        yield _going_on(listing)
    yield [
        *_ends(definition),
        *_left_out(definition),
        *_limits(definition),
        *_changes(definition),
    ]


def _asking(definition: ConnectorDefinition, listing: ListDefinition) -> list[str]:
    is_part = len(definition.parts) > 1
    records = f"Records: the list at `{listing.resource_location}`"
    if listing.shape is not None:
        records = f"Records: `{listing.shape.style}`, at `{listing.resource_location}`"
    total = f"Total count: {listing.total_count}." if listing.total_count else ""
    added = ", ".join(f"`{key}: {as_text(value)}`" for key, value in listing.record.items())
    return [
        f"Ask for the people of the part `{listing.name}`:" if is_part else "Ask for people:",
        _request_line(_first_request(definition, listing)),
        *_decoding(listing.request),
        f"{records}. {total or 'There is no total count.'}",
        *([f"Each record gets {added}."] if added else []),
        *_answer_condition("Each answer must have", listing.success),
    ]


def _decoding(request: RequestTemplate) -> list[str]:
    kind = installed().decoder[request.decoder["format"]].kind
    return [] if kind.name == "json" else [f"Answers are read as `{kind.name}`: {kind.summary}."]


def _going_on(listing: ListDefinition) -> list[str]:
    style = installed().pagination[listing.pagination["style"]].kind
    keys = [
        f"{name}: {_words(value)}" for name, value in listing.pagination.items() if name != "style"
    ]
    return [
        f"Go on with `{style.name}`: {style.summary}.",
        *keys,
        *_answer_condition("Another page exists while", listing.more),
    ]


def _ends(definition: ConnectorDefinition) -> list[str]:
    listing = definition.list_users
    ends = dict.fromkeys(
        installed().pagination[one.pagination["style"]].kind.ends for one in definition.parts
    )
    duplicates = (
        "an id listed twice is kept once"
        if listing.duplicates == "keep_first"
        else "an id listed twice makes it incomplete"
    )
    has_total = any(one.total_count is not None for one in definition.parts)
    whole = "with that proof" if len(definition.parts) == 1 else "when each part has its proof"
    return [
        f"The listing ends with {'; or '.join(ends)}.",
        f"A short page is no end. The listing is complete only {whole}"
        + (" and when the total agrees;" if has_total else ";"),
        f"{duplicates}.",
    ]


def _left_out(definition: ConnectorDefinition) -> Iterator[str]:
    for condition in definition.exclude:
        yield f"Left out, after they were counted: records with {_tested(condition)}."


def _changes(definition: ConnectorDefinition) -> list[str]:
    since = definition.updated_since
    if since is None:
        return []
    return [
        f"With `--updated-since` only people who changed are asked for (`{since.name}`),",
        f"from {since.overlap_minutes} minutes before; such a listing is partial.",
    ]


def _first_request(definition: ConnectorDefinition, listing: ListDefinition) -> Request:
    addresses = Addresses(definition.base_url, definition.base_url)
    registry = installed()

    def as_written(reference: Reference) -> Json | Absent:
        setting = definition.settings.get(reference.name)
        is_unset = setting is not None and not setting.required and setting.default is None
        return ABSENT if is_unset else f"<{reference.name}>"

    plan = plan_list(definition, listing, as_written, addresses, registry)
    return request_for(plan, plan.paginator.first(), addresses=addresses, held_by=None)


def _as_shown(text: str) -> str:
    """Write references as request lines have them: `<company>` for `${settings.company}`."""
    return re.sub(r"\$\{(?:settings\.|context\.|(?=record\.))([^{}]+)\}", r"<\1>", text)


def _request_line(request: Request) -> str:
    query = urlencode(request.params, safe="$<>[],:/@*")
    url = _as_shown(request.url.replace("%3C", "<").replace("%3E", ">"))
    line = f"{request.method} {url}" + (f"?{query}" if query else "")
    if request.json is not None:
        line += f"  with the JSON body {as_text(request.json)}"
    if request.form is not None:
        line += f"  with the form {urlencode(request.form, safe='$<>[]')}"
    return line


def _answer_condition(lead: str, condition: Condition | None) -> list[str]:
    if condition is None:
        return []
    return [f"{lead} {_tested(condition)}."]


def _tested(condition: Condition) -> str:
    name = condition.header or condition.attribute or condition.body or condition.path
    subject = f"the header `{name}`" if condition.header else f"`{name}`"
    if condition.wanted is None:
        return f"{subject} {'present' if condition.present else 'absent'}"
    return f"{subject} = {' or '.join(as_text(one) for one in condition.wanted)}"


def _limits(definition: ConnectorDefinition) -> list[str]:
    limits = definition.limits
    rates = [
        f"{count} requests a {unit}"
        for count, unit in (
            (limits.requests_per_second, "second"),
            (limits.requests_per_minute, "minute"),
        )
        if count is not None
    ]
    return [f"At most {' and '.join(rates)} are sent."] if rates else []


def _joins(definition: ConnectorDefinition) -> Iterator[list[str]]:
    several = definition.limits.concurrency
    for detail in definition.details:
        together = f", {several} at once at most" if several > 1 else ""
        yield [
            f"For each person ask for `{detail.name}`{together}:",
            f"{detail.request.method} {_as_shown(definition.base_url + detail.request.endpoint)}",
            f"What lies at `{detail.resource_location}` joins the record as `{detail.name}`.",
        ]
    for lookup in definition.lookups:
        if lookup.listing is None:
            yield [
                f"Take the entries at `{lookup.resource_location}` of each page:",
                f"that whose `{lookup.key}` equals the record's `{lookup.match}`",
                f"joins the record as `{lookup.name}`.",
            ]
            continue
        yield [
            f"Read the list `{lookup.name}` once:",
            _request_line(_first_request(definition, lookup.listing)),
            f"The entry whose `{lookup.key}` equals the record's `{lookup.match}`",
            f"joins the record as `{lookup.name}`.",
        ]


def _mapping(definition: ConnectorDefinition) -> Iterator[str]:
    names = [name for name, value in definition.attributes.items() if value is not None]
    left = [name for name in NEEDED_ATTRIBUTES if definition.attributes.get(name) is None]
    yield f"Maps {len(names)} attributes: {', '.join(names)}."
    if left:
        yield f"The connection must map {quoted_list(left)}."
    if "status" not in names:
        yield "There is no status: everyone listed counts as active."
    by = definition.verified["by"]
    date = definition.verified.get("date")
    yield f"Verified: {by}{f', {date}' if date else ''}."


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {as_text(item)}" for key, item in value.items())
    return as_text(value)
