"""Which connectors there are: the shipped ones, and those in `./connectors` of a project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from onroll.builtin import shipped
from onroll.diagnostics import Diagnostic, nearest, quoted_list
from onroll.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["connector_files", "file_argument", "find_connector", "is_file_name"]


def is_file_name(text: str) -> bool:
    """Whether text means a file and not a name: it has a `/` or ends in `.yaml`."""
    return "/" in text or "\\" in text or text.endswith((".yaml", ".yml"))


def connector_files(
    folder: Path | None = None, *, only: str | None = None
) -> Iterator[tuple[str, Path]]:
    """Yield name and file of every connector: shipped first, then those below `./connectors`.

    With `only`, those of that name. A name comes twice when a local connector has a shipped one's.
    In a checkout `./connectors` may be the shipped folder itself: its files come once.
    """
    seen: set[Path] = set()
    for root in (shipped("connectors"), (folder or Path()) / "connectors"):
        for file in _files_in(root, only):
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file.parent.name, file


def _files_in(root: Path, only: str | None) -> list[Path]:
    if only is None:
        return sorted(root.glob("*/connector.yaml"))
    # By the names that are there, as some systems would take `Acme` for `acme`.
    named = (one / "connector.yaml" for one in root.glob("*") if one.name == only)
    return [file for file in named if file.exists()]


def file_argument(file: Path) -> str:
    """Return a file as the command line takes it: always with a `/`, so that it is no name."""
    return file.as_posix() if file.is_absolute() else f"./{file.as_posix()}"


def find_connector(text: str, folder: Path | None = None) -> Path:
    """Return the file of a connector given by name or by file.

    Raises `UsageError` with the nearest name when there is none, and when there are two.
    """
    if is_file_name(text):
        return Path(text)
    found = [file for _, file in connector_files(folder, only=text)]
    if found:
        first, *others = found
        if others:
            # Neither may win: a project's file would get the shipped one's secrets, or a tenant
            # would believe that their own file was run.
            raise UsageError(
                Diagnostic(
                    "connector-clash",
                    f"`{text}` is a shipped connector, and {file_argument(others[0])} has its name",
                    hint=f"run the file by its path, `{file_argument(others[0])}`, "
                    "or rename its folder to run the shipped one",
                )
            )
        return first
    known = list(dict.fromkeys(name for name, _ in connector_files(folder)))
    right = nearest(text, known)
    raise UsageError(
        Diagnostic(
            "unknown-connector",
            f"there is no connector or connection called `{text}`",
            expected=f"one of {quoted_list(known, limit=40)}, or a file (with a `/`)",
            hint=f"did you mean `{right}`?" if right else None,
        )
    )
