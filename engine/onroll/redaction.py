"""Keep secrets out of everything that is shown: by type (`Secret`) and by value (`Redactor`)."""

from __future__ import annotations

import base64
import html
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["HIDDEN", "Redactor", "Secret"]

HIDDEN = "[hidden]"

#: Shorter values are not searched for: replacing `x` would blank the page and hide nothing.
_SHORTEST = 4

#: Headers whose whole value is a credential, whatever it is.
_SECRET_HEADERS = frozenset(
    {"authorization", "cookie", "set-cookie", "proxy-authorization", "x-api-key"}
)


class Secret:
    """Text that no `print`, `repr`, format or log shows. `reveal()` is the one way to it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the text itself. Call it only where a request is built."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def __str__(self) -> str:
        return HIDDEN

    def __format__(self, spec: str) -> str:
        return HIDDEN

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> str:
        msg = "a secret is not pickled"
        raise TypeError(msg)


class Redactor:
    """Take known secret values out of text, in each of the forms in which they travel."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: dict[str, None] = {}
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str) -> None:
        """Know one more secret: plain, percent-encoded, JSON-escaped and base64."""
        if len(secret) < _SHORTEST:
            return
        encoded = base64.b64encode(secret.encode()).decode()
        # As a query is written here (with a bare `$`), by others, and by those who write %2f.
        in_urls = (quote(secret, safe=""), quote(secret, safe="$"), quote_plus(secret))
        lower = (re.sub("%[0-9A-F]{2}", lambda code: code[0].lower(), form) for form in in_urls)
        in_json = (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
        slashed = (form.replace("/", "\\/") for form in in_json)  # as PHP writes it
        shown = html.escape(secret)
        for form in (secret, encoded, shown, *in_urls, *lower, *in_json, *slashed):
            self._forms[form] = None

    def clean(self, text: str) -> str:
        """Return `text` with every known secret replaced by `[hidden]`."""
        # The longest first, so that one secret inside another leaves no remainder. A copy,
        # because another thread may learn a token meanwhile.
        for form in sorted(self._forms.copy(), key=len, reverse=True):
            if form in text:
                text = text.replace(form, HIDDEN)
        return text

    def clean_header(self, name: str, value: str) -> str:
        """Return a header's value, or `[hidden]` when the header as a whole is a credential."""
        return HIDDEN if name.lower() in _SECRET_HEADERS else self.clean(value)
