"""Files → definitions: read, check, and compile into a `ConnectorDefinition`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from onroll.definition.connector import (
    ConnectorDefinition,
    Detail,
    Example,
    ListDefinition,
    Lookup,
    Recorded,
    RequestTemplate,
    SendIn,
    Setting,
    Shape,
    UpdatedSince,
)
from onroll.definition.source import MAX_BYTES, Source, read_yaml
from onroll.definition.validate import check_definition
from onroll.definition.wording import dotted
from onroll.diagnostics import Diagnostic
from onroll.errors import DefinitionError, UsageError
from onroll.expressions.condition import Condition, parse_condition
from onroll.expressions.locator import Locator, parse_locator
from onroll.expressions.path import parse_path
from onroll.model import Limits
from onroll.plugins.registry import installed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from onroll.definition.connector import Decoding
    from onroll.definition.source import KeyPath
    from onroll.model import Json
    from onroll.plugins.registry import Registry

__all__ = ["compile_definition", "load_definition", "parse_definition", "read_file"]


def load_definition(path: FilePath, registry: Registry | None = None) -> ConnectorDefinition:
    """Load a definition file. Raises `DefinitionError` with everything that is wrong in it."""
    source = read_file(path)
    return compile_definition(source, path.parent, registry or installed())


def parse_definition(
    text: str, *, name: str = "<text>", folder: FilePath | None = None
) -> ConnectorDefinition:
    """Load a definition from text; `name` stands for the file in messages."""
    return compile_definition(read_yaml(text, name), folder or FilePath(), installed())


def read_file(path: FilePath) -> Source:
    """Read a YAML file. Raises `UsageError` when it cannot be opened."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(
            Diagnostic(
                "file-not-readable",
                f"{path} cannot be read: {reason}",
                hint="name a file that exists, or a shipped connector (`onroll connectors`)",
            )
        ) from None
    return read_yaml(raw, str(path))


def compile_definition(source: Source, folder: FilePath, registry: Registry) -> ConnectorDefinition:
    """Check and compile what was read. Raises `DefinitionError` with every mistake."""
    mistakes = check_definition(source, registry)
    if mistakes:
        raise DefinitionError(*mistakes)
    data = source.data
    examples = data.get("examples", ())
    outside = list(_outside(source, examples, folder))
    if outside:
        raise DefinitionError(*outside)
    listing = data["list_users"]
    common = _Inherited(
        data.get("pagination"), data.get("decoder"), _condition(data.get("success"))
    )
    list_users = _list("list_users", ("list_users",), listing, common)
    return ConnectorDefinition(
        name=data["name"],
        title=data.get("title", data["name"]),
        description=data.get("description", ""),
        documentation=data.get("documentation", ""),
        verified=data.get("verified", {"by": "unverified"}),
        settings={name: _setting(name, one) for name, one in data.get("settings", {}).items()},
        base_url=data["base_url"].rstrip("/"),
        auth=data.get("auth", {"method": "none"}),
        headers=data.get("headers", {}),
        params=data.get("params", {}),
        limits=Limits(**_limits(data.get("limits", {}))),
        tls=data.get("tls", {}),
        list_users=list_users,
        parts=tuple(_parts(listing, common)) or (list_users,),
        context=tuple(_detail(name, one, common) for name, one in data.get("context", {}).items()),
        updated_since=_updated_since(listing.get("updated_since")),
        exclude=tuple(parse_condition(one) for one in listing.get("exclude", ())),
        details=tuple(
            _detail(name, one, common) for name, one in listing.get("details", {}).items()
        ),
        lookups=tuple(_lookup(name, one, common) for name, one in data.get("lookups", {}).items()),
        full_filters=frozenset(
            name
            for name, one in listing.get("filters", {}).items()
            if one.get("partial", True) is False
        ),
        attributes=data["attributes"],
        examples=tuple(_example(one, folder) for one in examples),
        source=source,
    )


def _setting(name: str, written: Mapping[str, Any] | None) -> Setting:
    given = dict(written or {})
    title = given.pop("title", name.replace("_", " ").capitalize())
    enum = tuple(given.pop("enum", ()))
    required = given.pop("required", True) and "default" not in given
    return Setting(name=name, title=title, enum=enum, required=required, **given)


def _limits(written: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: tuple(value) if isinstance(value, list) else value for key, value in written.items()
    }


@dataclass(frozen=True, slots=True)
class _Inherited:
    """What a list takes from the top level when it does not say it itself."""

    pagination: Mapping[str, Any] | None
    decoder: Decoding | None
    success: Condition | None


def _request(written: Mapping[str, Any], common: _Inherited) -> RequestTemplate:
    return RequestTemplate(
        endpoint=written.get("endpoint", ""),
        method=written.get("method", "GET"),
        headers=written.get("headers", {}),
        params=written.get("params", {}),
        json=written.get("json"),
        form=written.get("form"),
        decoder=written.get("decoder") or common.decoder or {"format": "json"},
    )


def _list(
    name: str, path: KeyPath, written: Mapping[str, Any], common: _Inherited
) -> ListDefinition:
    pagination = written.get("pagination") or common.pagination or {"style": "none"}
    return ListDefinition(
        name=name,
        path=path,
        request=_request(written, common),
        resource_location=parse_path(written["resource_location"]),
        total_count=_total_count(written.get("total_count")),
        pagination=pagination,
        send_in=_send_in(written, pagination),
        more=_condition(pagination.get("more")),
        success=_condition(written.get("success")) or common.success,
        may_be_absent=written.get("may_be_absent", False),
        duplicates=written.get("duplicates", "refuse"),
        is_paging_declared=bool(written.get("pagination") or common.pagination),
        shape=_shape(written.get("shape")),
        record=written.get("record", {}),
        end_statuses=frozenset(pagination.get("end_statuses", ())),
    )


def _parts(listing: Mapping[str, Any], common: _Inherited) -> Iterator[ListDefinition]:
    for index, part in enumerate(listing.get("parts", ())):
        name = part.get("name", f"part_{index + 1}")
        yield _list(name, ("list_users", "parts", index), {**listing, **part}, common)


def _shape(written: Mapping[str, Any] | None) -> Shape | None:
    if written is None:
        return None
    columns, name = written.get("columns"), written.get("column_name", ".")
    return Shape(
        style=written["style"],
        key=written.get("key", "key"),
        columns=None if columns is None else parse_path(columns),
        column_name=parse_path(name),
    )


def _updated_since(written: Mapping[str, Any] | None) -> UpdatedSince | None:
    return None if written is None else UpdatedSince(**written)


def _total_count(written: Json) -> Locator | None:
    # `na` is what the vendors' forms accept for "there is none".
    return None if written is None or written == "na" else parse_locator(written)


def _send_in(written: Mapping[str, Any], pagination: Mapping[str, Any]) -> SendIn:
    chosen: SendIn | None = pagination.get("send_in")
    if chosen is not None:
        return chosen
    if written.get("method", "GET") != "POST":
        return "query"
    return "form" if "form" in written else "json"


def _condition(written: Mapping[str, Any] | None) -> Condition | None:
    return None if written is None else parse_condition(written)


def _detail(name: str, written: Mapping[str, Any], common: _Inherited) -> Detail:
    return Detail(
        name=name,
        request=_request(written, common),
        resource_location=parse_path(written.get("resource_location", ".")),
        success=_condition(written.get("success")) or common.success,
        may_be_absent=written.get("may_be_absent", False),
    )


def _lookup(name: str, written: Mapping[str, Any], common: _Inherited) -> Lookup:
    has_own_list = "endpoint" in written
    path: KeyPath = ("lookups", name)
    return Lookup(
        name=name,
        resource_location=parse_path(written["resource_location"]),
        key=parse_path(written["key"]),
        match=parse_path(written["match"]),
        listing=_list(f"lookups.{name}", path, written, common) if has_own_list else None,
        optional=written.get("optional", False),
        many=written.get("many", False),
    )


def _outside(
    source: Source, examples: Iterable[Mapping[str, Any]], folder: FilePath
) -> Iterator[Diagnostic]:
    """Yield the files of examples that lie elsewhere: their values would be shown."""
    for index, example in enumerate(examples):
        for path, name in _file_names(("examples", index), example):
            if not _lies_in(folder, name):
                yield Diagnostic(
                    "example-not-readable",
                    f"`{dotted(path)}` names a file outside of the definition's folder",
                    source.place(path),
                    hint="put the file beside the definition or below, and name it from there",
                )


def _file_names(base: KeyPath, example: Mapping[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    yield (*base, "users"), example["users"]
    for name, item in example["responses"].items():
        path = (*base, "responses", name)
        listed = [((*path, at), one) for at, one in enumerate(item)]
        for at, one in listed if isinstance(item, list) else [(path, item)]:
            if isinstance(one, str):
                yield at, one
            elif "body" in one:
                yield (*at, "body"), one["body"]


def _lies_in(folder: FilePath, name: str) -> bool:
    try:
        return (folder / name).resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # a null byte, or symlinks in a circle
        return False


def _example(written: Mapping[str, Any], folder: FilePath) -> Example:
    return Example(
        description=written.get("description", ""),
        responses={
            name: tuple(
                _recorded(one, folder) for one in (item if isinstance(item, list) else [item])
            )
            for name, item in written["responses"].items()
        },
        users=folder / written["users"],
    )


def _recorded(written: str | Mapping[str, Any], folder: FilePath) -> Recorded:
    if isinstance(written, str):
        return Recorded(200, {"content-type": "application/json"}, folder / written)
    return Recorded(
        status=written.get("status", 200),
        headers=written.get("headers", {}),
        body=folder / written["body"] if "body" in written else FilePath(),
        asked=written.get("asked"),
        sent=written.get("sent"),
    )
