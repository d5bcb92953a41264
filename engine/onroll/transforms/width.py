"""Transforms of how much text there is: cut and pad."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onroll.plugins import hookimpl
from onroll.protocols import TransformExample, TransformKind
from onroll.transforms.shape import on_text

if TYPE_CHECKING:
    from onroll.model import Json
    from onroll.protocols import Transform


def _cut(argument: Json) -> Transform:
    start, length = int(argument.get("from", 0)), argument.get("length")

    def change(text: str) -> str:
        # Of a text that is shorter than `from` counts back there is all of it.
        begin = max(len(text) + start, 0) if start < 0 else start
        return text[begin : None if length is None else begin + int(length)].strip()

    return on_text(change)


def _pad(argument: Json) -> Transform:
    length, filler = int(argument["length"]), argument.get("with", "0")
    return on_text(lambda text: text.rjust(length, filler) if text else text)


@hookimpl
def onroll_transforms() -> list[TransformKind]:
    """Offer the transforms of a text's length."""
    return [
        TransformKind(
            name="cut",
            summary="Some of its characters: `{length: 3}` the first three, `{from: -4}` the last "
            "four, `{from: 2, length: 5}` those between",
            argument={
                "type": "object",
                "properties": {
                    "from": {
                        "type": "integer",
                        "minimum": -1000,
                        "maximum": 1000,
                        "description": "Where to begin: 0 is the first character, -1 the last.",
                        "default": 0,
                    },
                    "length": {
                        "type": "integer",
                        "minimum": 1,
                        "maximum": 1000,
                        "description": "How many characters; all that follow when left out.",
                    },
                },
                "minProperties": 1,
                "additionalProperties": False,
            },
            build=_cut,
            is_argument_needed=True,
            examples=(
                TransformExample({"length": 3}, "Ilse Kern", "Ils"),
                TransformExample({"from": -4}, "Ilse Kern", "Kern"),
                TransformExample({"from": 2, "length": 5}, "DE10115 Berlin", "10115"),
            ),
        ),
        TransformKind(
            name="pad",
            summary="Filled up on the left to a length: `{length: 6}` with zeros, which "
            "spreadsheets take off personnel numbers",
            argument={
                "type": "object",
                "properties": {
                    "length": {
                        "type": "integer",
                        "minimum": 1,
                        "maximum": 100,
                        "description": "How many characters there are then, at least.",
                    },
                    "with": {
                        "type": "string",
                        "minLength": 1,
                        "maxLength": 1,
                        "description": "The character to fill up with.",
                        "default": "0",
                    },
                },
                "required": ["length"],
                "additionalProperties": False,
            },
            build=_pad,
            is_argument_needed=True,
            examples=(
                TransformExample({"length": 6}, 417, "000417"),
                TransformExample({"length": 4, "with": "x"}, "ab", "xxab"),
            ),
        ),
    ]
