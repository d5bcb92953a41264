"""Paths: where a value lies in a JSON document. With `finding`, all that names jsonpath-ng.

Three spellings:

* plain, `a.b[0].c`: letters, digits, `_` and `-`; `.` alone is the whole document
* a list of literal keys, `["@odata.nextLink"]`, for any other key
* JSONPath, which starts with `$` (RFC 9535's notation, run by jsonpath-ng)

Plain paths, key lists and those JSONPaths that only walk down are compiled to plain getters
(0.1 microseconds instead of 7), filters, wildcards and slices to plain functions (`finding`, 1
microsecond instead of 8 to 20); what is left, as `..`, keeps jsonpath-ng's `find`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from onroll.model import ABSENT, Absent, Json
from onroll.outline import Keys, Members, field_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Path", "PathError", "parse_path", "walk", "written_keys"]

_PLAIN = re.compile(r"(?:[\w-]+|\[-?\d+\])(?:\.[\w-]+|\[-?\d+\])*", re.ASCII)
_NAME = re.compile(r"[\w-]+", re.ASCII)
_STEP = re.compile(r"\.?([\w-]+)|\[(-?\d+)\]", re.ASCII)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
#: Parsing a hostile one that is longer takes seconds.
_LONGEST_JSONPATH = 500
_REGEX_IN_JSONPATH = re.compile(r"=~|`\s*sub\s*\(")


class PathError(ValueError):
    """A path that cannot be read. `hint` says how to write it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Path:
    """A compiled path. Two paths are equal when they were written the same."""

    text: str
    keys: Keys | None = field(default=None, compare=False)
    _find: Callable[[Json], list[Json]] | None = field(default=None, compare=False, repr=False)
    #: Of a path that has no `keys`: the plain steps before its first filter or wildcard.
    prefix: Keys = field(default=(), compare=False, repr=False)
    #: Whether `_find` is given what lies at `prefix`, and not the document.
    _is_found_below: bool = field(default=False, compare=False, repr=False)

    def __str__(self) -> str:
        return self.text

    @property
    def place(self) -> Keys:
        """The keys to a place at which, or below which, everything lies that the path finds.

        No keys, which is the whole document, for a path that may look elsewhere in it too.
        """
        if self.keys is not None:
            return self.keys
        return self.prefix if self._is_found_below else ()

    def first(self, document: Json) -> Json | Absent:
        """Return the value, None where null or an emptied container is met, else `ABSENT`.

        Of several matches the first that is not null counts.
        """
        if self.keys is not None:
            return walk(document, self.keys)
        found = self.all(document)
        if found is ABSENT:
            return ABSENT
        for value in found:
            if value is not None:
                return value
        return None

    def all(self, document: Json) -> list[Json] | Absent:
        """Return every match in order; `ABSENT` when not even the container is there."""
        if self._find is None:
            value = walk(document, self.keys or ())
            return value if isinstance(value, Absent) else [value]
        value = walk(document, self.prefix)
        if value is ABSENT:
            return ABSENT
        start = value if self._is_found_below else document
        try:
            return self._find(start)
        except RecursionError:
            # Of a path with hundreds of steps, when the stack is deep already. Absent, since an
            # empty list of people would look like one that was read to its end.
            return ABSENT


def walk(document: Json, keys: Keys) -> Json | Absent:
    """Follow keys and indexes down. `null`, `[]` and `{}` met on the way give None."""
    value = document
    for key in keys:
        if isinstance(key, str):
            if isinstance(value, dict) and key in value:
                value = value[key]
                continue
            if isinstance(value, Members):
                value = getattr(value, field_of(key), UNSET)
                if value is UNSET:
                    return ABSENT
                continue
        elif isinstance(value, list) and -len(value) <= key < len(value):
            value = value[key]
            continue
        return None if value is None or value in ([], {}) else ABSENT
    return value


def parse_path(written: str | list[Any] | tuple[Any, ...]) -> Path:
    """Compile a path as it is written in a definition.

    Raises `PathError` with the way to write it.
    """
    if isinstance(written, str):
        return _parse_text(written)
    # JSON's 0.0 is the number 0, and its schema takes it for one.
    keys = [int(key) if isinstance(key, float) and key.is_integer() else key for key in written]
    if not keys or not all(isinstance(key, str | int) for key in keys):
        raise PathError(
            "a path given as a list holds keys (text) and item numbers",
            'write for instance `["@odata.nextLink"]` or `["a.b", c, 0]`',
        )
    return Path(text=str(keys), keys=tuple(keys))


@lru_cache(maxsize=1024)
def _parse_text(text: str) -> Path:
    if text == ".":
        return Path(text=text, keys=())
    if text.startswith("$"):
        return _parse_jsonpath(text)
    if _PLAIN.fullmatch(text):
        return Path(text=text, keys=_plain_keys(text))
    if not text.strip():
        raise PathError("a path is empty", _how_to_write(text))
    raise PathError(f"`{text}` is not a plain path", _how_to_write(text))


def _plain_keys(text: str) -> Keys:
    return tuple(name or int(index) for name, index in _STEP.findall(text))


def _how_to_write(text: str) -> str:
    if not text.strip():
        return "name the keys on the way to the value, as in `data.people`; `.` is the root"
    if ".." in text or text.endswith(".") or text.startswith("."):
        return "between two dots stands a key, as in `data.people`; `.` alone is the root"
    if "*" in text or "?" in text:
        return f"wildcards and filters are JSONPath, which starts with `$`: `$.{text}`"
    without = text.replace("[]", "")
    if _PLAIN.fullmatch(without):
        return f"a list needs no `[]`, and `[0]` is its first item: `{without}`"
    slashed = text.strip("#/").replace("/", ".")
    if "/" in text and _PLAIN.fullmatch(slashed):
        return f"between keys stands a dot: `{slashed}`"
    literal = json.dumps([text], ensure_ascii=False)
    if "." not in text and "[" not in text:
        return f"a key with other characters is written as a list of literal keys: `{literal}`"
    return (
        "a plain path has letters, digits, `_` and `-`, dots between, and `[n]` for an item; "
        f"other keys are written as a list: `{literal}` if this is one key"
    )


def _parse_jsonpath(text: str) -> Path:
    plain = text[1:].removeprefix(".")
    if not plain:
        return Path(text=text, keys=())
    if _PLAIN.fullmatch(plain):
        return Path(text=text, keys=_plain_keys(plain))
    if len(text) > _LONGEST_JSONPATH:
        raise PathError(
            f"a JSONPath has more than {_LONGEST_JSONPATH} characters",
            "name the keys on the way, as in `$.data.people`",
        )
    if _REGEX_IN_JSONPATH.search(text):
        raise PathError(
            "regular expressions are not allowed inside a JSONPath",
            "they may run forever on hostile data; compare with `==`, or map the value",
        )
    if _has_loose_at(text):
        # jsonpath-ng reads `@odata.nextLink` as two keys, and finds nothing without a word.
        raise PathError(
            f"`{text}` has an `@` outside of quotes and brackets",
            "quote a key with other characters, as in `$['@odata.nextLink']`",
        )
    # Imported here because most definitions need no JSONPath, and it costs start-up time.
    from jsonpath_ng.ext import parse  # noqa: PLC0415  (see above)

    from onroll.expressions.finding import compile_finding  # noqa: PLC0415  (as above)

    try:
        expression = parse(text)
    except Exception as error:  # noqa: BLE001  (jsonpath-ng raises bare Exception too)
        raise PathError(
            f"`{text}` is not a JSONPath{_parse_reason(str(error))}",
            "a JSONPath looks like `$.emails[?(@.type=='work')].value`; "
            "quote keys with other characters, as in `$['@odata.nextLink']`",
        ) from None
    _refuse_costly(expression, text)
    steps, is_simple = _simple_steps(expression)
    if is_simple:
        return Path(text=text, keys=steps)
    find = compile_finding(expression, len(steps))
    if find is not None:
        return Path(text=text, _find=find, prefix=steps, _is_found_below=True)
    return Path(
        text=text,
        _find=lambda document: [match.value for match in expression.find(document)],
        prefix=steps,
    )


def _has_loose_at(text: str) -> bool:
    """Whether an `@` stands outside of quotes and of brackets, which may stand in brackets."""
    depth = 0
    for sign in _QUOTED.sub("", text):
        depth += (sign == "[") - (sign == "]")
        if sign == "@" and depth <= 0:
            return True
    return False


def _refuse_costly(expression: Any, text: str) -> None:
    """Raise `PathError` unless a path's cost is bounded by the document's size.

    jsonpath-ng also knows arithmetic (`$.name * 300000000` takes 5 GB), functions in backticks,
    and ways to start over, which in a row visit a document's values squared, cubed and so on.
    """
    if _descents(expression, is_leading=True) > 1:
        raise PathError(
            f"`{text}` has more than one `..`",
            "name the keys on the way to the value; one `..` may search for the last of them",
        )


def _descents(node: Any, *, is_leading: bool) -> int:
    """Count the `..` in a parsed JSONPath. `is_leading`: `$` may stand here."""
    from jsonpath_ng import jsonpath as plain  # noqa: PLC0415  (as above)
    from jsonpath_ng.ext import filter as filters  # noqa: PLC0415  (as above)

    # By exact type: the costly ones are subclasses of plain ones.
    kind = type(node)
    if kind in (plain.Child, plain.Descendants):
        below = _descents(node.left, is_leading=is_leading)
        below += _descents(node.right, is_leading=False)
        return below + (kind is plain.Descendants)
    if kind is filters.Filter:
        return sum(_descents(one, is_leading=False) for one in node.expressions)
    if kind in (filters.And, filters.Or):
        return sum(_descents(one, is_leading=False) for one in node.operands)
    if kind is filters.Expression:
        # What a filter compares with is one value, so it may be looked up from the root.
        compared = isinstance(node.value, plain.JSONPath)
        other = _descents(node.value, is_leading=True) if compared else 0
        return other + _descents(node.target, is_leading=False)
    if (kind is plain.Root and is_leading) or _is_plain_step(node):
        return 0
    raise PathError(
        "a JSONPath has a part that may cost any amount of time or memory",
        "it may have keys, item numbers, `[*]`, `[1:2]`, filters such as `[?(@.type=='work')]`, "
        "and one `..`; no arithmetic, no functions, no `|`, and `$` only at its start",
    )


def _is_plain_step(node: Any) -> bool:
    """Whether a step finds each value once: one twice would double the cost at every step."""
    from jsonpath_ng import jsonpath as plain  # noqa: PLC0415  (as above)

    kind = type(node)
    if kind is plain.Fields:
        names = node.fields
        return len(names) == 1 or (len(set(names)) == len(names) and "*" not in names)
    if kind is plain.Index:
        numbers = node.indices
        return len(numbers) == 1 or (len(set(numbers)) == len(numbers) and min(numbers) >= 0)
    if kind is plain.Slice:
        return bool(node.step != 0)
    return kind in (plain.This, plain.Wildcard)


def _parse_reason(said: str) -> str:
    """Put jsonpath-ng's reason into words: where the text stops making sense."""
    if "EOF in string" in said:
        return ": a quote is not closed"
    if "end of string" in said:
        return ": it ends too early"
    found = re.search(r"Parse error at \d+:(\d+) near token (\S+)", said)
    if found is not None:
        return f": `{found.group(2)}` makes no sense at character {int(found.group(1)) + 1}"
    found = re.search(r"col (\d+): Unexpected character: (\S)", said)
    if found is not None:
        return f": `{found.group(2)}` makes no sense there"
    return ""


def _simple_steps(expression: Any) -> tuple[Keys, bool]:
    """Return the leading plain steps of a parsed JSONPath, and whether they are all of it."""
    from jsonpath_ng import Child, Fields, Index, Root  # noqa: PLC0415  (as above)

    match expression:
        case Root():
            return (), True
        case Fields(fields=(str(name),)) if name != "*":
            return (name,), True
        case Index(indices=(int(index),)):
            return (index,), True
        case Child(left=left, right=right):
            head, is_simple = _simple_steps(left)
            if not is_simple:
                return head, False
            tail, is_simple = _simple_steps(right)
            return head + tail, is_simple
        case _:
            return (), False


def written_keys(keys: Sequence[str | int]) -> str | list[str | int]:
    """Write keys as a definition would: a plain path, or a list where a key is no plain name."""
    if not all(isinstance(key, int) or _NAME.fullmatch(key) for key in keys):
        return list(keys)
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
    return text.removeprefix(".") or "."
