"""What an import is asked to do: from where, into what, whom, and with whose leave."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from onroll.service.opening import Options
from onroll.service.places import find_target
from onroll.service.targets import TargetOptions
from onroll.service.token_keeping import TokenPlace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from onroll.definition.connector import ConnectorDefinition
    from onroll.definition.import_rules import ImportRules
    from onroll.definition.settings import Settings
    from onroll.definition.targets import TargetConfig
    from onroll.service.reading import Sheet
    from onroll.service.subject import Subject
    from onroll.sync.scope import Mode

__all__ = ["ImportJob"]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ImportJob:
    """An import to be run.

    `updated_since` asks only for people who changed since a moment, or since the last run that
    took everything in. `selected` are source ids or e-mail addresses; empty means everybody.
    `passwords` and `saved_plan` are files. `clock` is the present, by which people join and leave.
    """

    subject: Subject
    settings: Settings
    store: str
    options: Options = field(default_factory=Options)
    target: str | None = None
    mode: Mode = "all"
    updated_since: datetime | Literal["last"] | None = None
    selected: tuple[str, ...] = ()
    is_dry_run: bool = False
    is_confirmed: bool = False
    allowed_suspensions: int | None = None
    allows_incomplete: bool = False
    passwords: Path | None = None
    saved_plan: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    target_options: TargetOptions = field(default_factory=TargetOptions)
    clock: Callable[[], datetime] = _now
    on_sheet: Callable[[Sheet], None] = lambda _sheet: None

    @property
    def connection(self) -> str:
        """The name of the connection, by which links and runs are kept."""
        return self.subject.name

    @property
    def definition(self) -> ConnectorDefinition:
        """The definition with the connection's overlay."""
        return self.subject.definition

    @property
    def rules(self) -> ImportRules:
        """The connection's rules."""
        return self.subject.import_rules

    @property
    def source_options(self) -> Options:
        """The options, with the job's own store for tokens unless they name another."""
        if self.options.tokens is not None:
            return self.options
        place = TokenPlace(self.store, self.connection, environment=self.environment or os.environ)
        return replace(self.options, tokens=place)

    @property
    def target_name(self) -> str:
        """The name of the target."""
        return self.target or self.rules.target

    @property
    def target_config(self) -> TargetConfig:
        """The target as it is declared. Raises `UsageError` when there is none of its name."""
        return find_target(self.target_name, self.subject.file)
