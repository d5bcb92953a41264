"""The options of a curl line, read one after the other into what they say of the request."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import quote_plus

from onroll.drafting.curl_options import FLAGS, SHORT, VALUED
from onroll.drafting.wire import Unusable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = ["CurlLine", "read_options"]

_HEADER: Final = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:(.*)", re.DOTALL)


@dataclass(slots=True)
class CurlLine:
    """What the options of a line say, as they are read."""

    urls: list[str] = field(default_factory=list)
    method: str | None = None
    headers: dict[str, tuple[str, str]] = field(default_factory=dict)
    user: str | None = None
    data: list[str] = field(default_factory=list)
    query: list[str] = field(default_factory=list)
    fields: list[tuple[str, str]] = field(default_factory=list)
    is_get: bool = False
    is_json: bool = False
    is_digest: bool = False
    notes: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def read_options(words: Sequence[str]) -> CurlLine:
    """Read the words behind `curl`. Raises `Unusable`."""
    line = CurlLine()
    for name, value in _options(words, line):
        action = _ACTIONS.get(name)
        if action is not None:
            action(line, value)
    return line


def _options(words: Sequence[str], line: CurlLine) -> Iterator[tuple[str, str]]:
    """Yield each option by its long name with its value; addresses go to the line."""
    waiting = iter(words)
    is_over = False
    for word in waiting:
        if word in ("curl", "curl.exe"):
            line.notes.append("only the first of several curl commands is read")
            return
        if is_over or not word.startswith("-") or word == "-":
            if word != "-":
                line.urls.append(word)
        elif word == "--":
            is_over = True
        elif word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            if name in VALUED:
                yield name, value if equals else _value(waiting, f"--{name}")
            elif name in FLAGS or name.removeprefix("no-") in FLAGS:
                yield name, ""
            else:
                line.unknown.append(f"--{name}")
        else:
            yield from _short(word[1:], waiting, line)


def _short(letters: str, waiting: Iterator[str], line: CurlLine) -> Iterator[tuple[str, str]]:
    for index, letter in enumerate(letters):
        name = SHORT.get(letter)
        if name is None:
            line.unknown.append(f"-{letter}")
        elif name in VALUED:
            rest = letters[index + 1 :]
            yield name, rest or _value(waiting, f"-{letter}")
            return
        else:
            yield name, ""


def _value(waiting: Iterator[str], option: str) -> str:
    value = next(waiting, None)
    if value is None:
        raise Unusable(f"`{option}` stands last, without its value", "copy the whole command")
    return value


def _add_header(line: CurlLine, value: str) -> None:
    if value.startswith("@"):
        line.notes.append("headers in a file (`-H @…`) are not read: write them into the line")
        return
    found = _HEADER.fullmatch(value.strip())
    if found is None:
        if not value.strip().endswith(";"):
            line.notes.append("a `-H` that has no `:` was passed over")
        return
    name, said = found.group(1), " ".join(found.group(2).split())
    if not said:
        return  # which takes one of curl's own away
    line.headers[name.lower()] = (name, said)


def _add_data(line: CurlLine, value: str) -> None:
    if value.startswith("@"):
        raise Unusable(
            "the curl line sends a file (`-d @…`), which is not read",
            "write what the file holds into the line: `-d '{\"limit\": 100}'`",
        )
    line.data.append(value)


def _add_encoded(line: CurlLine, value: str) -> None:
    name, equals, content = value.partition("=")
    if (not equals and "@" in value) or "@" in name:
        raise Unusable(
            "the curl line sends a file (`--data-urlencode …@…`), which is not read",
            "write what the file holds into the line",
        )
    encoded = quote_plus(content if equals else value)
    line.data.append(f"{name}={encoded}" if equals and name else encoded)


def _add_query(line: CurlLine, value: str) -> None:
    if value.startswith("+"):
        line.query.append(value[1:])
        return
    name, equals, content = value.partition("=")
    line.query.append(f"{name}={quote_plus(content)}" if equals else quote_plus(value))


def _add_json(line: CurlLine, value: str) -> None:
    _add_data(line, value)
    line.is_json = True


def _add_field(line: CurlLine, value: str) -> None:
    name, equals, content = value.partition("=")
    if not equals or content.startswith(("@", "<")):
        raise Unusable(
            "the curl line sends a file (`-F …=@…`), which is not read",
            "a list of people needs none: leave that part out",
        )
    line.fields.append((name, content.split(";type=")[0].strip('"')))


def _set_cookie(line: CurlLine, value: str) -> None:
    if "=" in value:
        line.headers["cookie"] = ("Cookie", value)


def _set_method(line: CurlLine, value: str) -> None:
    line.method = value.strip().upper()


def _set_user(line: CurlLine, value: str) -> None:
    line.user = value


def _set_get(line: CurlLine, _: str) -> None:
    line.is_get = True


def _set_digest(line: CurlLine, _: str) -> None:
    line.is_digest = True


def _set_bearer(line: CurlLine, value: str) -> None:
    line.headers["authorization"] = ("Authorization", f"Bearer {value.strip()}")


def _add_url(line: CurlLine, value: str) -> None:
    line.urls.append(value)


def _noted(note: str) -> _Action:
    def add(line: CurlLine, _: str) -> None:
        if note not in line.notes:
            line.notes.append(note)

    return add


_Action: TypeAlias = "Callable[[CurlLine, str], None]"

_UNVERIFIED: Final = "`-k` is not followed: certificates are always verified"
_NOT_KNOWN: Final = "`{}` signs in by a way that onroll does not know, and was passed over"
_ACTIONS: Final[Mapping[str, _Action]] = {
    "aws-sigv4": _noted(_NOT_KNOWN.format("--aws-sigv4")),
    "cacert": _noted("`--cacert` names a file: give its text to `tls.ca`, by a setting"),
    "cert": _noted("`--cert` names a file: give its text to `tls`, by settings"),
    "config": _noted("`-K` names a file of options, which is not read"),
    "cookie": _set_cookie,
    "data": _add_data,
    "data-ascii": _add_data,
    "data-binary": _add_data,
    "data-raw": lambda line, value: line.data.append(value),
    "data-urlencode": _add_encoded,
    "digest": _set_digest,
    "form": _add_field,
    "form-string": _add_field,
    "get": _set_get,
    "head": _noted("`-I` asks for headers alone, and a list is needed: GET is taken"),
    "header": _add_header,
    "insecure": _noted(_UNVERIFIED),
    "json": _add_json,
    "negotiate": _noted(_NOT_KNOWN.format("--negotiate")),
    "netrc": _noted("the credentials of `.netrc` are not read"),
    "netrc-file": _noted("the credentials of `.netrc` are not read"),
    "ntlm": _noted(_NOT_KNOWN.format("--ntlm")),
    "oauth2-bearer": _set_bearer,
    "proxy": _noted("a proxy is no part of a connector: set HTTPS_PROXY where it runs"),
    "request": _set_method,
    "upload-file": _noted("`-T` sends a file, which is not read"),
    "url": _add_url,
    "url-query": _add_query,
    "user": _set_user,
}
