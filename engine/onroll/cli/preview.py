"""`onroll preview`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from onroll.cli.options import choose, source_options
from onroll.cli.terminal import err, new_table, out, plain, print_error, print_json, shorten
from onroll.errors import SourceError
from onroll.mapping.coverage import unmapped
from onroll.service.opening import open_source
from onroll.service.preview import Preview, make_preview

if TYPE_CHECKING:
    from rich.console import Console


@click.command("preview")
@source_options
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=10,
    show_default=True,
    help="How many records to read.",
)
@click.option("--raw", "half", flag_value="raw", help="Only the provider's own fields.")
@click.option("--mapped", "half", flag_value="mapped", help="Only the mapped users.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(name: str, limit: int, half: str | None, as_json: bool, **chosen: Any) -> int:
    """Show the provider's own fields beside the mapped users, and each attribute's coverage.

    Nothing is written anywhere.
    """
    found = choose(name, **chosen)
    try:
        with open_source(found.subject.definition, found.settings(), found.options) as opened:
            preview = make_preview(opened, limit)
    except SourceError as error:
        print_error(error, error.exchange)
        return error.exit_code
    if as_json:
        print_json(preview.as_json())
    else:
        _print(preview, half)
    return 1 if preview.refused else 0


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
    for raw in preview.schema:
        for name in raw.used_by:
            sources.setdefault(name, []).append(raw.path)
    wide = max(24, console.width - 46)
    table = new_table("Attribute", "Filled", "Example", "From the provider's field")
    for name, one in preview.coverage.items():
        count = one.filled + one.empty + one.absent
        example = shorten(one.examples[0], 18) if one.examples else ""
        paths = sources.get(name, [])
        origin = (
            shorten(paths[0], wide - 5) + (f" +{len(paths) - 1}" if len(paths) > 1 else "")
            if paths
            else "–"
        )
        filled = f"{one.filled}/{count}" + (f" ({one.empty} empty)" if one.empty else "")
        table.add_row(*(plain(cell) for cell in (name, filled, example, origin)))
    console.print(table)
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
        name = one.get("display_name") or full or one.get("username") or ""
        status = one.get("status") or f"? {item.mapped.user.unknown_status}"
        table.add_row(
            plain(shorten(item.id or "", 10)),
            plain(shorten(name, 18)),
            plain(shorten(one.get("email") or "", 24)),
            plain(shorten(one.get("department") or "", 12)),
            plain(shorten(status, 10)),
        )
    console.print()
    console.print(table)


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
    console.print(table)


def _print_unmapped(console: Console, preview: Preview) -> None:
    left = unmapped(preview.schema)
    if not left:
        return
    shown = ", ".join(left[:12])
    more = f" and {len(left) - 12} more (see --raw)" if len(left) > 12 else ""
    console.print(plain(f"\n{len(left)} fields that no attribute uses: {shown}{more}"))


def _print_refused(preview: Preview) -> None:
    for item in preview.refused:
        why = "; ".join(f"{one.attribute}: {one.message}" for one in item.mapped.reasons)
        err().print(plain(f"refused: record {item.number} (id {item.id or 'missing'}): {why}"))
