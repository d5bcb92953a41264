"""The `targets` of a connection file: each is of a kind that a plug-in registered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from onroll.definition.references import read_references, unknown_references
from onroll.definition.validate import check_section
from onroll.definition.wording import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from onroll.definition.source import KeyPath, Source
    from onroll.diagnostics import Diagnostic, Place
    from onroll.model import Json
    from onroll.plugins.registry import Registry

__all__ = ["EMBEDDED", "TargetConfig", "broken_targets", "parse_targets", "read_target"]

#: The target that there is without `targets`, and its kind.
EMBEDDED: Final = "directory"


@dataclass(frozen=True, slots=True)
class TargetConfig:
    """A target as it is written: the keys beside `kind`, with references not read yet."""

    name: str
    kind: str
    config: Mapping[str, Json] = field(repr=False)
    folder: Path
    place: Place | None = None


def parse_targets(source: Source, folder: Path) -> dict[str, TargetConfig]:
    """Return the targets of a checked file by name; the embedded one when it declares none."""
    written: Mapping[str, Mapping[str, Json]] = source.get(("targets",)) or {}
    if not written:
        return {EMBEDDED: TargetConfig(EMBEDDED, EMBEDDED, {}, folder)}
    return {
        name: TargetConfig(
            name=name,
            kind=one["kind"],
            config={key: value for key, value in one.items() if key != "kind"},
            folder=folder,
            place=source.place(("targets", name), of_key=True),
        )
        for name, one in written.items()
    }


def broken_targets(source: Source, registry: Registry) -> Iterator[Diagnostic]:
    """Yield what the kinds of targets find wrong with their keys."""
    targets = source.get(("targets",))
    for name, written in targets.items() if isinstance(targets, dict) else ():
        path: KeyPath = ("targets", name)
        found = [*check_section(source, path, "targets", registry)]
        if isinstance(written, dict) and isinstance(written.get("auth"), dict):
            # Said already when the kind itself needs it.
            found += [
                one
                for one in check_section(source, (*path, "auth"), "auth", registry)
                if one.code != "missing-key" or one.place not in {other.place for other in found}
            ]
        yield from found
        yield from unknown_references(source, path)


def read_target(
    target: TargetConfig, environment: Mapping[str, str]
) -> tuple[dict[str, Json], tuple[str, ...]]:
    """Return a target's keys with their references read, and the texts that must stay hidden.

    Raises `SettingsError` naming everything that is missing.
    """
    return read_references(
        dict(target.config),
        target.folder,
        environment,
        lambda path: f"`{dotted(path)}` of the target `{target.name}`",
    )
