"""E-mail addresses and URLs: the parts that name somebody replaced, the parts that lead there kept.

Every host becomes one that RFC 2606 sets aside, so that nothing made up can reach anybody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

    from onroll.pseudonyms.substitutes import Substitutes

__all__ = ["EMAIL", "RELATIVE", "URL", "WHOLE_URL", "Hosts", "Route", "fake_url", "foreign_pieces"]

# Bounded, so that a long text without blanks is gone through once.
EMAIL: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}")
URL: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{0,20}://[^\s\"'<>]+")
#: A text that is nothing else may hold quotes too, as OData's filters do.
WHOLE_URL: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{0,20}://[^\s\"<>]+")
#: A path or a query without a host, as next links are written too.
RELATIVE: Final = re.compile(r"(?:/|\?)[^\s\"'<>]+")

#: Below these, two letters behind are a country, and what is registered has one name more.
_SECOND_LEVEL: Final = frozenset({"ac", "co", "com", "edu", "gov", "ltd", "net", "or", "org"})
_MAIL_DOMAINS: Final = ("example.com", "example.net", "example.org")
#: Any other may be called after whoever made it up.
_SCHEMES: Final = frozenset({"file", "ftp", "http", "https", "ldap", "ldaps", "sftp", "ws", "wss"})
_HOSTS: Final = ("example.test",)


class Hosts:
    """Stand-ins of domains: each registered one its own, and below it a word for a word."""

    def __init__(self, substitutes: Substitutes) -> None:
        self._substitutes = substitutes
        self._mail: dict[str, str] = {}
        self._web: dict[str, str] = {}

    def mail(self, domain: str) -> str:
        """Return the stand-in of the domain of an e-mail address."""
        return self._found(domain, self._mail, _MAIL_DOMAINS, ".example")

    def web(self, host: str) -> str:
        """Return the stand-in of a URL's host."""
        return self._found(host, self._web, _HOSTS, ".test")

    def _found(self, domain: str, known: dict[str, str], first: tuple[str, ...], top: str) -> str:
        labels = domain.casefold().split(".")
        is_second = len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2
        registered = labels[-3:] if is_second else labels[-2:]
        below = labels[: -len(registered)]
        name = ".".join(registered)
        if name not in known:
            known[name] = (
                first[len(known)]
                if len(known) < len(first)
                else self._substitutes.word(_letters(name)) + top
            )
        return ".".join([*(self._substitutes.word(_letters(one)) for one in below), known[name]])


def _letters(label: str) -> str:
    """Return a label without what a host name cannot have in a made-up word."""
    return "".join(chr(ord("a") + int(one)) if one in "0123456789" else one for one in label)


@dataclass(frozen=True, slots=True)
class Route:
    """What of URLs is the API's own: it stays, or a replay would not find its way.

    `bases` are the base URL that was asked and the one in its place. `words` are segments of
    paths and values of parameters that the definition names, `counting` parameters of paging.
    """

    bases: tuple[tuple[str, str], ...] = ()
    words: frozenset[str] = frozenset()
    counting: frozenset[str] = field(default_factory=frozenset)


def fake_url(url: str, route: Route, hosts: Hosts, fake: Callable[[str], str]) -> str:
    """Return the stand-in of a URL, or of a path and query alone. `fake` replaces text."""
    head, mark, query = url.partition("?")
    query, hash_mark, fragment = query.partition("#")
    for asked, instead in route.bases:
        if head == asked or head.startswith((asked + "/", asked + ";")):
            start, path = instead, head[len(asked) :]
            break
    else:
        start, path = _start(head, hosts)
    pieces = re.split("([/;,:@=&()])", path)
    path = "".join(_segment(one, route, fake) for one in pieces)
    pairs = "&".join(_pair(one, route, fake) for one in query.split("&")) if mark else ""
    rest = hash_mark + quote(fake(unquote(fragment)), safe="/") if fragment else hash_mark
    return f"{start}{path}{mark}{pairs}{rest}"


def foreign_pieces(text: str, route: Route) -> list[str]:
    """Return what of a text is not the API's own address: all of it, where it is no URL."""
    if not WHOLE_URL.fullmatch(text) and not RELATIVE.fullmatch(text):
        return [text]
    known = [instead for _, instead in route.bases if text.startswith(instead)]
    rest = text[max(map(len, known), default=0) :]
    return [one for one in map(unquote, re.split(r"[/?&=#]", rest)) if one not in route.words]


def _start(head: str, hosts: Hosts) -> tuple[str, str]:
    if "://" not in head:
        return "", head
    scheme, _, rest = head.partition("://")
    authority, slash, path = rest.partition("/")
    try:
        host = urlsplit(f"http://{authority}").hostname or ""
    except ValueError:
        host = authority
    start = scheme if scheme.casefold() in _SCHEMES else "https"
    return f"{start}://{hosts.web(host)}", slash + path


def _segment(segment: str, route: Route, fake: Callable[[str], str]) -> str:
    text = unquote(segment)
    if not text or text in route.words or not any(one.isalnum() for one in text):
        return segment
    return quote(fake(text), safe=".$'~!*")


def _pair(pair: str, route: Route, fake: Callable[[str], str]) -> str:
    name, equals, value = pair.partition("=")
    text = unquote((value if equals else name).replace("+", " "))
    is_ours = text in route.words or (text.isdecimal() and unquote(name) in route.counting)
    if is_ours or not any(one.isalnum() for one in text):
        return pair
    made = quote(fake(text), safe="")
    if EMAIL.search(unquote(name)):
        name = quote(fake(unquote(name)), safe="")
    return f"{name}{equals}{made}" if equals else made
