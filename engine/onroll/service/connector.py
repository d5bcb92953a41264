"""The Python interface: load a connector, test it, preview it, read its users."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from onroll.definition.catalog import find_connector
from onroll.definition.load import load_definition
from onroll.definition.settings import settle
from onroll.model import ListingReport
from onroll.service.checks import TestResult, run_checks
from onroll.service.opening import Options, open_source
from onroll.service.preview import Preview, make_preview
from onroll.service.reading import People
from onroll.service.token_keeping import TokenPlace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from onroll.definition.connector import ConnectorDefinition
    from onroll.definition.settings import Settings
    from onroll.model import User
    from onroll.service.importing import Import
    from onroll.sync.scope import Mode

__all__ = ["Connector", "Users", "load"]


class Users:
    """The users of a source, streamed. Iterate once; `report` is the listing's certificate.

    Raises a `SourceError` when a page cannot be had; `report` then says what was read.
    """

    def __init__(
        self, definition: ConnectorDefinition, settings: Settings, options: Options
    ) -> None:
        self._definition = definition
        self._settings = settings
        self._options = options
        self._people: People | None = None
        self._iterator: Iterator[User] | None = None

    def __iter__(self) -> Iterator[User]:
        if self._iterator is None:
            self._iterator = self._read()
        return self._iterator

    def _read(self) -> Iterator[User]:
        with open_source(self._definition, self._settings, self._options) as opened:
            self._people = People(opened, keeps_records=False)
            for sheet in self._people.sheets():
                yield from sheet.users

    @property
    def report(self) -> ListingReport:
        """The certificate as it stands. Complete only after the last user."""
        if self._people is None:
            return ListingReport(reasons=("nothing was read yet",))
        return self._people.report


@dataclass(frozen=True, slots=True)
class Connector:
    """A connector that can be run. `settings` are texts by name, as on the command line.

    `store` is a file or a database's URL. Only tokens are kept there that outlive a run, as those
    of `onroll login`; most authentication methods need none.
    """

    definition: ConnectorDefinition

    @property
    def name(self) -> str:
        """The connector's name."""
        return self.definition.name

    def test(
        self,
        settings: Mapping[str, str] | None = None,
        *,
        store: str | None = None,
        options: Options | None = None,
    ) -> TestResult:
        """Test the connection. Raises `SettingsError` when a setting is missing."""
        chosen = self._options(options, store)
        with open_source(self.definition, self._settle(settings), chosen) as opened:
            return run_checks(opened)

    def preview(
        self,
        settings: Mapping[str, str] | None = None,
        *,
        limit: int = 10,
        store: str | None = None,
        options: Options | None = None,
    ) -> Preview:
        """Map the first `limit` records. Raises `SourceError` when they cannot be read."""
        chosen = self._options(options, store)
        with open_source(self.definition, self._settle(settings), chosen) as opened:
            return make_preview(opened, limit)

    def users(
        self,
        settings: Mapping[str, str] | None = None,
        *,
        store: str | None = None,
        options: Options | None = None,
    ) -> Users:
        """Return all users as a stream with a report. Nothing is asked before the first."""
        chosen = self._options(options, store)
        return Users(self.definition, self._settle(settings), chosen)

    def importing(
        self,
        settings: Mapping[str, str] | None = None,
        *,
        store: str,
        mode: Mode = "all",
        is_dry_run: bool = False,
        options: Options | None = None,
    ) -> AbstractContextManager[Import]:
        """Open an import into the embedded directory of a store: a file, or a database's URL.

        `plan()` it, look at the plan, and `apply()` or `decline()` it while it is open. An
        `ImportJob`, given to `open_import`, has everything else that the command line has.
        """
        from onroll.service.importing import ImportJob, open_import  # noqa: PLC0415  (it needs us)
        from onroll.service.subject import Subject  # noqa: PLC0415  (as above)

        job = ImportJob(
            subject=Subject(self.name, self.definition),
            settings=self._settle(settings),
            store=store,
            options=options or Options(),
            mode=mode,
            is_dry_run=is_dry_run,
        )
        return open_import(job)

    def _options(self, options: Options | None, store: str | None) -> Options:
        options = options or Options()
        if store is None or options.tokens is not None:
            return options
        return replace(options, tokens=TokenPlace(store, self.name))

    def _settle(self, settings: Mapping[str, str] | None) -> Settings:
        # Nothing from the environment: a program passes what it means.
        return settle(self.definition, self.name, given=settings or {}, environment={}, filed={})


def load(name_or_path: str | Path) -> Connector:
    """Load a shipped or local connector by name, or a definition by its file.

    Raises `UsageError` when there is none, `DefinitionError` with all that is wrong in it.
    """
    path = name_or_path if isinstance(name_or_path, Path) else find_connector(name_or_path)
    return Connector(load_definition(path))
