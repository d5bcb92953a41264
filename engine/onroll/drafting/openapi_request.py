"""The request of an OpenAPI operation: its address, its parameters, its body."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from onroll.drafting.draft import SettingDraft
from onroll.drafting.evidence import Call, ParameterFacts
from onroll.drafting.openapi_schema import Specification, as_list, as_object
from onroll.drafting.placeholders import setting_name, setting_title
from onroll.drafting.request_words import is_noise, is_of_paging, is_secret_name
from onroll.expressions.reference import as_text
from onroll.model import Headers, Json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.drafting.openapi_lists import Operation
    from onroll.drafting.openapi_schema import Schema

__all__ = ["Server", "read_request", "server_of"]

_MOST_PARAMETERS: Final = 300
_MOST_VALUES: Final = 50
_LONGEST_DESCRIPTION: Final = 300
_TRIAL: Final = re.compile(r"sandbox|staging|stage|test|demo|mock|localhost|127\.0\.0\.1|uat|dev\b")
_VARIABLE: Final = re.compile(r"\{([^{}/]+)\}")
_UNSAFE: Final = re.compile(r"[\s\\\"<>^`|]")
_HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_DEEPEST_BODY: Final = 4


@dataclass(frozen=True, slots=True)
class Server:
    """Where an API is: its URL, with `{variables}`, and what a specification says of those."""

    url: str
    settings: Mapping[str, SettingDraft] = field(default_factory=dict)


def server_of(specification: Specification, operation: Operation) -> Server:
    """Return the server of an operation: the first that is not for trials."""
    for holder in (operation.written, operation.beside, specification.document):
        servers = [one for one in as_list(holder.get("servers")) if _url(one)]
        if servers:
            chosen = next((one for one in servers if not _is_trial(one)), servers[0])
            return _server(chosen)
    return _server({})


def _url(server: Json) -> str:
    url = as_object(server).get("url")
    return url.strip() if isinstance(url, str) else ""


def _is_trial(server: Json) -> bool:
    said = f"{_url(server)} {as_object(server).get('description', '')}".lower()
    return _TRIAL.search(said) is not None


def _server(server: Mapping[str, Json]) -> Server:
    url = _url(server).rstrip("/")
    if not re.match(r"https?://", url, re.IGNORECASE):
        # Relative to wherever the file was found, which nobody knows.
        is_variable = url.startswith("{") and _VARIABLE.match(url)
        url = url if is_variable else f"https://{{host}}/{url.lstrip('/')}".rstrip("/")
    settings: dict[str, SettingDraft] = {}
    variables = as_object(server.get("variables"))
    for name in _VARIABLE.findall(url):
        written = as_object(variables.get(name))
        values = tuple(one for one in as_list(written.get("enum")) if isinstance(one, str))
        if values == (written.get("default"),):
            url = url.replace(f"{{{name}}}", values[0])
            continue
        ours = setting_name(name, "subdomain")
        settings[ours] = _setting(ours, written, values[:_MOST_VALUES])
    return Server(_UNSAFE.sub("", url), settings)


def _setting(name: str, written: Mapping[str, Json], values: tuple[str, ...]) -> SettingDraft:
    default, description = written.get("default"), written.get("description")
    # A default that is no choice is somebody's own: `your-domain`, `demo`.
    is_choice = isinstance(default, str) and default in values and "${" not in default
    return SettingDraft(
        title=setting_title(name),
        description=_short(description),
        default=default if is_choice else None,
        values=values,
    )


def read_request(specification: Specification, operation: Operation, server: Server) -> Call:
    """Return the call of an operation, with what is required of it, and no answer."""
    params: dict[str, str] = {}
    headers: dict[str, str] = {}
    known: list[ParameterFacts] = []
    for name, where, written, is_required in _parameters(specification, operation):
        schema = specification.schema(written.get("schema"))
        if where == "query":
            known += _facts(specification, name, written, schema)
            if is_required and not is_secret_name(name):
                params[name] = _sample(name, schema)
        elif where == "header" and is_required and _is_own(name):
            headers[name] = _sample(name, schema)
    return Call(
        url=f"{server.url}/{_UNSAFE.sub('', operation.path).lstrip('/')}".partition("?")[0],
        method=operation.method,
        params=params,
        headers=Headers(headers),
        json=_body(specification, operation) if operation.method == "POST" else None,
        known_params=tuple(known),
    )


def _is_own(header: str) -> bool:
    is_said_elsewhere = header.lower() in ("accept", "authorization") or is_noise(header)
    return _HEADER.fullmatch(header) is not None and not is_said_elsewhere


def _parameters(
    specification: Specification, operation: Operation
) -> Iterator[tuple[str, str, dict[str, Json], bool]]:
    """Yield the parameters of an operation: its own count more than those of its path."""
    found: dict[tuple[str, str], dict[str, Json]] = {}
    for holder in (operation.beside, operation.written):
        for one in as_list(holder.get("parameters"))[:_MOST_PARAMETERS]:
            written = specification.resolved(one)
            name, where = written.get("name"), written.get("in")
            if isinstance(name, str) and isinstance(where, str) and name:
                found[name, where] = written
    for (name, where), written in found.items():
        yield name, where, written, written.get("required") is True


def _facts(
    specification: Specification, name: str, written: Mapping[str, Json], schema: Schema
) -> Iterator[ParameterFacts]:
    if schema.properties and schema.kind in ("", "object"):
        # As `deepObject` writes it: page[number], page[size].
        for key, inner in schema.properties.items():
            part = specification.schema(inner)
            yield _fact(f"{name}[{key}]", part.description, part)
        return
    yield _fact(name, written.get("description"), schema)


def _fact(name: str, description: Json, schema: Schema) -> ParameterFacts:
    is_scalar = isinstance(schema.default, str | int | float)
    return ParameterFacts(
        name=name,
        default=schema.default if is_scalar else None,
        maximum=schema.maximum,
        description=_short(description),
    )


def _sample(name: str, schema: Schema) -> str:
    """Return the value of a parameter that must be sent: a documented one, or a placeholder."""
    for value in (schema.default, *schema.values[:1]):
        if isinstance(value, str | int | float):
            return as_text(value)
    own = re.sub("^x-", "", name, flags=re.IGNORECASE)
    return f"<{setting_name(own, 'value')}>"


def _body(specification: Specification, operation: Operation) -> Json:
    """Return a body with what is required, and what is about paging."""
    wanted = specification.resolved(operation.written.get("requestBody"))
    for media, written in as_object(wanted.get("content")).items():
        if "json" in media:
            content = as_object(written)
            node = content.get("schema")
            example = content.get("example")
            body = _object(specification, node, example, 0)
            return body if isinstance(body, dict) else None
    return None


def _object(specification: Specification, node: Json, example: Json, depth: int) -> Json:
    schema = specification.schema(node)
    shown = as_object(schema.example if example is None else example)
    body: dict[str, Json] = {}
    for key, inner in schema.properties.items():
        part = specification.schema(inner)
        is_inner = part.properties and depth < _DEEPEST_BODY
        if is_inner and (key in schema.required or is_of_paging(key)):
            body[key] = _object(specification, inner, shown.get(key), depth + 1)
        elif key in schema.required or (is_of_paging(key) and part.default is not None):
            body[key] = _scalar(key, part, shown.get(key))
    return body


def _scalar(key: str, schema: Schema, shown: Json) -> Json:
    for value in (schema.default, *schema.values[:1], shown, schema.example):
        if value is not None:
            return value
    if schema.kind == "array":
        return []
    return {"integer": 1, "number": 1, "boolean": True}.get(schema.kind, f"<{key}>")


def _short(text: Json) -> str:
    return " ".join(text.split())[:_LONGEST_DESCRIPTION] if isinstance(text, str) else ""
