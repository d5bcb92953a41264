"""`directory`: the embedded directory, whose users are kept in the state store's database.

targets:
  directory: {kind: directory}

It is there without being named. Others may be: each has its own users and groups.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from onroll.plugins import hookimpl
from onroll.target import TargetKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.target import Target, TargetContext


@contextmanager
def _open(_config: Mapping[str, Any], context: TargetContext) -> Iterator[Target]:
    # SQLAlchemy takes a quarter of a second to load, which every command would pay for.
    from onroll.targets.directory.directory import Directory  # noqa: PLC0415  (see above)

    # The caller opened the database, and closes it.
    yield Directory(context.engine, context.name)


@hookimpl
def onroll_targets() -> list[TargetKind]:
    """Offer `directory`."""
    return [
        TargetKind(
            name="directory",
            summary="The embedded directory, kept in the state store",
            schema={"type": "object", "properties": {}, "required": []},
            open=_open,
            is_in_store=True,
        )
    ]
