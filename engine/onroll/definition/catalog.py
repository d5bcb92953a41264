"""Which connectors there are: the shipped ones, and those in `./connectors` of a project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from onroll.builtin import shipped
from onroll.diagnostics import Diagnostic, nearest, quoted_list
from onroll.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["connector_files", "find_connector", "is_file_name"]


def is_file_name(text: str) -> bool:
    """Whether text means a file and not a name: it has a `/` or ends in `.yaml`."""
    return "/" in text or "\\" in text or text.endswith((".yaml", ".yml"))


def connector_files(folder: Path | None = None) -> Iterator[tuple[str, Path]]:
    """Yield name and file of every connector: shipped first, then those below `./connectors`."""
    seen: set[Path] = set()
    for root in (shipped("connectors"), (folder or Path()) / "connectors"):
        for file in sorted(root.glob("*/connector.yaml")):
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file.parent.name, file


def find_connector(text: str, folder: Path | None = None) -> Path:
    """Return the file of a connector given by name or by file.

    Raises `UsageError` with the nearest name when there is none.
    """
    if is_file_name(text):
        return Path(text)
    known = dict(connector_files(folder))
    if text in known:
        return known[text]
    right = nearest(text, known)
    raise UsageError(
        Diagnostic(
            "unknown-connector",
            f"there is no connector or connection called `{text}`",
            expected=f"one of {quoted_list(list(known), limit=40)}, or a file (with a `/`)",
            hint=f"did you mean `{right}`?" if right else None,
        )
    )
