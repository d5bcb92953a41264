"""Transforms of text: trim, lower, upper, title, ascii, replace, prefix, suffix, html_unescape."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import partial
from typing import TYPE_CHECKING, Final

from onroll.plugins import hookimpl
from onroll.protocols import TransformExample, TransformKind
from onroll.transforms.folding import LOCALES, fold
from onroll.transforms.shape import on_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from onroll.model import Json
    from onroll.protocols import Transform

_TEXT: Final = {"type": "string"}


def _plain(
    name: str, summary: str, change: Callable[[str], str], given: str, gives: str
) -> TransformKind:
    return TransformKind(
        name=name,
        summary=summary,
        argument=None,
        build=lambda _: on_text(change),
        examples=(TransformExample(None, given, gives),),
    )


#: A word, with what follows an apostrophe in it: `o'brien`, `ada's`.
_WORD: Final = re.compile(r"[^\W_]+(?:['’\u02bc][^\W_]+)*")
_APOSTROPHE: Final = re.compile(r"(['’\u02bc])")


def _title(text: str) -> str:
    return _WORD.sub(_capitalized, unicodedata.normalize("NFC", text))


def _capitalized(word: re.Match[str]) -> str:
    """Write O'Brien and D'Arcy, but Ada's and You're: a short ending is no name."""
    parts = _APOSTROPHE.split(word[0].lower())
    is_name = len(parts[0]) == 1 or len(parts[-1]) > 2
    return "".join(
        part[:1].title() + part[1:] if index == 0 or is_name else part
        for index, part in enumerate(parts)
    )


def _ascii(argument: Json) -> Transform:
    locale = argument.get("locale") if isinstance(argument, dict) else None
    return on_text(partial(fold, locale=locale))


def _replace(argument: Json) -> Transform:
    pairs = list(argument.items())

    def change(text: str) -> str:
        for old, new in pairs:
            text = text.replace(old, new)
        return text

    return on_text(change)


@hookimpl
def onroll_transforms() -> list[TransformKind]:
    """Offer the transforms of text."""
    return [
        _plain("trim", "Take white space off both ends", str.strip, " Ada ", "Ada"),
        _plain("lower", "Lower-case letters", str.lower, "ADA", "ada"),
        _plain("upper", "Upper-case letters", str.upper, "Ada", "ADA"),
        _plain("title", "The first letter of each word large", _title, "o'brien", "O'Brien"),
        _plain("html_unescape", "`&amp;` to `&`, and the like", html.unescape, "R&amp;D", "R&D"),
        TransformKind(
            name="ascii",
            summary="Letters without accents; `{locale: de}` writes ü as ue",
            argument={
                "type": "object",
                "properties": {
                    "locale": {
                        "type": "string",
                        "description": "The language whose spelling is used (BCP 47).",
                        "examples": sorted(LOCALES),
                    }
                },
                "additionalProperties": False,
            },
            build=_ascii,
            examples=(
                TransformExample(None, "Łukasz Müller", "Lukasz Muller"),
                TransformExample({"locale": "de"}, "Weiß-Müller", "Weiss-Mueller"),
            ),
        ),
        TransformKind(
            name="replace",
            summary='Literal text by other text, in order: `{"_": " "}`',
            argument={
                "type": "object",
                "minProperties": 1,
                "propertyNames": {"minLength": 1},
                "additionalProperties": _TEXT,
            },
            build=_replace,
            is_argument_needed=True,
            examples=(TransformExample({"_": " "}, "de_la_Cruz", "de la Cruz"),),
        ),
        TransformKind(
            name="prefix",
            summary="Text put in front",
            argument=_TEXT,
            build=lambda argument: on_text(lambda text: argument + text),
            is_argument_needed=True,
            examples=(TransformExample("E", "017", "E017"),),
        ),
        TransformKind(
            name="suffix",
            summary="Text put behind",
            argument=_TEXT,
            build=lambda argument: on_text(lambda text: text + argument),
            is_argument_needed=True,
            examples=(TransformExample("@example.com", "ada", "ada@example.com"),),
        ),
    ]
