"""Which parts of a definition may hold a secret, so that no excerpt of a file shows one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from onroll.expressions.reference import Reference, parse_references

if TYPE_CHECKING:
    from onroll.definition.source import KeyPath
    from onroll.model import Json

__all__ = ["is_sensitive", "mask_unparsed"]

#: Below these keys people write credentials, whatever the key itself is called.
_SECTIONS = frozenset(
    {"auth", "headers", "params", "json", "form", "tls", "settings", "filters", "targets"}
)
#: Keys inside such a section whose values are words of the language or addresses.
_PLAIN_KEYS = frozenset(
    {
        "access_token_url",
        "client_auth",
        "connector",
        "description",
        "endpoint",
        "in",
        "kind",
        "method",
        "pattern",
        "required",
        "scopes",
        "secret",
        "style",
        "title",
        "transform",
    }
)
_CREDENTIALS_IN_URL = re.compile(r"://[^/@\s]*@")


def is_sensitive(path: KeyPath, value: Json) -> bool:
    """Whether an excerpt must not show this value. Containers are not, their scalars are."""
    if isinstance(value, dict | list):
        return False
    if isinstance(value, str) and _CREDENTIALS_IN_URL.search(value):
        return True
    names = [key for key in path if isinstance(key, str)]
    if not _SECTIONS.intersection(names[:-1] or names) or (names and names[-1] in _PLAIN_KEYS):
        return False
    pieces = parse_references(value) if isinstance(value, str) else ()
    return not any(isinstance(piece, Reference) for piece in pieces)


_FLOW_VALUE = re.compile(r"""(:\s+)("[^"]*"?|'[^']*'?|[^\s,\[\]{}][^,\[\]{}]*)""")
_BLOCK_VALUE = re.compile(r"^(\s*(?:-\s+)?[\w$.\"'-]+:\s+|\s*-\s+)(.+)$")


def mask_unparsed(line: str, column: int) -> tuple[str, int]:
    """Mask the values of a line that could not be parsed, where no section is known.

    Returns the excerpt and the column in it. What stands after a colon is masked, except
    references; keys stay.
    """
    line = line.replace("\t", " ").rstrip()
    match = _BLOCK_VALUE.match(line)
    if match is None:
        return line[:160], column
    head, value = match.groups()
    if value[0] in "{[":
        kept = _mask_flow(value)
    elif "${" in value:
        kept = value
    else:
        kept = "…"
    return (head + kept)[:160], min(column, len(head) + max(1, len(kept)))


def _mask_flow(value: str) -> str:
    """Mask the scalars after colons inside a flow collection, keeping keys and references."""

    def one(match: re.Match[str]) -> str:
        head, text = match.groups()
        return match.group(0) if text.lstrip("\"'").startswith("$") else head + "…"

    return _FLOW_VALUE.sub(one, value)
