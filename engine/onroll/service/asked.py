"""What a recorded answer was given to: a request as an example writes it, and how two differ.

    - {asked: GET /users.json?limit=20&offset=0, body: examples/users-1.json}
    - {asked: POST /search, sent: {state: A, page: 1}, body: examples/found-1.json}

`asked` is the method and the path below the base URL, with the query; `sent` is the body: text
of a form, anything else of JSON. Headers say nothing here.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, quote, unquote, urlencode

from onroll.definition.masking import MASK
from onroll.definition.taste.secrets import is_secret_name, is_secret_text
from onroll.http.encoding import url_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from onroll.model import Json, Request

__all__ = ["AskedRequest", "Change", "asked_of", "changes_of", "read_asked"]

#: A reference that a setting's stand-in is, once it is part of a URL.
_REFERENCE: Final = re.compile(r"(?:%24|\$)(?:%7B|\{)(settings\.\w+)(?:%7D|\})", re.IGNORECASE)
#: What of a query is as readable without being encoded.
_PLAIN: Final = "$,:/@()*'!;{}"
_LONGEST_VALUE: Final = 40
#: Names that mostly say a secret where something is asked for.
_SECRET_NAMES: Final = frozenset({"auth", "key", "pwd", "sig", "signature"})


@dataclass(frozen=True, slots=True)
class AskedRequest:
    """A request without headers. `path` is below the base URL; a value that is secret is masked."""

    method: str
    path: str
    params: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    sent: Json = field(default=None, repr=False)

    @property
    def line(self) -> str:
        """The method, the path and the query as one text."""
        return f"{self.method} {self.path}{_query(self.params)}"

    def shown(self) -> str:
        """Return the line as a message may show it."""
        return f"{self.method} {self.path}{_query(_masked(self.params, _is_hidden))}"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `name` is a parameter's, and empty for the method and the path."""

    name: str
    text: str


def asked_of(request: Request, base: str) -> AskedRequest:
    """Return what a request asks. `base` is the base URL in use, which is not part of it."""
    url = url_of(request)
    is_below = url == base or url.startswith((f"{base}/", f"{base}?"))
    return _asked(
        request.method,
        url[len(base) :] if is_below else url,
        request.json if request.form is None else urlencode(request.form),
    )


def read_asked(line: str, sent: Json = None) -> AskedRequest:
    """Read what an example says of a request."""
    method, _, address = line.partition(" ")
    return _asked(method, address.strip(), sent)


def _asked(method: str, address: str, sent: Json) -> AskedRequest:
    address = _REFERENCE.sub(r"${\1}", address)
    head, _, rest = address.partition("?")
    pairs = parse_qsl(rest.partition("#")[0], keep_blank_values=True)
    params = _masked(tuple(pairs), lambda name, _: _is_secret(name))
    body = _form(sent) if isinstance(sent, str) else _without_secrets(sent)
    return AskedRequest(method, head or "/", params, body)


def changes_of(now: AskedRequest, then: AskedRequest) -> Iterator[Change]:
    """Yield what is asked otherwise than it was, in whatever order parameters stand."""
    if now.method != then.method:
        yield Change("", f"the method is {now.method} instead of {then.method}")
    if unquote(now.path) != unquote(then.path):
        yield Change("", f"the path is `{now.path}` instead of `{then.path}`")
    ours, theirs = _values(now), _values(then)
    for name, values in ours.items():
        was = theirs.get(name)
        if was is None:
            yield Change(_bare(name), f"{_name(name)} is new ({_shown(name, values)})")
        elif was != values:
            # What stands in a setting's place may be what it is set to.
            hides = any(_REFERENCE.search(one) for one in (*values, *was))
            now_and_then = (_shown(name, one, hides=hides) for one in (values, was))
            yield Change(_bare(name), f"{_name(name)} is {' instead of '.join(now_and_then)}")
    for name, values in theirs.items():
        if name not in ours:
            yield Change(_bare(name), f"{_name(name)} is missing ({_shown(name, values)})")


def _values(one: AskedRequest) -> dict[str, list[str]]:
    """Return each value by its name; a mark before it says whether it is the query's."""
    found: dict[str, list[str]] = {}
    for name, value in one.params:
        found.setdefault(f"?{name}", []).append(value)
    if isinstance(one.sent, str):
        for name, value in parse_qsl(one.sent, keep_blank_values=True):
            found.setdefault(f"={name}", []).append(value)
    elif one.sent is not None:
        for name, value in _leaves(one.sent, ""):
            found.setdefault(f":{name}", []).append(value)
    return {name: sorted(values) for name, values in found.items()}


def _leaves(value: Json, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and value:
        for place, item in enumerate(value):
            yield from _leaves(item, f"{path}[{place}]")
    else:
        yield path, json.dumps(value, ensure_ascii=False)


def _bare(name: str) -> str:
    return name[1:]


def _name(name: str) -> str:
    where = {"?": "", "=": " of the form", ":": " of the body"}[name[0]]
    return f"`{_bare(name)}`{where}"


def _shown(name: str, values: list[str], *, hides: bool = False) -> str:
    shown = [
        MASK if _is_hidden(_bare(name), one) or (hides and not _is_reference(one)) else _cut(one)
        for one in values
    ]
    return ", ".join(f"`{one}`" for one in shown)


def _is_reference(text: str) -> bool:
    return _REFERENCE.fullmatch(text.strip('"')) is not None


def _is_secret(name: str) -> bool:
    return name.casefold() in _SECRET_NAMES or is_secret_name(name)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + MASK


def _is_hidden(name: str, value: str) -> bool:
    last = re.split(r"[.\[]", name)[-1]
    return not _is_reference(value) and (_is_secret(last) or is_secret_text(value))


def _masked(
    pairs: tuple[tuple[str, str], ...], is_hidden: Callable[[str, str], bool]
) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, MASK if is_hidden(name, value) and not _is_reference(value) else value)
        for name, value in pairs
    )


def _without_secrets(sent: Json, name: str = "") -> Json:
    """Return a JSON body with what stands under names of secrets masked."""
    if isinstance(sent, dict):
        return {key: _without_secrets(item, key) for key, item in sent.items()}
    if isinstance(sent, list):
        return [_without_secrets(item, name) for item in sent]
    if sent is None or isinstance(sent, bool) or not _is_secret(name):
        return sent
    return sent if _is_reference(str(sent)) else MASK


def _form(text: str) -> str:
    pairs = tuple(parse_qsl(text, keep_blank_values=True))
    return _query(_masked(pairs, lambda name, _: _is_secret(name)))[1:]


def _query(params: tuple[tuple[str, str], ...]) -> str:
    """Write a query so that people can read it and that it is read as the same."""
    pairs = (f"{_encoded(name)}={_encoded(value)}" for name, value in params)
    return "?" + "&".join(pairs) if params else ""


def _encoded(text: str) -> str:
    return text if text == MASK else quote(text, safe=_PLAIN)
