"""Transforms between text and lists: split, join, first, last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onroll.expressions.reference import as_text
from onroll.plugins import hookimpl
from onroll.protocols import TransformExample, TransformKind
from onroll.transforms.shape import on_text

if TYPE_CHECKING:
    from onroll.model import Json
    from onroll.protocols import Transform


def _split(argument: Json) -> Transform:
    separator: str = argument["on"]
    take: str | int | None = argument.get("take")

    def change(text: str) -> Json:
        parts = [part.strip() for part in text.split(separator)]
        if take is None:
            return parts
        if take == "rest":
            return text.partition(separator)[2].strip() or None
        index = {"first": 0, "last": -1}[take] if isinstance(take, str) else take
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
                    "on": {"type": "string", "minLength": 1, "description": "The separator."},
                    "take": {
                        "enum": ["first", "last", "rest", *range(20)],
                        "description": "Which part; all of them when left out.",
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
            ),
        ),
        TransformKind(
            name="join",
            summary="A list to text, with a separator between (`, `)",
            argument={"type": "string"},
            build=_join,
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
            examples=(TransformExample(None, [None, "a", "b"], "a"),),
        ),
        TransformKind(
            name="last",
            summary="The last item of a list that is not null",
            argument=None,
            build=lambda _: _pick(-1),
            examples=(TransformExample(None, ["a", "b", None], "b"),),
        ),
    ]
