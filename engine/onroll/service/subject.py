"""What a command is about: a connection by name, or a connector by name or file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from onroll.definition.catalog import find_connector, is_file_name
from onroll.definition.load import load_definition
from onroll.definition.settings import Settings, environment_name, settle
from onroll.diagnostics import Diagnostic
from onroll.errors import DefinitionError, OnrollError, SettingsError, UsageError
from onroll.expressions.reference import as_text, references_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.definition.connections import Connection, ConnectionFile
    from onroll.definition.connector import ConnectorDefinition
    from onroll.definition.import_rules import ImportRules
    from onroll.model import Json

__all__ = ["DEFAULT_FILE", "Subject", "find_connections", "find_subject"]

DEFAULT_FILE = Path("onroll.yaml")


@dataclass(frozen=True, slots=True)
class Subject:
    """A definition under the name that it is run by, and where its settings come from."""

    name: str
    definition: ConnectorDefinition
    connection: Connection | None = None
    file: ConnectionFile | None = None

    @property
    def import_rules(self) -> ImportRules:
        """How its people are brought into a target; the defaults without a connection."""
        from onroll.definition.import_rules import ImportRules  # noqa: PLC0415  (only to import)

        return ImportRules() if self.connection is None else self.connection.import_rules

    def allows_private_network(self, environment: Mapping[str, str]) -> bool:
        """Whether the definition may name hosts that are not on the internet."""
        is_allowed = self.connection is not None and self.connection.allow_private_network
        return is_allowed or environment.get("ONROLL_ALLOW_PRIVATE_NETWORK", "") in ("1", "true")

    def filters(self, environment: Mapping[str, str]) -> Mapping[str, Json]:
        """Read the connection's filters: only a command that asks a source needs them.

        Raises `SettingsError` naming everything that is missing.
        """
        return {} if self.connection is None else self.connection.read_filters(environment)

    def secrets_in(self, filters: Mapping[str, Json]) -> tuple[str, ...]:
        """Return the filters' values that come from somewhere else, where people keep secrets."""
        written = {} if self.connection is None else self.connection.filters
        return tuple(
            as_text(filters[name]) for name, value in written.items() if any(references_in(value))
        )

    def settings(self, given: Mapping[str, str], environment: Mapping[str, str]) -> Settings:
        """Settle the settings. Raises `SettingsError` naming everything that is missing."""
        filed: dict[str, Json] = {}
        failed: list[Diagnostic] = []
        for name in self.connection.settings if self.connection is not None else ():
            # What is given elsewhere wins, so its reference need not be there. An empty text gives
            # nothing, as in `settle`.
            is_given = given.get(name) or environment.get(environment_name(self.name, name))
            assert self.connection is not None
            if not is_given:
                try:
                    filed[name] = self.connection.read_setting(name, environment)
                except SettingsError as error:
                    variable = environment_name(self.name, name)
                    tried = f"a value there, or in {variable}, or by `--set {name}=…`: "
                    failed += [
                        replace(one, expected=f"{tried}all three were looked at")
                        for one in error.diagnostics
                    ]
        if failed:
            raise SettingsError(*failed)
        return settle(self.definition, self.name, given=given, environment=environment, filed=filed)


def find_subject(text: str, config: Path | None = None) -> Subject:
    """Find what is meant: a connection's name wins over a connector's; a file has a `/`.

    Raises `UsageError` when there is nothing of that name, `DefinitionError` when it is wrong.
    """
    file = find_connections(config)
    if file is not None and text in file.connections and not is_file_name(text):
        connection = file.connections[text]
        _refuse_shared_variables(file, connection)
        definition = file.definition_for(connection)
        return Subject(text, definition, connection, file)
    return _by_connector(text, file)


def _by_connector(text: str, file: ConnectionFile | None) -> Subject:
    definition = load_definition(find_connector(text))
    if is_file_name(text):
        return Subject(definition.name, definition, file=file)
    # The settings are those of the name that was typed: a definition cannot choose, by the name
    # inside it, whose variables it reads.
    if definition.name != text:
        raise DefinitionError(
            Diagnostic(
                "connector-name",
                f"the connector in the folder `{text}` calls itself `{definition.name}`",
                definition.source.place(("name",)),
                expected=f"`name: {text}`",
                hint="rename the folder or the connector, or run the connector by its file",
            )
        )
    return Subject(text, definition, file=file)


def find_connections(config: Path | None = None) -> ConnectionFile | None:
    """Load the connection file that is named, else the one in the working directory, if any."""
    if config is None and not DEFAULT_FILE.is_file():
        return None
    # What reads such a file knows many rules, and mostly there is none.
    from onroll.definition.connections import load_connections  # noqa: PLC0415  (see above)

    return load_connections(config or DEFAULT_FILE)


def _refuse_shared_variables(file: ConnectionFile, connection: Connection) -> None:
    """Refuse two connections of which one's variable is the other's: `acme` and `acme-api`."""
    ours = _variables(file, connection)
    for other in file.connections.values():
        if other.name == connection.name:
            continue
        shared = sorted(set(ours) & set(_variables(file, other)))
        if shared:
            raise UsageError(
                Diagnostic(
                    "connection-clash",
                    f"`{connection.name}` and `{other.name}` would both read the environment "
                    f"variable {shared[0]}",
                    file.source.place(("connections", connection.name), of_key=True),
                    hint="rename one of the two connections",
                )
            )


def _variables(file: ConnectionFile, connection: Connection) -> list[str]:
    try:
        definition = file.definition_for(connection)
    except OnrollError:
        return []  # said when that connection is used
    return [environment_name(connection.name, name) for name in definition.settings]
