"""Which text of a file an excerpt may show: the language's own words and what is no secret.

Everything else is masked. A value is shown only where the schemas know its place and no
credential belongs there; a key is shown only when it looks like a name. So a secret stays hidden
below a mistyped key, in a section nobody knows, and on a line that is not even YAML.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from onroll.builtin import shipped, shipped_schema
from onroll.expressions.reference import Reference, parse_references

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from onroll.definition.source import KeyPath
    from onroll.model import Json

__all__ = [
    "LONGEST_LINE",
    "MASK",
    "Excerpt",
    "glued_at",
    "is_named",
    "is_sensitive",
    "looks_like_words",
    "make_excerpt",
    "mask_unparsed",
    "shown_name",
    "shown_reference",
]

MASK: Final = "…"

#: Below these keys people write credentials or who somebody is, whatever the key itself is called.
_SECTIONS: Final = frozenset(
    {
        "auth", "filters", "form", "headers", "json", "params", "protected", "settings", "smtp",
        "targets", "tls",
    }
)  # fmt: skip
#: Keys inside such a section whose values are words of the language.
_PLAIN_KEYS: Final = frozenset(
    {
        "access_token_url", "algorithm", "audience", "authorization_url", "body", "client_auth",
        "device_authorization_url", "encoding", "endpoint", "expires_in", "format", "header",
        "header_value", "http_method", "in", "issuer", "key_encoding", "kind", "method", "name",
        "parameter", "redirect_uri", "revoke_url", "scheme", "scope_in", "scopes", "security",
        "sign",
    }
)  # fmt: skip
#: Keys inside `settings` that are written for people to read.
_PROSE: Final = frozenset({"title", "description", "pattern"})
#: What stands below these keys of an attribute is the author's own.
_FREE: Final = frozenset({"map", "value", "default", "transform"})
#: Keys whose values are safe to show on a line that could not be parsed.
_OPEN_KEYS: Final = frozenset(
    {
        "connector",
        "cursor",
        "cursor_name",
        "date",
        "description",
        "endpoint",
        "first",
        "format",
        "last_id",
        "last_id_name",
        "limit",
        "limit_name",
        "match",
        "method",
        "next",
        "offset_name",
        "page_name",
        "path",
        "resource_location",
        "start",
        "style",
        "title",
        "total_count",
        "transform",
    }
)

# A word is letters with at most two digits behind, and a capitalized one may follow: `oauth2`,
# `address2Line`. `s3cr3t` and what generators of passwords make are not.
_WORD = re.compile(r"[^\W\d_]{1,24}(?:\d{1,2}(?:[A-Z][^\W\d_]{0,20})?)?|\d{1,4}")
_LONGEST_NAME: Final = 60


def looks_like_words(text: str) -> bool:
    """Whether text is made of words, so that it is a name or a sentence and hardly a secret."""
    digits = sum(letter.isdigit() for letter in text)
    if len(text) > _LONGEST_NAME or digits > 6 or not text.isprintable():
        return False
    words = [word for word in re.split(r"[\W_]+", text) if word]
    return all(_WORD.fullmatch(word) for word in words) and bool(words or len(text) < 4)


def shown_name(name: str) -> str:
    """Return a key as a message may show it: what does not look like a name is masked."""
    kept = glued_at(name)
    if kept:
        return name[:kept] + MASK
    return name if looks_like_words(name) else MASK


def glued_at(text: str) -> int:
    """Return where the value begins in text like `token:s3cr3t`, which lacks a blank; else 0."""
    glued = re.match(r"([\w.-]{1,40})[:=](?=\S)", text)
    return glued.end() if glued is not None and looks_like_words(glued.group(1)) else 0


def shown_reference(reference: Reference) -> str:
    """Return a reference as a message may show it."""
    text = str(reference)
    return text if looks_like_words(reference.name) else f"${{{MASK}}}"


def is_sensitive(path: KeyPath, value: Json) -> bool:
    """Whether an excerpt must not show this value. Containers are not, their scalars are."""
    if isinstance(value, dict | list) or value is None or isinstance(value, bool):
        return False
    names = [key for key in path if isinstance(key, str)]
    section = next((i for i, name in enumerate(names) if name in _SECTIONS), None)
    if isinstance(value, str):
        if "://" in value and ("@" in value or "?" in value):
            return True
        if not value.startswith("$") and "?" in value and "=" in value:
            return True
        if _is_only_references(value):
            return False
        if value.lower() in ("yes", "no", "on", "off"):
            return False
    if section is None:
        node = _node(path)
        if node is None:
            return not _is_small(value)
        is_open = "enum" not in node and "string" in node.get("type", ("string",))
        return not (is_open or isinstance(value, int | float) or looks_like_words(str(value)))
    inside = names[section:]
    if inside[0] == "settings" and len(inside) > 2 and inside[-1] in _PROSE:
        return False
    is_plain = len(inside) > 1 and inside[-1] in _PLAIN_KEYS
    return not (is_plain and looks_like_words(str(value)))


def _is_small(value: Json) -> bool:
    return isinstance(value, int | float) and abs(value) < 1000


#: What may stand before a reference in a header; any other text beside one may be a secret.
_SCHEME = re.compile(r"\W*(?:(?:basic|bearer|token|apikey|key|ssws)[ =:]+)?\W*", re.IGNORECASE)


def _is_only_references(text: str) -> bool:
    """Whether nothing but references, and perhaps a scheme word, make up the text."""
    pieces = parse_references(text)
    references = [piece for piece in pieces if isinstance(piece, Reference)]
    rest = [piece for piece in pieces if isinstance(piece, str)]
    return (
        bool(references)
        and all(looks_like_words(one.name) for one in references)
        and all(_SCHEME.fullmatch(one) for one in rest)
    )


def is_named(path: KeyPath) -> bool:
    """Whether the last key is a word of the language at its place, and not of the author's."""
    return _node(path) is not None and _node((*path[:-1], "")) is None


def _node(path: KeyPath) -> dict[str, Any] | None:
    """Return the schema of a place of a definition or a connection file, if they know it."""
    found = (_walk(root, path) for root in ("envelope", "connections"))
    return next((node for node in found if node is not None), None)


def _walk(root: str, path: KeyPath) -> dict[str, Any] | None:
    node, home = shipped_schema(root), root
    for index, key in enumerate(path):
        if key in _FREE and "attributes" in path[:index]:
            return {} if key in node.get("properties", {}) else None
        below = _below(node, key)
        if below is None:
            return None
        node, home = _resolved(below, home)
    return node


def _below(node: dict[str, Any], key: str | int) -> dict[str, Any] | None:
    found: Any
    if isinstance(key, int):
        found = node.get("items")
    else:
        found = node.get("properties", {}).get(key) or _of_plugins(node).get(key)
        found = found or node.get("additionalProperties")
    return found if isinstance(found, dict) else None


def _resolved(node: dict[str, Any], home: str) -> tuple[dict[str, Any], str]:
    while "$ref" in node:
        address, _, name = str(node["$ref"]).partition("#/$defs/")
        home = "common" if address else home
        node = shipped_schema(home)["$defs"][name]
    return node, home


def _of_plugins(node: dict[str, Any]) -> dict[str, Any]:
    folder = {"pagination": "pagination", "decoder": "decoders"}.get(node.get("x-plugin", ""))
    return _keys_of_shipped(folder) if folder is not None else {}


@cache
def _keys_of_shipped(folder: str) -> dict[str, Any]:
    """Return the keys of the kinds that are shipped; those of other plug-ins are masked."""
    found: dict[str, Any] = {}
    for file in sorted((shipped("schemas") / folder).glob("*.schema.json")):
        name = file.name.removesuffix(".schema.json")
        found |= shipped_schema(f"{folder}/{name}").get("properties", {})
    return found


class Excerpt(NamedTuple):
    """A line as it may be shown, and where the caret stands in it (column from 1, length)."""

    text: str
    caret: int
    length: int


#: Longer lines are not for reading, and cost time: only the place is said.
LONGEST_LINE: Final = 5000
_WIDEST: Final = 100
_INDENTED: Final = 60


def make_excerpt(
    line: str, hidden: Iterable[tuple[int, int]], column: int, length: int = 1
) -> Excerpt:
    """Mask the `hidden` stretches (from 0) of a line, and move the caret along.

    Of a line too long to read, what stands around the caret is shown.
    """
    start, end = column - 1, column - 1 + max(1, length)
    shown: list[str] = []
    position = 0
    caret = stop = None
    width = 0
    for low, high in [*_merged(hidden), (len(line), len(line))]:
        if caret is None and start < high:
            caret = width + max(0, min(start, low) - position)
        if stop is None and end <= high:
            stop = width + max(0, min(end, low) - position) + (end > low)
        shown.append(line[position:low])
        width += low - position
        if high > low:
            shown.append(MASK)
            width += 1
        position = high
    caret = width if caret is None else caret
    stop = width if stop is None else stop
    text = "".join(letter if letter.isprintable() else " " for letter in "".join(shown)).rstrip()
    caret = min(caret, len(text))
    return _windowed(text, caret, max(1, min(stop, len(text)) - caret))


def _merged(stretches: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    current: tuple[int, int] | None = None
    for low, high in sorted(stretches):
        if high <= low:
            continue
        if current is not None and low <= current[1]:
            current = (current[0], max(current[1], high))
            continue
        if current is not None:
            yield current
        current = (low, high)
    if current is not None:
        yield current


def _windowed(text: str, caret: int, length: int) -> Excerpt:
    if len(text) <= _WIDEST:
        return Excerpt(text, caret + 1, length)
    start = 0 if caret < _INDENTED else caret - _INDENTED // 2
    kept = text[start : start + _WIDEST]
    after = MASK if start + _WIDEST < len(text) else ""
    before = MASK if start else ""
    at = caret - start + len(before)
    return Excerpt(before + kept + after, at + 1, min(length, len(before + kept) - at))


_PIECE = re.compile(
    r"""
    (?P<comment>(?:(?<=\s)|^)\#.*)
  | (?P<quoted>"(?:[^"\\]|\\.)*(?:"|\\?$)|'(?:[^']|'')*(?:'|$))(?P<quoted_colon>\s*:(?=\s|$|,))?
  | (?P<reference>\$\{[^${}]*\})
  | (?P<mark>[{}\[\],])
  | (?P<key>[^\s"'{}\[\],\#][^{}\[\],:]*):(?=\s|$)
  | (?P<dash>-(?=\s|$))
  | (?P<blank>\s+)
  | (?P<text>(?:[^\s{}\[\],$]|\$(?!\{)|\$)+)
    """,
    re.VERBOSE,
)
_BLOCK_VALUE = re.compile(
    r"""(\s*(?:-\s+)*)((?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'{}\[\],#&*!|>%@`][^{}\[\],:]*?)):
        \s+(?=[^\s{\[#])""",
    re.VERBOSE,
)


def mask_unparsed(line: str, column: int, length: int = 1) -> Excerpt:
    """Mask a line that could not be parsed, where no section is known.

    Kept are keys that look like names, punctuation, references, and the values of a few keys.
    """
    if len(line) > LONGEST_LINE:
        return Excerpt("", column, 1)
    return make_excerpt(line, _hidden_in(line), column, length)


def _hidden_in(line: str) -> Iterator[tuple[int, int]]:
    match = _BLOCK_VALUE.match(line)
    if match is None:
        yield from _hidden_pieces(line, 0, "")
        return
    key = match.group(2).strip("\"'")
    if not looks_like_words(key):
        yield match.span(2)
    value = re.sub(r"\s+#.*$", "", line[match.end() :])
    # The whole rest of the line is one plain scalar, commas and brackets included.
    if key in _OPEN_KEYS and looks_like_words(value):
        comment = line.find("#", match.end() + len(value))
        yield comment if comment >= 0 else len(line), len(line)
        return
    position = match.end()
    for reference in re.finditer(r"\$\{[^${}]*\}?", line[match.end() :]):
        start, end = (match.end() + at for at in reference.span())
        if looks_like_words(reference.group()):
            yield from _unless_blank(line, position, start)
            position = end
    yield from _unless_blank(line, position, len(line))


def _unless_blank(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if re.search(r"[^\s\"'{}\[\],]", line[start:end]):
        yield start, end


def _hidden_pieces(line: str, start: int, key: str) -> Iterator[tuple[int, int]]:
    for match in _PIECE.finditer(line, start):
        kind, text = match.lastgroup, match.group()
        if kind == "comment":
            yield match.span()
        elif kind in ("quoted_colon", "key"):
            key = (match["quoted"] or match["key"]).strip("\"' ")
            if not looks_like_words(key):
                key = ""
                yield match.start(), match.end() - 1
        elif kind == "reference":
            if not looks_like_words(text):
                yield match.span()
        elif kind in ("quoted", "text") and not _may_show(text, key):
            yield match.start() + glued_at(text), match.end()


def _may_show(text: str, key: str) -> bool:
    bare = text.strip("\"'")
    if re.fullmatch(r"-?\d{1,3}|true|false|null|\.+|---|", bare):
        return True
    if bare.startswith("${") and bare.endswith("}"):
        return looks_like_words(bare)
    return key in _OPEN_KEYS and looks_like_words(bare)
