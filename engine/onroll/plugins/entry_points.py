"""Which entry points plug-ins from other distributions have, looked for without loading much."""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.metadata import EntryPoint

__all__ = ["ENTRY_POINT_GROUP", "installed_points"]

ENTRY_POINT_GROUP: Final = "onroll"

_SECTION: Final = f"[{ENTRY_POINT_GROUP}]".encode()


def installed_points() -> Iterable[EntryPoint]:
    """Return the entry points of the group, of every distribution that Python finds."""
    if not _may_have_points():
        return ()
    # It takes longer to load than all of the plug-ins, and mostly there are none.
    from importlib.metadata import entry_points  # noqa: PLC0415  (see above)

    return entry_points(group=ENTRY_POINT_GROUP)


def _may_have_points() -> bool:
    """Whether any distribution may have one: no only where all of them could be looked at."""
    if any(
        hasattr(finder, "find_distributions") and finder is not PathFinder
        for finder in sys.meta_path
    ):
        return True
    return any(map(_names_group, sys.path))


def _names_group(place: str | os.PathLike[str]) -> bool:
    """Whether a place of `sys.path` may name the group. Archives are not looked into."""
    folder = os.fspath(place)  # a path object works there, though Python wants text
    # The metadata of an egg lie otherwise.
    if os.path.isfile(folder) or folder.lower().endswith(".egg"):  # noqa: PTH113  (what Path adds costs)
        return True
    try:
        names = os.listdir(folder or ".")  # noqa: PTH208  (as above)
    except OSError:
        return False  # where there is nothing, nothing is installed
    return any(
        _has_section(os.path.join(folder, name, "entry_points.txt"))  # noqa: PTH118  (as above)
        for name in names
        if name.lower().endswith((".dist-info", ".egg-info"))
    )


def _has_section(file: str) -> bool:
    try:
        with open(file, "rb") as opened:  # noqa: PTH123  (as above)
            return _SECTION in opened.read()
    except OSError:
        return False
