"""Transforms between text and lists: split, join, first, last, unique, count."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from onroll.expressions.reference import as_text
from onroll.plugins import hookimpl
from onroll.protocols import TransformExample, TransformKind, Unreadable
from onroll.transforms.shape import on_text

if TYPE_CHECKING:
    from onroll.model import Json
    from onroll.protocols import Transform


def _split(argument: Json) -> Transform:
    on: str | list[str] = argument["on"]
    take: str | int | None = argument.get("take")
    # Blanks, and several separators, stand between words: one or many of them are the same,
    # while `a,,b` has an empty part in the middle.
    is_words = isinstance(on, list) or on.isspace()
    one_of = "|".join(r"\s" if one.isspace() else re.escape(one) for one in on)
    separator = re.compile(f"(?:{one_of})+" if is_words else re.escape(str(on)))

    def change(text: str) -> Json:
        if take == "rest":
            _, *rest = separator.split(text.strip(), maxsplit=1)
            return (rest[0].strip() or None) if rest else None
        parts = [part.strip() for part in separator.split(text)]
        if is_words:
            parts = [part for part in parts if part]
        if take is None:
            return list(parts)
        index = {"first": 0, "last": -1}[take] if isinstance(take, str) else int(take)
        return parts[index] if -len(parts) <= index < len(parts) else None

    return on_text(change)


def _join(argument: Json) -> Transform:
    separator = ", " if argument is None else argument

    def change(value: Json) -> Json:
        if not isinstance(value, list):
            return value
        return separator.join(as_text(item) for item in value if item not in (None, ""))

    return change


def _pick(index: int) -> Transform:
    def change(value: Json) -> Json:
        if not isinstance(value, list):
            return value
        filled = [item for item in value if item is not None]
        return filled[index] if filled else None

    return change


def _unique(value: Json) -> Json:
    if not isinstance(value, list):
        return value
    found: dict[str, Json] = {}
    for item in value:
        try:
            # By its JSON, since true is not 1 there, and objects cannot be hashed.
            found.setdefault(json.dumps(item, sort_keys=True), item)
        except ValueError:  # numbers of more than 4,300 digits
            raise Unreadable("too-long", "this value is too long to be read") from None
    return list(found.values())


def _count(value: Json) -> Json:
    return len([item for item in value if item is not None]) if isinstance(value, list) else 1


@hookimpl
def onroll_transforms() -> list[TransformKind]:
    """Offer the transforms between text and lists."""
    return [
        TransformKind(
            name="split",
            summary='Text at a separator: `{on: " ", take: first}`; `take` is first, last, rest '
            "or a number from 0; without it a list",
            argument={
                "type": "object",
                "properties": {
                    "on": {
                        "type": ["string", "array"],
                        "minLength": 1,
                        "items": {"type": "string", "minLength": 1},
                        "minItems": 1,
                        "description": "The separator, or a list of separators. Between words, "
                        "where they are blanks or several, any number of them counts as one.",
                        "examples": [",", [" ", "-"]],
                    },
                    "take": {
                        "enum": ["first", "last", "rest", *range(20)],
                        "description": "Which part; all of them when left out, and of a list of "
                        "texts all in one list.",
                    },
                },
                "required": ["on"],
                "additionalProperties": False,
            },
            build=_split,
            is_argument_needed=True,
            examples=(
                TransformExample({"on": ",", "take": "first"}, "Kern, Ilse", "Kern"),
                TransformExample({"on": ",", "take": "rest"}, "Kern, Ilse", "Ilse"),
                TransformExample({"on": ";"}, "a; b", ["a", "b"]),
                TransformExample({"on": [" ", "-"], "take": 2}, "Anna-Maria  Kern", "Kern"),
            ),
        ),
        TransformKind(
            name="join",
            summary="A list to text, with a separator between (`, `)",
            argument={"type": "string"},
            build=_join,
            takes_all=True,
            examples=(
                TransformExample(None, ["a", None, "b"], "a, b"),
                TransformExample(" / ", ["a", "b"], "a / b"),
            ),
        ),
        TransformKind(
            name="first",
            summary="The first item of a list that is not null",
            argument=None,
            build=lambda _: _pick(0),
            takes_all=True,
            examples=(TransformExample(None, [None, "a", "b"], "a"),),
        ),
        TransformKind(
            name="last",
            summary="The last item of a list that is not null",
            argument=None,
            build=lambda _: _pick(-1),
            takes_all=True,
            examples=(TransformExample(None, ["a", "b", None], "b"),),
        ),
        TransformKind(
            name="unique",
            summary="A list without repetitions, in its order",
            argument=None,
            build=lambda _: _unique,
            takes_all=True,
            examples=(TransformExample(None, ["b", "a", "b"], ["b", "a"]),),
        ),
        TransformKind(
            name="count",
            summary="How many items of a list are not null; one of anything else",
            argument=None,
            build=lambda _: _count,
            takes_all=True,
            examples=(
                TransformExample(None, ["a", None, "b"], 2),
                TransformExample(None, [], 0),
            ),
        ),
    ]
