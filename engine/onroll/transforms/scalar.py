"""Transforms to other JSON types: number and boolean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from onroll.plugins import hookimpl
from onroll.protocols import TransformExample, TransformKind, Unreadable
from onroll.transforms.shape import each

if TYPE_CHECKING:
    from onroll.model import Json

_NUMBER: Final = re.compile(r"[-+]?\d{1,30}(\.\d{1,30})?")
_TRUE: Final = frozenset({"true", "yes", "y", "1", "on", "t"})
_FALSE: Final = frozenset({"false", "no", "n", "0", "off", "f"})


def _number(value: Json) -> Json:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = value.strip() if isinstance(value, str) else "?"
    if text == "":
        return None
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise Unreadable("not-a-number", "expected a number such as 40 or 37.5")
    return float(text) if match.group(1) else int(text)


def _boolean(value: Json) -> Json:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float) and value in (0, 1):
        return value == 1
    text = value.strip().lower() if isinstance(value, str) else "?"
    if text == "":
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise Unreadable("not-a-boolean", "expected true or false, yes or no, 1 or 0")


@hookimpl
def onroll_transforms() -> list[TransformKind]:
    """Offer the transforms to other JSON types."""
    return [
        TransformKind(
            name="number",
            summary="Text to a number; refuses the person when it is none",
            argument=None,
            build=lambda _: each(_number),
            examples=(TransformExample(None, "37.5", 37.5), TransformExample(None, "40", 40)),
        ),
        TransformKind(
            name="boolean",
            summary="yes, 1, true … and no, 0, false … to true and false",
            argument=None,
            build=lambda _: each(_boolean),
            examples=(
                TransformExample(None, "Yes", gives=True),
                TransformExample(None, 0, gives=False),
            ),
        ),
    ]
