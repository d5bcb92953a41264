"""A request as others write it down: its address taken apart, its body read."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote

from onroll.diagnostics import quoted_list
from onroll.http.body import decode_json
from onroll.model import Headers, Json, Response
from onroll.protocols import UnreadableBody

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Address", "Body", "Unusable", "read_address", "read_body", "read_pairs", "repeated"]

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
#: A placeholder in the place of scheme and host: `{{base_url}}/users`.
_WHOLE_BASE: Final = re.compile(r"\$\w+|\$?\{\{?[^{}/]+\}?\}|<[^<>/]+>|%\w+%")
_HOST: Final = re.compile(r"[^\s/?#@\\]+")
_HERE: Final = re.compile(r"(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?", re.IGNORECASE)
_JSON_TYPE: Final = re.compile(r"^application/(?:json|[\w.+-]*\+json)\b|^text/json\b")
_FORM_TYPE: Final = "application/x-www-form-urlencoded"
_FORM: Final = re.compile(r"[^\s=&{}\[\]<>\"]+(?:\[[^\]=&]*\])*=")
_MOST_PAIRS: Final = 1000


class Unusable(Exception):
    """What is written cannot be read. `hint` says how to mend it; neither holds a value."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Address:
    """A URL taken apart: without query, fragment and credentials."""

    url: str
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    credentials: tuple[str, str] | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """A request's body: JSON or a form, or neither."""

    json: Json = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()


def read_address(written: str) -> Address:
    """Take a URL apart. Raises `Unusable`."""
    text = re.sub(r"[\t\r\n]+", "", written.strip())
    notes: list[str] = []
    scheme = _SCHEME.match(text)
    if scheme is not None and scheme.group(1).lower() not in ("http", "https"):
        raise Unusable("the address is no https:// URL", "give the URL of the API's list of people")
    if scheme is None and not _WHOLE_BASE.match(text):
        text = ("http://" if _HERE.match(text) else "https://") + text
        notes.append("the address names no scheme: https:// is taken")
    elif scheme is not None:
        text = f"{scheme.group(1).lower()}://{text[scheme.end() :]}"
    rest, _, _ = text.partition("#")
    path, _, query = rest.partition("?")
    path, credentials = _without_credentials(path)
    _refuse_without_host(path)
    params, more = read_pairs(query)
    return Address(path.replace(" ", "%20"), params, credentials, (*notes, *more))


def _without_credentials(path: str) -> tuple[str, tuple[str, str] | None]:
    scheme, mark, rest = path.partition("://")
    host, slash, tail = rest.partition("/")
    if not mark or "@" not in host:
        return path, None
    who, _, host = host.rpartition("@")
    user, _, password = who.partition(":")
    return f"{scheme}://{host}{slash}{tail}", (unquote(user), unquote(password))


def _refuse_without_host(path: str) -> None:
    _, mark, rest = path.partition("://")
    host = rest.partition("/")[0] if mark else path.partition("/")[0]
    bare = re.sub(r"\$?\{\{?[^{}]*\}?\}|<[^<>]*>", "x", host)
    if not _HOST.fullmatch(bare) or not bare.isprintable() or not path.isprintable():
        raise Unusable(
            "the address is no URL", "write it as `https://api.example.com/v1/employees`"
        )


def read_pairs(text: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Read a query or a form body; of a name that stands twice the last value is kept, and told."""
    if text.count("&") > _MOST_PAIRS:
        raise Unusable(f"there are more than {_MOST_PAIRS} parameters")
    pairs = parse_qsl(text, keep_blank_values=True)
    return dict(pairs), repeated(name for name, _ in pairs)


def repeated(names: Iterable[str]) -> tuple[str, ...]:
    """Say which names stand more than once."""
    twice = [name for name, count in Counter(names).items() if count > 1]
    if not twice:
        return ()
    what = f"{quoted_list(twice)} stands more than once, and only the last value is kept"
    return (f"{what}: write all of them as a list",)


def read_body(text: str, content_type: str = "") -> Body:
    """Read a request's body by its content type, or by what it looks like. Raises `Unusable`."""
    kind = content_type.partition(";")[0].strip().lower()
    bare = text.strip()
    if not bare:
        return Body()
    if _JSON_TYPE.match(kind) or bare[0] in "{[":
        return Body(json=_json(bare))
    if kind in ("", _FORM_TYPE, "text/plain") and (_FORM.match(bare) or kind == _FORM_TYPE):
        form, notes = read_pairs(bare)
        return Body(form=form, notes=notes)
    what = f"`{kind}`" if re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind) else "neither JSON nor a form"
    raise Unusable(
        f"the request's body is {what}",
        "onroll sends JSON and forms (application/x-www-form-urlencoded)",
    )


def _json(text: str) -> Json:
    body = text.encode("utf-8", "replace")
    try:
        found = decode_json(Response(200, Headers(), body, ""))
    except UnreadableBody:
        raise Unusable(
            "the request's body looks like JSON, and is cut or broken",
            'put placeholders in quotes, as in `{"limit": "<limit>"}`',
        ) from None
    if not isinstance(found, dict | list):
        raise Unusable("the request's body is JSON, and neither an object nor a list")
    return found
