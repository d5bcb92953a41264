"""A tenant's own file, `onroll.yaml`: connections, targets, the store, the summary.

This file is the operator's, not a stranger's: it alone may name environment variables, files
and keyring entries. They are read when the connection is used.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from onroll.builtin import shipped_schema
from onroll.definition.attribute_rules import broken_attributes
from onroll.definition.catalog import find_connector, is_file_name
from onroll.definition.import_block import broken_import, parse_import, unmapped_groups
from onroll.definition.import_rules import ImportRules
from onroll.definition.load import load_definition, read_file
from onroll.definition.references import read_references, unknown_references
from onroll.definition.settings import environment_name
from onroll.definition.summary_block import broken_summary, read_summary
from onroll.definition.targets import EMBEDDED, TargetConfig, broken_targets, parse_targets
from onroll.definition.validate import check_attributes, check_schema, in_order
from onroll.diagnostics import Diagnostic, nearest, one_of, quoted_list
from onroll.errors import DefinitionError, UsageError
from onroll.model import NEEDED_ATTRIBUTES
from onroll.plugins.registry import installed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from onroll.definition.connector import ConnectorDefinition
    from onroll.definition.source import KeyPath, Source
    from onroll.definition.summary_rules import SummaryRules
    from onroll.model import Json

__all__ = [
    "Connection",
    "ConnectionFile",
    "load_connections",
]


@dataclass(frozen=True, slots=True)
class Connection:
    """A tenant's use of a connector. References in `settings` and `filters` are read later."""

    name: str
    connector: str
    settings: Mapping[str, Json] = field(repr=False)
    filters: Mapping[str, Json] = field(repr=False)
    attributes: Mapping[str, Json]
    without_lookups: frozenset[str]
    folder: Path
    import_rules: ImportRules = field(default_factory=ImportRules)
    allow_private_network: bool = False

    def read_setting(self, name: str, environment: Mapping[str, str]) -> Json:
        """Return a setting with its references read. Raises `SettingsError` naming what lacks."""
        value, _ = read_references(
            self.settings[name],
            self.folder,
            environment,
            lambda _path: f"the setting `{name}` of `{self.name}`",
        )
        return value

    def read_filters(self, environment: Mapping[str, str]) -> dict[str, Json]:
        """Return the filters with their references read. Raises `SettingsError` likewise."""
        found: dict[str, Json]
        found, _ = read_references(
            dict(self.filters),
            self.folder,
            environment,
            lambda path: f"the filter `{path[0]}` of `{self.name}`",
        )
        return found


@dataclass(frozen=True, slots=True)
class ConnectionFile:
    """The whole file."""

    source: Source
    connections: Mapping[str, Connection]
    targets: Mapping[str, TargetConfig]
    folder: Path
    store: str | None = field(default=None, repr=False)

    def target(self, name: str) -> TargetConfig:
        """Return a declared target. Raises `UsageError` with the nearest name."""
        if name in self.targets:
            return self.targets[name]
        right = nearest(name, self.targets)
        raise UsageError(
            Diagnostic(
                "unknown-target",
                f"there is no target called `{name}`",
                expected=one_of(sorted(self.targets)),
                hint=f"did you mean `{right}`?" if right else None,
            )
        )

    def summary(
        self, environment: Mapping[str, str]
    ) -> tuple[SummaryRules | None, tuple[str, ...]]:
        """Read whom to tell of an import, and the texts that must stay hidden.

        Raises `SettingsError` naming everything that is missing.
        """
        return read_summary(self.source.data.get("summary"), self.folder, environment)

    def read_store(self, environment: Mapping[str, str]) -> str | None:
        """Return the URL or path of the store, a file's relative to the working directory.

        None when the file names none. Raises `SettingsError` naming what is missing.
        """
        if self.store is None:
            return None
        store: str
        store, _ = read_references(self.store, self.folder, environment, lambda _path: "`store`")
        scheme = "sqlite:///" if store.startswith("sqlite:///") else ""
        if "://" in store and not scheme:
            return store
        path = self.folder / store.removeprefix(scheme)
        # An absolute path stays as it is, and of `sqlite:////var/…` the fourth slash is the path's.
        return scheme + str(path)

    def definition_for(self, connection: Connection) -> ConnectorDefinition:
        """Load a connection's definition and lay its attributes over the connector's."""
        text = connection.connector
        path = connection.folder / text if is_file_name(text) else find_connector(text)
        definition = load_definition(path)
        attributes = _overlaid(definition.attributes, connection.attributes)
        missing = [name for name in NEEDED_ATTRIBUTES if attributes.get(name) is None]
        if missing:
            raise DefinitionError(
                Diagnostic(
                    "attribute-not-mapped",
                    f"the connection `{connection.name}` leaves {quoted_list(missing)} unmapped",
                    self.source.place(("connections", connection.name), of_key=True),
                    hint="map it below the connection's `attributes`",
                )
            )
        at: KeyPath = ("connections", connection.name, "attributes")
        mistakes = list(broken_attributes(self.source, at, attributes, definition.settings))
        rules: KeyPath = ("connections", connection.name, "import")
        mistakes += unmapped_groups(self.source, rules, attributes)
        if mistakes:
            raise DefinitionError(*in_order(mistakes))
        unknown = connection.without_lookups - {one.name for one in definition.lookups}
        if unknown:
            name = min(unknown)
            raise DefinitionError(
                Diagnostic(
                    "unknown-key",
                    f"`{definition.name}` has no lookup `{name}`",
                    self.source.place(
                        ("connections", connection.name, "lookups", name), of_key=True
                    ),
                )
            )
        kept = tuple(
            one for one in definition.lookups if one.name not in connection.without_lookups
        )
        return replace(definition, attributes=attributes, lookups=kept)


def _overlaid(below: Mapping[str, Json], above: Mapping[str, Json]) -> dict[str, Json]:
    custom = {**(below.get("custom") or {}), **(above.get("custom") or {})}
    merged: dict[str, Json] = {**below, **above}
    kept = {name: value for name, value in custom.items() if value is not None}
    if kept:
        merged["custom"] = kept
    return {
        name: value
        for name, value in merged.items()
        if value is not None or name in NEEDED_ATTRIBUTES
    }


def load_connections(path: Path) -> ConnectionFile:
    """Load a connection file. Raises `DefinitionError` with everything that is wrong in it."""
    source = read_file(path)
    mistakes = [*check_schema(source, shipped_schema("connections")), *_mistakes(source)]
    if mistakes:
        raise DefinitionError(*in_order(mistakes))
    written: Mapping[str, Any] = source.data.get("connections", {})
    return ConnectionFile(
        source,
        {
            name: Connection(
                name=name,
                connector=one["connector"],
                settings=one.get("settings", {}),
                filters=one.get("filters", {}),
                attributes=one.get("attributes", {}),
                without_lookups=frozenset(one.get("lookups", {})),
                folder=path.parent,
                import_rules=parse_import(one.get("import", {})),
                allow_private_network=one.get("allow_private_network", False),
            )
            for name, one in written.items()
        },
        targets=parse_targets(source, path.parent),
        folder=path.parent,
        store=source.data.get("store"),
    )


def _mistakes(source: Source) -> Iterator[Diagnostic]:
    """Yield what no schema sees; what has the wrong shape is passed over."""
    registry = installed()
    connections = source.get(("connections",))
    targets = source.get(("targets",))
    known = list(targets) if targets and isinstance(targets, dict) else [EMBEDDED]
    yield from unknown_references(source, ("store",))
    yield from broken_targets(source, registry)
    yield from broken_summary(source)
    variables: dict[str, str] = {}
    for name in connections if isinstance(connections, dict) else ():
        path: KeyPath = ("connections", name)
        yield from check_attributes(source, (*path, "attributes"), registry)
        # `a-b` and `a_b` would read the same environment variables.
        variable = environment_name(name, "")
        if variable in variables:
            yield Diagnostic(
                "connection-clash",
                f"`{name}` and `{variables[variable]}` would read the same environment "
                f"variables ({variable}…)",
                source.place(path, of_key=True),
                hint="rename one of them",
            )
        variables[variable] = name
        yield from unknown_references(source, (*path, "settings"))
        yield from unknown_references(source, (*path, "filters"))
        yield from broken_import(source, (*path, "import"), known)
