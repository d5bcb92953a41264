"""A browser without a screen: opens a page, fills in each form as a person would, and goes on.

python oidc_browser.py URL                    goes wherever it is sent
python oidc_browser.py --until PREFIX URL     does not go to that address, and prints it
python oidc_browser.py --deny URL             clicks on the link that cancels
"""

from __future__ import annotations

import argparse
import re
import sys
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin
from urllib.request import (
    HTTPCookieProcessor,
    HTTPRedirectHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

if TYPE_CHECKING:
    from http.client import HTTPMessage
    from typing import IO

_ANSWERS = {"login": "ada", "password": "any will do"}
_MOST_PAGES = 15


class _Arrived(Exception):
    pass


class _Redirects(HTTPRedirectHandler):
    def __init__(self, until: str | None) -> None:
        self._until = until

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        if self._until is not None and newurl.startswith(self._until):
            raise _Arrived(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Form(HTMLParser):
    """The first form of a page, and the link that cancels."""

    def __init__(self) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self.cancel: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and self.action is None:
            self.action = given.get("action", "")
        elif tag == "input" and given.get("name"):
            name = given["name"]
            self.fields[name] = _ANSWERS.get(name, given.get("value", ""))
        elif tag == "a" and "abort" in given.get("href", ""):
            self.cancel = given["href"]


def visit(url: str, *, until: str | None = None, denies: bool = False) -> str:
    """Open a page and go on until there is nothing more to fill in; return where that was."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()), _Redirects(until), ProxyHandler({}))
    try:
        return _walk(browser, url, denies=denies)
    except _Arrived as arrived:
        return str(arrived)


def _walk(browser: OpenerDirector, url: str, *, denies: bool) -> str:
    body: bytes | None = None
    for _ in range(_MOST_PAGES):
        with browser.open(url, body, timeout=30) as answer:
            url, text = answer.url, answer.read().decode()
        form = _Form()
        form.feed(text)
        if denies and form.cancel is not None:
            url, body = urljoin(url, form.cancel), None
            continue
        if form.action is None:
            return url
        url, body = urljoin(url, form.action), urlencode(form.fields).encode()
    raise AssertionError(f"no end after {_MOST_PAGES} pages: {re.sub(r'[?].*', '', url)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--until")
    parser.add_argument("--deny", action="store_true")
    parser.add_argument("url")
    given = parser.parse_args()
    ended = visit(given.url, until=given.until, denies=given.deny)
    if given.until is not None:
        sys.stdout.write(ended + "\n")
