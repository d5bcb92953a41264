"""The tables of `onroll preview`: what the provider has, what we make of it, and what is amiss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from onroll.cli.lines import count_of, shorten, shorten_path
from onroll.cli.preview_person import person_heading, person_lines
from onroll.cli.preview_words import (
    duplicate_item,
    refused_items,
    standing_counts,
    standing_rows,
    unused_fields,
)
from onroll.cli.terminal import err, new_table, out, plain, print_table
from onroll.mapping.leaves import readers_of
from onroll.model import NO_STATUS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from onroll.cli.preview_person import Half
    from onroll.model import Json
    from onroll.service.preview import Preview

__all__ = ["print_preview"]

#: Of what may be long; `--json` has it all.
_MOST_ROWS: Final = 10


def print_preview(preview: Preview, half: Half, record: int | None, rules: str) -> None:
    """Print a whole preview; `rules` says whose import rules count. Who is refused goes to stderr.

    With `record` that one alone is shown, its fields beside the attributes.
    """
    console = out()
    of = f" of {preview.total_count:,}" if preview.total_count is not None else ""
    console.print(plain(f"{preview.connector}: {len(preview.items)}{of} people\n"))
    if not preview.items:
        console.print(plain("The list is there, and nobody is in it."))
        return
    if record is not None:
        _print_record(console, preview, half, record)
    elif half == "raw":
        _print_raw(console, preview)
    elif half == "mapped":
        _print_users(console, preview)
    else:
        _print_mapping(console, preview)
        _print_users(console, preview)
        _print_standing(console, preview, rules)
        _print_duplicates(console, preview)
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
        origin = _origin(sources.get(name, []), preview.attributes, name, wide)
        cells = (name, f"{one.filled}/{count}", example, origin)
        table.add_row(*(plain(cell) for cell in cells))
    print_table(console, table)
    for name, one in preview.coverage.items():
        if one.unmatched and name != "status":
            values = ", ".join(f"{value!r} ({count})" for value, count in one.unmatched.items())
            console.print(plain(f"\n{name}: its `map` does not know {values}"))
    _print_unknown(console, preview)


def _origin(found: list[str], attributes: Mapping[str, Json], name: str, width: int) -> str:
    """Name the field that an attribute reads, or the one that it would read if it were there."""
    written = [path.text for reader, path in readers_of(attributes) if reader == name]
    if not (found or written):
        return "–"
    paths = found or list(dict.fromkeys(written))
    more = f" +{len(paths) - 1}" if len(paths) > 1 else ""
    end = more if found else f"{more} (in no record)"
    return shorten_path(paths[0], width - len(end)) + end


def _print_unknown(console: Console, preview: Preview) -> None:
    named = dict(preview.unknown_statuses)
    without = named.pop(NO_STATUS, 0)
    if named:
        values = ", ".join(f"{value!r} ({count})" for value, count in named.items())
        console.print(plain(f"\nstatus: its `map` does not know {values}"))
    if without:
        have = f"{count_of(without, 'person has', 'people have')} none"
        console.print(plain(f"\nstatus: {have}, so an import does nothing to them"))


def _print_record(console: Console, preview: Preview, half: Half, record: int) -> None:
    item = next(one for one in preview.items if one.number == record)
    console.print(plain(person_heading(preview, item)))
    for line in person_lines(preview, item, console.width, half):
        console.print(line, no_wrap=True)


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
    fields, wrappers = unused_fields(preview)
    shown = ", ".join(fields[:12])
    more = f" and {len(fields) - 12} more" if len(fields) > 12 else ""
    if fields:
        console.print(plain(f"\nNot used by any attribute: {shown}{more} (all of them: --raw)"))
    if wrappers:
        names = ", ".join(f"`{name}`" for name in wrappers)
        console.print(plain(f"Beside most values stand {names}, which no attribute uses either."))


def _print_standing(console: Console, preview: Preview, rules: str) -> None:
    """Print what an import would make of those whom a status or a date concerns."""
    rows = standing_rows(preview)
    console.print(plain(f"\nTo an import ({rules}): {', '.join(standing_counts(preview))}"))
    if not rows:
        return
    table = new_table("Who", "Today", "Why, and what comes")
    for row in rows[:_MOST_ROWS]:
        table.add_row(*(plain(cell) for cell in row))
    print_table(console, table)
    if len(rows) > _MOST_ROWS:
        console.print(plain(f"… and {len(rows) - _MOST_ROWS} more (all of them: --json)"))


def _print_duplicates(console: Console, preview: Preview) -> None:
    if not preview.duplicates:
        return
    console.print(plain("\nShared by several people:"))
    for one in preview.duplicates[:_MOST_ROWS]:
        console.print(plain(f"  {duplicate_item(one)}"), soft_wrap=True)
    more = len(preview.duplicates) - _MOST_ROWS
    if more > 0:
        console.print(plain(f"  … and {more} more (all of them: --json)"))


def _print_refused(preview: Preview) -> None:
    for said in refused_items(preview):
        err().print(plain(f"refused: {said}"))
