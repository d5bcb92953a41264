r"""Regular expressions, in RE2: it runs in linear time, whatever the pattern and the text.

The only module that names re2. RE2 has no back-references and no look-around, and `\d`, `\w` and
`\s` are ASCII in it: any letter is `\p{L}`. Syntax: https://github.com/google/re2/wiki/Syntax
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from onroll.plugins import hookimpl
from onroll.protocols import TransformExample, TransformKind, Unreadable
from onroll.transforms.shape import on_text

if TYPE_CHECKING:
    from onroll.model import Json
    from onroll.protocols import Transform

_LONGEST_PATTERN: Final = 500
#: A replacement looks for the next match behind each: linear per match, so the text is bounded.
_LONGEST_TEXT: Final = 10_000
_MOST_MEMORY_BYTES: Final = 1 << 20
#: In a replacement: `$1`, `$<name>`, and `$$` for the sign itself.
_GROUP: Final = re.compile(r"\$(?:(\d)|<(\w+)>|(\$))")
_PYTHON_GROUP: Final = re.compile(r"\\(?:\d|g<)")

#: What people write that RE2 refuses, and how to say it.
_NOT_POSSIBLE: Final = (
    (re.compile(r"\(\?<?[=!]"), "look-ahead and look-behind are", "take a group instead"),
    (re.compile(r"\\[1-9]|\(\?P="), "back-references are", "compare by `map` or `when` instead"),
    (re.compile(r"\(\?>|[*+?}]\+"), "atomic groups and `++` are", "plain ones are as fast here"),
    (re.compile(r"\(\?\("), "conditions are", "write `a|b` instead"),
    (re.compile(r"\\Z"), "`\\Z` is", "write `\\z` for the end of the text"),
    (re.compile(r"\{\d{4,}|\{\d+,\d{4,}"), "repetitions above 1000 are", "write `+` or `*`"),
)


def _regex(argument: Json) -> Transform:
    """Build the transform.

    Raises `ValueError` for a pattern, a group or a replacement that cannot be used.
    """
    found = _compiled(argument["match"])
    if "replace" in argument:
        return _replaced(found, argument["replace"])
    return _taken(found, argument["take"])


def _compiled(written: str) -> Any:
    # Imported here because most definitions need no regular expression.
    import re2  # noqa: PLC0415  (see above)

    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MOST_MEMORY_BYTES
    try:
        return re2.compile(written, options)
    except (re2.error, UnicodeEncodeError) as error:
        raise ValueError(_why_not(written, error)) from None


def _why_not(written: str, error: Exception) -> str:
    for sign, what, instead in _NOT_POSSIBLE:
        if sign.search(written):
            return f"{what} not possible in a regular expression that never runs long: {instead}"
    # RE2 says why in bytes.
    said = error.args[0].decode() if isinstance(error.args[0], bytes) else "not to be encoded"
    return f"this is not a regular expression: {said}"


def _taken(found: Any, take: int | str) -> Transform:
    group = _known_group(found, take)

    def change(text: str) -> Json:
        match = found.search(_bounded(text))
        return None if match is None or match.group(group) is None else match.group(group).strip()

    return on_text(change)


def _replaced(found: Any, written: str) -> Transform:
    if _PYTHON_GROUP.search(written):
        raise ValueError("in `replace` a group is written `$1` or `$<name>`, without a backslash")
    pieces: list[str | int] = []
    end = 0
    for one in _GROUP.finditer(written):
        number, name, _ = one.groups()
        pieces.append(written[end : one.start()])
        group = int(number) if number else name
        pieces.append("$" if group is None else _known_group(found, group))
        end = one.end()
    pieces.append(written[end:])

    def put_in(match: Any) -> str:
        return "".join(
            piece if isinstance(piece, str) else match.group(piece) or "" for piece in pieces
        )

    return on_text(lambda text: found.sub(put_in, _bounded(text)).strip())


def _known_group(found: Any, named: int | str) -> int:
    """Return a group's number. Raises `ValueError` when the pattern has none of this name."""
    if isinstance(named, str):
        if named in found.groupindex:
            return int(found.groupindex[named])
        known = ", ".join(f"`{name}`" for name in found.groupindex)
        raise ValueError(f"`match` has no group `{named}`: {known or 'it names none'}")
    if int(named) > found.groups:
        raise ValueError(f"`match` has no group {named}: it has {found.groups}")
    return int(named)


def _bounded(text: str) -> str:
    if len(text) > _LONGEST_TEXT:
        raise Unreadable("too-long", "this value is too long for a regular expression")
    # A lone surrogate is possible in JSON, and cannot be encoded.
    return text.encode("utf-8", "replace").decode()


@hookimpl
def onroll_transforms() -> list[TransformKind]:
    """Offer regular expressions."""
    return [
        TransformKind(
            name="regex",
            summary="A regular expression (RE2): `{match: '[^0-9]', replace: ''}`, or "
            "`{match: '^(\\d{5}) ', take: 1}`, which gives null where nothing matches",
            argument={
                "type": "object",
                "properties": {
                    "match": {
                        "type": "string",
                        "minLength": 1,
                        "maxLength": _LONGEST_PATTERN,
                        "description": "The pattern, found anywhere unless it has `^` and `$`. "
                        "`(?i)` in front disregards case, `\\p{L}` is any letter.",
                        "examples": ["^(\\d{5}) ", "(?i)^dr\\.? "],
                    },
                    "replace": {
                        "type": "string",
                        "maxLength": _LONGEST_PATTERN,
                        "description": "What stands in for every match; `$1` and `$<name>` are "
                        "groups of it.",
                        "examples": ["$2 $1"],
                    },
                    "take": {
                        "type": ["integer", "string"],
                        "minimum": 0,
                        "maximum": 99,
                        "minLength": 1,
                        "description": "The group to take of the first match: its number or "
                        "name, 0 for the whole match.",
                        "examples": [1],
                    },
                },
                "required": ["match"],
                "x-exactly-one": ["replace", "take"],
                "additionalProperties": False,
            },
            build=_regex,
            is_argument_needed=True,
            examples=(
                TransformExample({"match": "[^0-9+]", "replace": ""}, "+49 (30) 12", "+493012"),
                TransformExample(
                    {"match": "^(.+), (.+)$", "replace": "$2 $1"}, "Kern, Ilse", "Ilse Kern"
                ),
                TransformExample({"match": "^(\\d{5}) ", "take": 1}, "10115 Berlin", "10115"),
                TransformExample(
                    {"match": "(?P<code>[A-Z]{2}\\d+)", "take": "code"}, "CC: DE42", "DE42"
                ),
                TransformExample({"match": "\\d+", "take": 0}, "none", None),
            ),
        )
    ]
