"""The page that compares the shipped connectors: what each needs, and what each proves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from onroll.builtin import shipped
from onroll.definition.load import load_definition

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from onroll.definition.connector import ConnectorDefinition, ListDefinition
    from onroll.expressions.locator import Locator
    from onroll.model import Json

_LEAD: Final = (
    "Written from the definitions and their READMEs. Each name leads to the README, which says "
    "what the connector cannot read."
)

_COLUMNS: Final = {
    "connector": "the name that `onroll` knows it by",
    "sign-in": "the [authentication method](auth.md)",
    "pages": "the [pagination style](pagination.md), and how many people a page may have",
    "end": "what [proves the end](../explanation/completeness.md#what-counts-as-proof) of a list",
    "total": "whether the API counts the people in the list, and where it says so; "
    "the listing is complete only when the count agrees",
    "for each person": "further requests for each person, by name: they decide how long it takes",
    "besides": "further lists that are read once, and calls before the first",
    "changed only": "whether `--updated-since` can ask only for people who changed",
    "inactive": "whether some of the people who left, or were shut out, come as inactive; "
    "the others are absent, which an import notices",
    "verified": "what the definition was checked against",
}

#: What ends a list of a style that has no total count, unless its own keys say otherwise.
_PROOFS: Final = {
    "none": "single_page",
    "offset": "empty_page",
    "page": "empty_page",
    "last_id": "empty_page",
    "cursor": "end_marker",
    "next_link": "end_marker",
}
_COUNTED: Final = frozenset({"offset", "page"})

#: A table, a heading, a list, or a block.
_NO_PARAGRAPH: Final = re.compile(r"[|#]|[*-] |\d+\. |```")


def comparison_page() -> list[str]:
    """Return the page. Raises `LookupError` for a style whose proof it does not know."""
    definitions = [load_definition(file) for file in shipped_files()]
    return [
        "# Shipped connectors compared",
        "",
        _LEAD,
        "",
        _row(list(_COLUMNS)),
        _row(["---"] * len(_COLUMNS)),
        *(_row(cells_of(one)) for one in definitions),
        "",
        "## What the columns mean",
        "",
        *(f"* **{name}**: {meaning}." for name, meaning in _COLUMNS.items()),
        "",
        "## What each needs",
        "",
        "The rights that the API asks for, and the settings. Those in parentheses may be left out.",
        "",
        *(_needs(one) for one in definitions),
    ]


def shipped_files() -> list[Path]:
    """Return the files of the shipped definitions, by name."""
    return sorted(shipped("connectors").glob("*/connector.yaml"))


def cells_of(one: ConnectorDefinition) -> list[str]:
    """Return the cells of a connector's row, one for each column."""
    method = one.auth["method"]
    return [
        f"[`{one.name}`](../../connectors/{one.name}/README.md)",
        f"[`{method}`](auth.md#{method})",
        _each(_pages(part) for part in one.parts),
        _each(f"`{_proof(part)}`" for part in one.parts),
        _each(total_of(part.total_count) for part in one.parts),
        ", ".join(f"`{detail.name}`" for detail in one.details) or "no",
        _besides(one),
        "yes" if one.updated_since is not None else "no",
        "yes" if "inactive" in set(_texts(one.attributes.get("status"))) else "no",
        one.verified["by"],
    ]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _each(said: Iterator[str]) -> str:
    """Join what is said of the parts of a list, each thing once."""
    return ", ".join(dict.fromkeys(said))


def _pages(listing: ListDefinition) -> str:
    style, limit = listing.pagination["style"], listing.pagination.get("limit")
    name = f"[`{style}`](pagination.md#{style})"
    return name if limit is None else f"{name}, {limit}"


def _proof(listing: ListDefinition) -> str:
    style = listing.pagination["style"]
    proof = _PROOFS[style]
    if listing.more is not None or listing.end_statuses or "total_pages" in listing.pagination:
        return "end_marker"
    return "total" if listing.total_count is not None and style in _COUNTED else proof


def total_of(locator: Locator | None) -> str:
    """Return where the total count is, or `no`."""
    if locator is None:
        return "no"
    return f"header `{locator.header}`" if locator.header is not None else f"`{locator.path}`"


def _besides(one: ConnectorDefinition) -> str:
    joined = [lookup.name for lookup in one.lookups if lookup.listing is not None]
    calls = [call.name for call in one.context]
    return ", ".join(f"`{name}`" for name in (*calls, *joined)) or "no"


def _texts(written: Json) -> Iterator[str]:
    """Yield the texts that a mapping may give: its constants, and what its maps map to."""
    if isinstance(written, dict):
        for key in ("value", "default"):
            if isinstance(written.get(key), str):
                yield written[key]
        yield from (text for text in written.get("map", {}).values() if isinstance(text, str))
        for value in written.get("first", []):
            yield from _texts(value)


def _needs(one: ConnectorDefinition) -> str:
    settings = [
        f"`{name}`" if setting.required and setting.default is None else f"(`{name}`)"
        for name, setting in one.settings.items()
    ]
    link = f"[{one.title}](../../connectors/{one.name}/README.md#what-it-needs)"
    said = " ".join((*_rights(one.name), f"Settings: {', '.join(settings)}."))
    return f"* **{link}**: {said}"


def _rights(name: str) -> Iterator[str]:
    """Yield the first paragraph of what a README says that its connector needs, if it has one."""
    readme = shipped("connectors") / name / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.is_file() else ""
    section = text.partition("\n## What it needs\n")[2].partition("\n## ")[0]
    for part in section.split("\n\n"):
        paragraph = " ".join(part.split())
        if paragraph and not _NO_PARAGRAPH.match(paragraph):
            plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", paragraph)
            # It may lead over to a list, which is not repeated here.
            yield plain.removesuffix(":") + "." if plain.endswith(":") else plain
            return
