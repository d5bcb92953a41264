"""`onroll preview`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from onroll.cli.lines import print_json
from onroll.cli.options import choose, source_options, store_option
from onroll.cli.preview_tables import print_preview
from onroll.cli.preview_words import numbers_of, rules_of
from onroll.diagnostics import Diagnostic
from onroll.errors import UsageError
from onroll.service.opening import open_source
from onroll.service.preview import make_preview

if TYPE_CHECKING:
    from onroll.cli.options import Chosen
    from onroll.cli.preview_person import Half
    from onroll.service.preview import Preview


@click.command("preview")
@source_options
@store_option
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=10,
    show_default=True,
    help="How many records to read.",
)
@click.option("--raw", "half", flag_value="raw", help="Only the provider's own fields.")
@click.option("--mapped", "half", flag_value="mapped", help="Only the mapped users.")
@click.option(
    "--record",
    type=click.IntRange(1),
    metavar="N",
    help="Only this record, its fields beside the attributes; reads as many as that takes.",
)
@click.option(
    "--watch", "is_watched", is_flag=True, help="Look again after each save, until Ctrl-C."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object; with --watch one per line.")
def command(
    name: str,
    limit: int,
    half: Half,
    record: int | None,
    is_watched: bool,
    as_json: bool,
    **chosen: Any,
) -> int:
    """Show the provider's own fields beside the mapped users, and each attribute's coverage.

    It also says what an import would make of each person today, and from when that changes; for a
    connection by its `import` block, else by the defaults. Nothing is written anywhere.

    With `--watch` it looks again whenever the definition, onroll.yaml or a file that is named
    there is saved. Answers are kept in memory meanwhile, so that the API is asked again only for
    what was not asked before.

    \b
    Examples:
      onroll preview ./people.yaml --limit 50
      onroll preview ./people.yaml --record 3
      onroll preview ./people.yaml --watch
    """  # noqa: D301  (\b is click's)
    find = partial(choose, name, **chosen, attempts=3)
    limit = max(limit, record or 0)
    if is_watched:
        # What it needs is slow to import, and nobody else needs it.
        from onroll.cli.watching import Wanted, watch_preview  # noqa: PLC0415  (as said)

        wanted = Wanted(name, chosen["config"], limit, half, record, as_json)
        return watch_preview(find, wanted)
    found: Chosen = find()
    with open_source(found.subject.definition, found.settings(), found.options) as opened:
        preview = make_preview(opened, limit, found.subject.import_rules)
    if record is not None and all(one.number != record for one in preview.items):
        raise UsageError(_no_record(preview, record))
    if as_json:
        print_json(preview.as_json())
    else:
        print_preview(preview, half, record, rules_of(found.subject))
    return 1 if preview.refused else 0


def _no_record(preview: Preview, record: int) -> Diagnostic:
    return Diagnostic(
        "wrong-option",
        f"there is no record {record}: {numbers_of(preview)}",
        hint="name one of those, or read more with `--limit`" if preview.items else None,
    )
