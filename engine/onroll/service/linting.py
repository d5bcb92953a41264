"""Look at definitions and connection files with taste: what is valid, and could be better."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from onroll.definition.connections import load_connections
from onroll.definition.load import load_definition
from onroll.definition.taste.findings import about_connections, about_definition
from onroll.definition.taste.people import is_made_up, real_looking
from onroll.diagnostics import Diagnostic
from onroll.plugins.registry import installed
from onroll.service.replay import read_recorded
from onroll.service.subject import DEFAULT_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from onroll.definition.connector import ConnectorDefinition, Example

__all__ = ["lint_file"]

#: A file of this name is called what its folder is called.
_NAMED_BY_FOLDER = "connector.yaml"


def lint_file(path: Path, today: date | None = None) -> list[Diagnostic]:
    """Return the findings about a valid file, each a warning. Raises `OnrollError` for others."""
    if path.name == DEFAULT_FILE.name:
        return about_connections(load_connections(path).source)
    definition = load_definition(path)
    registered = installed().auth[definition.auth["method"]]
    return about_definition(
        definition,
        registered.kind.schema.get("properties", {}),
        path.resolve().parent.name if path.name == _NAMED_BY_FOLDER else None,
        today or datetime.now(tz=UTC).date(),
        _people(definition, path.parent),
    )


def _people(definition: ConnectorDefinition, folder: Path) -> Iterator[Diagnostic]:
    """Yield what looks like real people's data in the files of examples."""
    seen: set[Path] = set()
    for index, example in enumerate(definition.examples):
        texts = {file: _text(file) for file in _files(example)}
        if is_made_up(texts.values()):
            continue
        for file in [one for one in texts if one not in seen]:
            seen.add(file)
            for what, count, line in real_looking(texts[file]):
                more = f" and {count - 1} more" if count > 1 else ""
                yield Diagnostic(
                    "lint-real-people",
                    f"{file.relative_to(folder)}, line {line}, has {what}{more}",
                    definition.source.place(("examples", index)),
                    hint="make people up, with addresses at example.com: `onroll record` does so",
                    severity="warning",
                )


def _files(example: Example) -> Iterator[Path]:
    for answers in example.responses.values():
        yield from (one.body for one in answers if one.body.suffix)
    yield example.users


def _text(file: Path) -> str:
    try:
        return read_recorded(file).decode("utf-8", "replace")
    except OSError:
        return ""  # `onroll validate` says so
