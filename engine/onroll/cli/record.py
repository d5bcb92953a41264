"""`onroll record`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from onroll.cli.lines import count_of, is_interactive, note, print_json, shorten
from onroll.cli.options import choose, json_option, source_options, store_option
from onroll.cli.terminal import err, new_table, out, plain, print_table
from onroll.definition.load import load_definition
from onroll.diagnostics import Diagnostic
from onroll.errors import UsageError
from onroll.service.example_files import ExampleFiles, find_spot, lay_out, save_example
from onroll.service.recording import Recording, RecordJob, record

if TYPE_CHECKING:
    from onroll.pseudonyms.survey import Fate

#: What becomes of values, for the table.
_WORDS: Final[dict[Fate, str]] = {
    "name": "made-up name",
    "email": "made-up address",
    "phone": "made-up number",
    "iban": "made-up IBAN",
    "date": "moved date",
    "url": "made-up URL",
    "id": "made-up id",
    "words": "neutral words",
    "number": "made-up number",
    "text": "made-up text",
    "asked": "kept (--keep)",
    "compared": "kept (compared)",
    "vocabulary": "kept (a status)",
    "field": "kept (a field)",
    "count": "kept (counts)",
    "restated": "number recorded",
    "column": "kept (a column)",
}
_EXAMPLE_WIDTH: Final = 26


@click.command("record")
@source_options
@store_option
@click.option(
    "--pages", type=click.IntRange(1, 100), default=2, show_default=True, help="Pages of each list."
)
@click.option(
    "--records",
    type=click.IntRange(1, 1000),
    default=10,
    show_default=True,
    help="Records of each page.",
)
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False), help="A new folder for the files."
)
@click.option("--keep", multiple=True, metavar="PATH", help="Keep the values there; repeatable.")
@click.option("--yes", "is_agreed", is_flag=True, help="Write without asking.")
@json_option
def command(
    name: str,
    pages: int,
    records: int,
    into: Path | None,
    keep: tuple[str, ...],
    is_agreed: bool,
    as_json: bool,
    **chosen: Any,
) -> int:
    """Save real answers as examples, with everything replaced that may be somebody's.

    Reads a few pages as any command does, makes up people of the same shape, shows what it will
    write, and asks. Logins and tokens are never recorded. `onroll validate` replays the examples.

    \b
    Examples:
      onroll record ./acme.yaml
      onroll record ./acme.yaml --records 3 --keep office.name
    """  # noqa: D301  (\b is click's)
    if not (is_agreed or is_interactive()):
        raise UsageError(
            Diagnostic(
                "nobody-to-ask",
                "without a terminal nobody can be asked whether to write the examples",
                expected="`--yes`",
                hint="run it on a terminal first, and look at what it would write",
            )
        )
    found = choose(name, **chosen, attempts=3)
    spot = find_spot(found.subject, name, into)
    definition = found.subject.definition
    job = RecordJob(
        definition=definition,
        filed=load_definition(Path(definition.source.name)),
        settings=found.settings(),
        options=found.options,
        pages=pages,
        records=records,
        keep=keep,
    )
    recording = record(job)
    files = lay_out(recording, spot)
    if not as_json or not is_agreed:
        _show(recording, files)
    if not is_agreed and not click.confirm("Write these files?", default=False, err=True):
        note("nothing was written")
        return 0
    save_example(files)
    if as_json:
        print_json(_as_json(recording, files))
    else:
        _tell(files)
    return 0


def _show(recording: Recording, files: ExampleFiles) -> None:
    """Show what becomes of each path, by a value that is made up, and the files."""
    console = err()
    table = new_table("Path", "Values", "Becomes", "For instance")
    named = [one for one in recording.changes if one.fate == "field"]
    others = [one for one in recording.changes if one.fate != "field"]
    for one in sorted(others, key=lambda one: one.is_kept):
        example = one.examples[0] if one.examples and not one.is_kept else ""
        cells = (
            one.path,
            one.count,
            _WORDS[one.fate],
            shorten(example, _EXAMPLE_WIDTH),
        )
        table.add_row(*(plain(cell) for cell in cells))
    print_table(console, table)
    if named:
        values = count_of(sum(one.count for one in named), "value")
        paths = count_of(len(named), "path")
        console.print(plain(f"\nKept besides: {values} at {paths}, which only name fields."))
    people = count_of(len(recording.users), "person", "people")
    console.print(plain(f"\n{people} in {count_of(len(files.contents), 'file')}:"))
    for name, content in files.contents.items():
        shown = f"  {files.spot.folder / name} ({len(content):,} bytes)"
        console.print(plain(shown), soft_wrap=True)
    if files.is_appended:
        console.print(plain(f"  {files.spot.definition} gets `examples`"), soft_wrap=True)
    if recording.lost:
        lost = count_of(recording.lost, "person", "people")
        console.print(plain(f"note: a replay refuses {lost} more than the source"), soft_wrap=True)
    if not recording.is_complete:
        why = "; ".join(recording.reasons) or "its end is not declared"
        console.print(plain(f"note: a replay is no complete list: {why}"), soft_wrap=True)


def _tell(files: ExampleFiles) -> None:
    spot = files.spot
    note(f"wrote {count_of(len(files.contents), 'file')} to {spot.folder}")
    if files.is_appended:
        note(f"{spot.definition} names them: try `onroll validate {spot.definition}`")
        return
    note("to have them replayed, put this into the definition:")
    out().print(plain(files.block), soft_wrap=True, end="")


def _as_json(recording: Recording, files: ExampleFiles) -> dict[str, Any]:
    return {
        "folder": str(files.spot.folder),
        "files": list(files.contents),
        "definition": str(files.spot.definition),
        "is_appended": files.is_appended,
        "examples": files.block,
        "users": len(recording.users),
        "is_complete": recording.is_complete,
        "reasons": list(recording.reasons),
        "lost": recording.lost,
        "paths": [
            {
                "path": one.path,
                "values": one.count,
                "becomes": one.fate,
                "is_kept": one.is_kept,
            }
            for one in recording.changes
        ],
    }
