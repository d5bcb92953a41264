"""Find secrets in text and files by their value, in each of the forms in which they travel."""

from __future__ import annotations

import base64
import json
import re
from fnmatch import fnmatch
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from .exceptions import Exemption

#: Every secret of the tests that has a free form holds one of these, so that few searches find
#: all: in a form of its own, as part of another text, or in base64 at any place.
MARKS = (
    "s3cr3t",
    "s3cret",
    "cc-secret",
    "pw-secret",
    "t0ken-of",
    "token-of-the-tests",
    "papi-",
)

_SHORTEST = 5


def forms_of(secret: str) -> set[bytes]:
    """Return what stands in a file where a secret leaked: plain, encoded, or in base64."""
    texts = {secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]}
    return {text.encode() for text in texts} | set(_in_base64(secret.encode()))


def _in_base64(secret: bytes) -> Iterator[bytes]:
    """Yield what is sure of a secret in base64 wherever it stands: behind none, one or two bytes.

    The letters at the ends depend on what stands beside it.
    """
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + secret).rstrip(b"=")
        sure_from = -(-before * 8 // 6)
        sure_to = (before + len(secret)) * 8 // 6
        part = encoded[sure_from:sure_to]
        if len(part) > _SHORTEST:
            yield part


class Scanner:
    """Knows secrets, and looks for them. Never says which it found: its words are printed."""

    def __init__(self, secrets: Iterable[str] = MARKS) -> None:
        self._forms: set[bytes] = set()
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str) -> None:
        """Know one more secret, as a token that a server made up."""
        if len(secret) >= _SHORTEST:
            self._forms |= forms_of(secret)

    def is_in(self, content: bytes) -> bool:
        """Whether there is a secret somewhere in it."""
        return any(form in content for form in self._forms)

    def is_in_text(self, text: str) -> bool:
        """Whether a text holds a secret, also one that a terminal's width broke in two."""
        content = text.encode()
        return self.is_in(content) or self.is_in(re.sub(rb"\s+", b"", content))

    def leaks_below(self, folder: Path, exempt: Iterable[Exemption] = ()) -> list[Path]:
        """Return the files below a folder, by name or content, that hold a secret."""
        found = []
        for file in sorted(folder.rglob("*")):
            name = str(file.relative_to(folder))
            if file.is_symlink() or not file.is_file() or is_exempt(name, exempt):
                continue
            if self.is_in(name.encode()) or self.is_in(file.read_bytes()):
                found.append(file)
        return found


def is_exempt(name: str, exempt: Iterable[Exemption]) -> bool:
    """Whether a file may hold secrets, by the end of its path."""
    return any(fnmatch(name, one.pattern) or fnmatch(name, f"*/{one.pattern}") for one in exempt)
