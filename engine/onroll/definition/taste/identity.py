"""Taste in what a file says of itself: its name, its sources, its examples."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from onroll.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.definition.connector import ConnectorDefinition
    from onroll.definition.source import Source
    from onroll.diagnostics import Place

__all__ = ["has_modeline", "identity_findings", "modeline_findings"]

#: Vendors change their APIs: what nobody has looked at for so long may not hold any more.
_FRESH_YEARS: Final = 2
_MODELINE = re.compile(r"#\s*yaml-language-server\s*:\s*\$schema=\S+")


def identity_findings(
    definition: ConnectorDefinition, folder: str | None, today: date
) -> Iterator[Diagnostic]:
    """Yield what a definition should say of itself and does not.

    `folder` is the name of the folder that names the connector, None when none does.
    """
    source = definition.source
    if folder is not None and folder != definition.name:
        yield Diagnostic(
            "lint-name-differs",
            f"the connector is called `{definition.name}`, and its folder `{folder}`",
            source.place(("name",)),
            hint="give both one name: commands take the folder's, settings the connector's",
            severity="warning",
        )
    if "title" not in source.data:
        yield Diagnostic(
            "lint-no-title",
            "the connector has no `title`",
            _top(source),
            hint="write the vendor's name as people know it",
            severity="warning",
        )
    if not definition.documentation:
        yield Diagnostic(
            "lint-no-documentation",
            "nothing says which page of the vendor's the definition follows",
            _top(source),
            hint="add `documentation: https://…`, for whoever has to mend it",
            severity="warning",
        )
    yield from _verification(source, today)
    if not definition.examples:
        yield Diagnostic(
            "lint-no-examples",
            "there is no recorded answer to test the definition with",
            _top(source),
            hint="add `examples`: an answer and the users it gives; `onroll validate` replays them",
            severity="warning",
        )


def _verification(source: Source, today: date) -> Iterator[Diagnostic]:
    verified = source.get(("verified",)) or {}
    if verified.get("by") == "unverified":
        return  # honest words
    if "date" not in verified:
        what = "when" if verified else "against what, and when,"
        yield Diagnostic(
            "lint-not-verified",
            f"`verified` does not say {what} the definition was checked",
            source.place(("verified",), of_key=True) if verified else _top(source),
            hint="add `verified: {by: live, date: YYYY-MM-DD}`, or `by: unverified`",
            severity="warning",
        )
        return
    try:
        checked = date.fromisoformat(verified["date"])
    except ValueError:
        checked = date.min  # the 31st of February
    if (today - checked).days > _FRESH_YEARS * 366:
        yield Diagnostic(
            "lint-old-verification",
            f"the definition was checked more than {_FRESH_YEARS} years ago",
            source.place(("verified", "date")),
            hint="run `onroll test`, read the vendor's page again, and write the new date",
            severity="warning",
        )


def modeline_findings(source: Source, command: str) -> Iterator[Diagnostic]:
    """Yield a finding when no comment tells editors which schema a file has."""
    if not has_modeline(source.lines):
        yield Diagnostic(
            "lint-no-modeline",
            "no comment tells editors which schema the file has",
            _top(source),
            hint=f"write `{command}` once, and begin with "
            "`# yaml-language-server: $schema=` and that file's path",
            severity="warning",
        )


def has_modeline(lines: tuple[str, ...]) -> bool:
    """Whether a comment names the schema, as the YAML language server reads it."""
    return any(_MODELINE.match(line.strip()) for line in lines if line.lstrip().startswith("#"))


def _top(source: Source) -> Place:
    """Return where a finding about the whole file is shown, and may be allowed."""
    return source.place(("format",), of_key=True)
