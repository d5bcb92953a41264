"""The tables of `onroll preview`: what the provider has, what we make of it, and what is amiss."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from onroll.cli.preview_words import amiss_lines
from onroll.cli.terminal import (
    err,
    new_table,
    out,
    plain,
    print_table,
    shorten,
    shorten_path,
)
from onroll.mapping.coverage import unmapped

if TYPE_CHECKING:
    from rich.console import Console

    from onroll.service.preview import Preview

__all__ = ["print_preview", "unused_fields"]


def _print(preview: Preview, half: str | None) -> None:
    console = out()
    of = f" of {preview.total_count:,}" if preview.total_count is not None else ""
    console.print(plain(f"{preview.connector}: {len(preview.items)}{of} people\n"))
    if not preview.items:
        console.print(plain("The list is there, and nobody is in it."))
        return
    if half == "raw":
        _print_raw(console, preview)
    elif half == "mapped":
        _print_users(console, preview)
    else:
        _print_mapping(console, preview)
        _print_users(console, preview)
        _print_unmapped(console, preview)
    _print_refused(preview)
    for warning in preview.warnings:
        err().print(plain(f"note: {warning}"))


def _print_mapping(console: Console, preview: Preview) -> None:
    """Print the provider's field beside our attribute, its coverage and an example."""
    sources: dict[str, list[str]] = {}
    # Of several fields (`first:`) the one that is filled most often stands for them.
    for raw in sorted(preview.schema, key=lambda raw: -raw.filled):
        for name in raw.used_by:
            sources.setdefault(name, []).append(raw.path)
    names = max(len(name) for name in preview.coverage)
    example_width = 14 if console.width < 100 else 18
    wide = max(24, console.width - names - example_width - 15)
    table = new_table("Attribute", "Filled", "Example", "From the provider's field")
    for name, one in preview.coverage.items():
        count = one.filled + one.empty + one.absent
        example = shorten(one.examples[0], example_width) if one.examples else ""
        paths = sources.get(name, [])
        more = f" +{len(paths) - 1}" if len(paths) > 1 else ""
        origin = shorten_path(paths[0], wide - len(more)) + more if paths else "–"
        cells = (name, f"{one.filled}/{count}", example, origin)
        table.add_row(*(plain(cell) for cell in cells))
    print_table(console, table)
    for name, one in preview.coverage.items():
        if one.unmatched:
            values = ", ".join(f"{value!r} ({count})" for value, count in one.unmatched.items())
            console.print(plain(f"\n{name}: its `map` does not know {values}"))


def _print_users(console: Console, preview: Preview) -> None:
    table = new_table("Id", "Name", "E-mail", "Department", "Status")
    for item in preview.items:
        if item.mapped.user is None:
            continue
        one = item.mapped.user.attributes
        full = f"{one.get('first_name') or ''} {one.get('last_name') or ''}".strip()
        name = full or one.get("display_name") or one.get("username") or ""
        status = one.get("status") or f"? {item.mapped.user.unknown_status}"
        table.add_row(
            plain(shorten(item.id or "", 10)),
            plain(shorten(name, 18)),
            plain(shorten(one.get("email") or "", 24)),
            plain(shorten(one.get("department") or "", 12)),
            plain(shorten(status, 10)),
        )
    console.print()
    print_table(console, table)


def _print_raw(console: Console, preview: Preview) -> None:
    table = new_table("The provider's field", "Type", "Filled", "Example", "Used by")
    for one in preview.schema:
        cells = (
            one.path,
            "/".join(one.types),
            f"{one.filled}/{len(preview.items)}",
            shorten(one.example, 20) if one.example is not None else "",
            ", ".join(one.used_by),
        )
        table.add_row(*(plain(cell) for cell in cells))
    print_table(console, table)


def _print_unmapped(console: Console, preview: Preview) -> None:
    left = unmapped(preview.schema)
    if not left:
        return
    fields, wrappers = _unused(left, [one.path for one in preview.schema if one.used_by])
    shown = ", ".join(fields[:12])
    more = f" and {len(fields) - 12} more" if len(fields) > 12 else ""
    if fields:
        console.print(plain(f"\nNot used by any attribute: {shown}{more} (all of them: --raw)"))
    if wrappers:
        names = ", ".join(f"`{name}`" for name in wrappers)
        console.print(plain(f"Beside most values stand {names}, which no attribute uses either."))


def _unused(left: list[str], used: list[str]) -> tuple[list[str], list[str]]:
    """Fold the unused paths: to the highest parent that is wholly unused, and wrapper keys to one.

    An API that wraps each value (`{label, value, type}`) would fill pages otherwise.
    """
    last = Counter(path.rpartition(".")[2] for path in left)
    wrappers = [name for name, count in last.items() if count > 8 and name != "value"]
    inside = {parent for path in used for parent in _parents(path)}
    fields: dict[str, None] = {}
    for path in left:
        if path.rpartition(".")[2] not in wrappers:
            top = next((one for one in _parents(path) if one not in inside), path)
            fields[top] = None
    return list(fields), wrappers


def _parents(path: str) -> list[str]:
    """Return the paths above this one, the highest first, and the path itself."""
    cuts = [match.start() for match in re.finditer(r"[.\[]", path)]
    return [path[:cut] for cut in cuts if cut] + [path]


def _print_refused(preview: Preview) -> None:
    for item in preview.refused:
        why = "; ".join(f"{one.attribute}: {one.message}" for one in item.mapped.reasons)
        err().print(plain(f"refused: record {item.number} (id {item.id or 'missing'}): {why}"))
