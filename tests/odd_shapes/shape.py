"""The files of this folder: a shape, a definition for it, and what must come of each case."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onroll.definition.source import read_yaml

from .server import Exchange

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.yaml"))

#: What the files call the server that they are read from.
HOST = "https://api.example.test"

_KEYS = {"title", "seen", "definition", "exchanges", "cases"}


@dataclass(frozen=True)
class Case:
    """One reading. `users` is None where nobody may come out before the error."""

    file: str
    says: str
    definition: Mapping[str, Any]
    exchanges: tuple[Exchange, ...]
    users: list[dict[str, Any]]
    report: Mapping[str, Any]
    error: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    refused: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.file.split('-')[0]}: {self.says}"


def cases(file: Path, host: str = HOST) -> Iterator[Case]:
    """Yield the cases of a file, with the server at `host`."""
    text = file.read_text(encoding="utf-8").replace(HOST, host)
    written = read_yaml(text, file.name).data
    assert set(written) <= _KEYS, set(written) - _KEYS
    for one in written["cases"]:
        changed = merged(written["definition"], one.get("change", {}))
        exchanges = one.get("exchanges", written.get("exchanges", ()))
        yield Case(
            file=file.stem,
            says=one["says"],
            definition={"format": 1, "name": "odd", "base_url": host, **changed},
            exchanges=tuple(Exchange(**exchange) for exchange in exchanges),
            users=one.get("users", []),
            report=one["report"],
            error=one.get("error"),
            settings=one.get("settings", {}),
            refused=tuple(one.get("refused", ())),
        )


def merged(below: Any, above: Any) -> Any:
    """Lay one mapping over another, key by key; null takes a key away."""
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    laid = {**below, **{key: merged(below.get(key), value) for key, value in above.items()}}
    return {key: value for key, value in laid.items() if above.get(key, "") is not None}
