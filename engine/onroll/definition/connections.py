"""A tenant's own file, `onroll.yaml`: connections, their settings, filters and overlays.

This file is the operator's, not a stranger's: it alone may name environment variables, files
and keyring entries. They are read when the connection is used.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from onroll.builtin import shipped_schema
from onroll.definition.attribute_rules import broken_attributes
from onroll.definition.catalog import find_connector, is_file_name
from onroll.definition.load import load_definition, read_file
from onroll.definition.masking import shown_reference
from onroll.definition.settings import environment_name
from onroll.definition.validate import check_attributes, check_schema, in_order
from onroll.diagnostics import Diagnostic, quoted_list
from onroll.errors import DefinitionError, SettingsError
from onroll.expressions.reference import Reference, parse_references, references_in, resolve
from onroll.model import NEEDED_ATTRIBUTES, Absent
from onroll.plugins.registry import installed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from onroll.definition.connector import ConnectorDefinition
    from onroll.definition.source import KeyPath, Source
    from onroll.model import Json

__all__ = ["Connection", "ConnectionFile", "load_connections", "read_filters", "read_setting"]


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


@dataclass(frozen=True, slots=True)
class ConnectionFile:
    """The whole file."""

    source: Source
    connections: Mapping[str, Connection]

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
            )
            for name, one in written.items()
        },
    )


def _mistakes(source: Source) -> Iterator[Diagnostic]:
    """Yield what no schema sees; what has the wrong shape is passed over."""
    registry = installed()
    connections = source.get(("connections",))
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
        yield from _unknown_references(source, (*path, "settings"))
        yield from _unknown_references(source, (*path, "filters"))


def _unknown_references(source: Source, path: KeyPath) -> Iterator[Diagnostic]:
    written = source.get(path)
    for key, value in written.items() if isinstance(written, dict) else ():
        for reference in references_in(value):
            if reference.namespace not in ("env", "file", "keyring"):
                yield Diagnostic(
                    "unknown-reference",
                    f"`{shown_reference(reference)}` is not a reference that a connection knows",
                    source.place((*path, key)),
                    expected="`${env:NAME}`, `${file:PATH}` or `${keyring:service/name}`",
                )


def read_setting(connection: Connection, name: str, environment: Mapping[str, str]) -> Json:
    """Return a setting with its references read. Raises `SettingsError` naming what is missing."""
    value = connection.settings[name]
    if not isinstance(value, str):
        return value
    at = f"the setting `{name}` of `{connection.name}`"
    texts = [
        piece if isinstance(piece, str) else _read(piece, connection, at, environment)
        for piece in parse_references(value)
    ]
    return "".join(texts)


def read_filters(connection: Connection, environment: Mapping[str, str]) -> dict[str, Json]:
    """Return the filters with their references read. Raises `SettingsError` with all missing."""
    found: dict[str, Json] = {}
    failed: list[Diagnostic] = []
    for name, value in connection.filters.items():
        at = f"the filter `{name}` of `{connection.name}`"
        try:
            # Every reference gives a text or raises, so nothing comes out `ABSENT`.
            read = resolve(
                value, partial(_read, connection=connection, at=at, environment=environment)
            )
        except SettingsError as error:
            failed += error.diagnostics
        else:
            assert not isinstance(read, Absent)
            found[name] = read
    if failed:
        raise SettingsError(*failed)
    return found


def _read(
    reference: Reference, connection: Connection, at: str, environment: Mapping[str, str]
) -> str:
    """Return what a reference stands for; `at` says in messages what holds it."""
    if reference.namespace == "env":
        if reference.name in environment:
            return environment[reference.name]
        raise SettingsError(
            Diagnostic(
                "missing-setting",
                f"{at} comes from the environment variable {reference.name}, which is not set",
            )
        )
    if reference.namespace == "file":
        path = connection.folder / reference.name
        try:
            return path.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not text"
            raise SettingsError(
                Diagnostic(
                    "missing-setting", f"{at} comes from {path}, which cannot be read: {reason}"
                )
            ) from None
    return _from_keyring(reference, at)


def _from_keyring(reference: Reference, at: str) -> str:
    service, _, user = reference.name.partition("/")
    try:
        import keyring  # noqa: PLC0415  (an optional extra)
    except ImportError:
        raise SettingsError(
            Diagnostic(
                "missing-extra",
                f"{at} comes from the keyring, and its library is not installed",
                hint="install it with `pip install 'onroll[keyring]'`",
            )
        ) from None
    found: str | None = keyring.get_password(service, user)
    if found is None:
        raise SettingsError(
            Diagnostic(
                "missing-setting",
                f"{at} comes from the keyring, which has no entry `{user}` in `{service}`",
            )
        )
    return found
