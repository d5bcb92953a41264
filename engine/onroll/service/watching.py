"""Watch a definition: preview it anew when it is saved, from answers that are kept in memory."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onroll.definition.catalog import find_connector, is_file_name
from onroll.definition.connections import load_connections
from onroll.diagnostics import render_json
from onroll.errors import OnrollError
from onroll.expressions.reference import references_in
from onroll.http.remembering import Memory
from onroll.service.differences import Differences, differences_of
from onroll.service.opening import open_source
from onroll.service.preview import Preview, make_preview
from onroll.service.subject import DEFAULT_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from onroll.definition.settings import Settings
    from onroll.service.opening import Options
    from onroll.service.subject import Subject

__all__ = ["Look", "Sight", "Watch", "WatchedFiles"]

#: What stands in a file's place in time: when it was changed, its size, and which file it is.
_Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Sight:
    """What is to be previewed: found anew for each look."""

    subject: Subject
    settings: Settings
    options: Options


@dataclass(frozen=True, slots=True)
class Look:
    """What one look gave. With an `error`, `preview` is the last good one, of the time `seen_at`.

    `differences` are those to the good look before; None for the first. The source answered
    `sent` requests, and `remembered` were answered from memory.
    """

    number: int
    at: datetime
    sent: int
    remembered: int
    preview: Preview | None = field(default=None, repr=False)
    subject: Subject | None = None
    seen_at: datetime | None = None
    differences: Differences | None = None
    error: OnrollError | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the look as a line of `onroll preview --watch --json`: the preview, and more."""
        shown = self.preview.as_json() if self.preview is not None and self.error is None else {}
        return {
            **shown,
            "run": self.number,
            "requests": self.sent,
            "from_memory": self.remembered,
            "changes": None if self.differences is None else self.differences.as_json(),
            "error": None
            if self.error is None
            else {"diagnostics": render_json(self.error.diagnostics)},
        }


class Watch:
    """Makes previews of the first `limit` records. `find` reads the definition and the settings."""

    def __init__(self, find: Callable[[], Sight], limit: int, memory: Memory | None = None) -> None:
        self._find = find
        self._limit = limit
        self._memory = memory or Memory()
        self._credentials: object = None
        self._number = 0
        self._good: Look | None = None

    def forget(self) -> None:
        """Have the next look ask for everything anew."""
        self._memory.forget()

    def look(self) -> Look:
        """Preview what is there now. An error that onroll explains is part of what is seen."""
        before = self._memory.counts
        self._number += 1
        preview: Preview | None = None
        failed: OnrollError | None = None
        try:
            sight = self._find()
            preview = self._preview(sight)
        except OnrollError as error:
            failed = error
            if any(one.code == "source-says-no" for one in error.diagnostics):
                self._memory.forget()  # a 2xx that is an error all the same
        now = datetime.now(UTC)
        counts = self._memory.counts
        look = Look(
            number=self._number,
            at=now,
            sent=counts.sent - before.sent,
            remembered=counts.remembered - before.remembered,
        )
        last = self._good
        if preview is None:
            if last is None:
                return replace(look, error=failed)
            return replace(
                look,
                error=failed,
                preview=last.preview,
                subject=last.subject,
                seen_at=last.seen_at,
            )
        differences = None
        if last is not None and last.preview is not None:
            differences = differences_of(last.preview, preview)
        self._good = replace(
            look, preview=preview, subject=sight.subject, seen_at=now, differences=differences
        )
        return self._good

    def _preview(self, sight: Sight) -> Preview:
        definition = sight.subject.definition
        # What is kept was given to these credentials, and others may not be given the same.
        credentials = (dict(definition.auth), dict(definition.tls), sight.settings)
        if credentials != self._credentials:
            self._memory.forget()
            self._credentials = credentials
        options = replace(sight.options, wrap=self._memory.around)
        with open_source(definition, sight.settings, options) as opened:
            return make_preview(opened, self._limit, sight.subject.import_rules)


class WatchedFiles:
    """The files that a preview of `name` is made of: the definition, onroll.yaml, and its files."""

    def __init__(self, name: str, config: Path | None) -> None:
        self._name = name
        self._config = config or DEFAULT_FILE
        self._stamps = self._read()

    def are_changed(self) -> bool:
        """Whether one was saved since they were noted. One that is gone may be about to come."""
        stamps = ((_stamp(path), noted) for path, noted in self._stamps.items())
        return any(now is not None and now != noted for now, noted in stamps)

    def are_at_rest(self) -> bool:
        """Whether nobody wrote since they were noted, and none is empty. Notes how they are now."""
        now = self._read()
        is_at_rest = now == self._stamps and all(one is None or one[1] for one in now.values())
        self._stamps = now
        return is_at_rest

    def _read(self) -> dict[Path, _Stamp | None]:
        return {path: _stamp(path) for path in self._paths()}

    def _paths(self) -> Iterator[Path]:
        yield self._config
        if is_file_name(self._name):
            yield Path(self._name)
            return
        with suppress(OnrollError):
            yield find_connector(self._name)
        with suppress(OnrollError, OSError):
            connection = load_connections(self._config).connections.get(self._name)
            if connection is None:
                return
            text = connection.connector
            yield connection.folder / text if is_file_name(text) else find_connector(text)
            for one in references_in([dict(connection.settings), dict(connection.filters)]):
                if one.namespace == "file":
                    yield connection.folder / one.name


def _stamp(path: Path) -> _Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
