"""The catalogue of shipped connectors: of each how it is asked, and what was checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.comparison import shipped_files, total_of
from onroll.definition.load import load_definition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.definition.connector import ConnectorDefinition, Setting

_VERIFIED: Final = {
    "live": "live: run against the real API",
    "vendor-specification": "against the vendor's machine-readable specification",
    "documentation": "against the vendor's documentation",
    "client-source": "against the source of a client or server of the API",
    "unverified": "not verified",
}

_LEAD: Final = (
    "`onroll connectors` lists them. Each has a README, with the rights and settings that it needs "
    "and what it cannot read. [They are compared](connectors-compared.md) on a page of their own, "
    "and a definition of your own takes [ten minutes](../tutorial/first-connector.md)."
)


def connectors_page() -> list[str]:
    """Return the page. Raises `KeyError` for a way of verifying that it does not know."""
    definitions = [load_definition(file) for file in shipped_files()]
    lines = ["# Shipped connectors", "", _LEAD, "", "| connector | reads |", "| --- | --- |"]
    lines += [f"| [{one.title}](#{one.name}) | {one.description} |" for one in definitions]
    for one in definitions:
        lines += ["", *_connector(one)]
    return lines


def _connector(one: ConnectorDefinition) -> Iterator[str]:
    yield f'<a id="{one.name}"></a>'
    yield ""
    yield f"## {one.title}"
    yield ""
    readme = f"[{one.title}](../../connectors/{one.name}/README.md)"
    yield f"{one.description} What it needs, and what it cannot read: {readme}."
    yield ""
    yield "| | |"
    yield "| --- | --- |"
    yield f"| name | `{one.name}` |"
    date = one.verified.get("date")
    yield f"| checked | {_VERIFIED[one.verified['by']]}{f', {date}' if date else ''} |"
    if one.documentation:
        yield f"| vendor's page | <{one.documentation}> |"
    yield f"| base URL | `{one.base_url}` |"
    method, style = one.auth["method"], one.list_users.pagination["style"]
    yield f"| authentication | [`{method}`](auth.md#{method}) |"
    limit = one.list_users.pagination.get("limit")
    pages = "" if limit is None else f", up to {limit} a page"
    yield f"| pagination | [`{style}`](pagination.md#{style}){pages} |"
    yield f"| total count | {total_of(one.list_users.total_count)} |"
    names = [name for name, value in one.attributes.items() if value is not None]
    yield f"| attributes | {', '.join(names)} |"
    if one.settings:
        yield from ("", "| setting | | what it is |", "| --- | --- | --- |")
        yield from (_setting(setting) for setting in one.settings.values())


def _setting(one: Setting) -> str:
    marks = ["secret"] if one.secret else []
    marks += [] if one.required and one.default is None else ["optional"]
    marks += [] if one.default is None else [f"default `{one.default}`"]
    marks += [f"one of {', '.join(f'`{value}`' for value in one.enum)}"] if one.enum else []
    said = f"{one.title}: {one.description}" if one.description else one.title
    return f"| `{one.name}` | {', '.join(marks)} | {said.replace('|', chr(92) + '|')} |"
