"""Telephone numbers in E.164, `+493012345678`. The only module that names phonenumbers."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from onroll.plugins import hookimpl
from onroll.protocols import TransformExample, TransformKind, Unreadable
from onroll.transforms.shape import on_text

if TYPE_CHECKING:
    from onroll.model import Json
    from onroll.protocols import Transform

#: How most of the world dials abroad, where no region says otherwise.
_ABROAD: Final = re.compile(r"^\s*00(?=[\s()/.-]*[1-9])")


def _phone(argument: Json) -> Transform:
    """Build the transform. Raises `ValueError` for a region that has no telephone numbers."""
    # Imported here because most definitions leave numbers as they are, and it costs time.
    from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415  (see above)

    written = argument if isinstance(argument, dict) else {}
    region = written.get("region")
    if region is not None and region not in SUPPORTED_REGIONS:
        raise ValueError("`region` is not a country's code: write `DE`, `GB`, `US` …")
    return on_text(partial(_read, region=region, otherwise=written.get("otherwise")))


def _read(text: str, region: str | None, otherwise: str | None) -> str | None:
    number = _e164(text, region)
    if number is not None or not text.strip():
        return number
    if otherwise == "refuse":
        raise Unreadable("not-a-phone-number", _expected(region))
    return text if otherwise == "keep" else None


def _e164(text: str, region: str | None) -> str | None:
    from phonenumbers import (  # noqa: PLC0415  (see `_phone`)
        NumberParseException,
        PhoneNumberFormat,
        ValidationResult,
        format_number,
        is_possible_number_with_reason,
        parse,
    )

    try:
        number = parse(_ABROAD.sub("+", text) if region is None else text, region)
    except NumberParseException:
        return None
    # By its length only: which numbers are in use changes more often than programs do.
    if is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    return format_number(number, PhoneNumberFormat.E164)


def _expected(region: str | None) -> str:
    if region is not None:
        return "expected a telephone number, national or as in `+49 30 12345678`"
    return (
        "expected a telephone number as in `+49 30 12345678`; "
        "`transform: [{phone: {region: DE}}]` reads national ones, too"
    )


@hookimpl
def onroll_transforms() -> list[TransformKind]:
    """Offer telephone numbers."""
    return [
        TransformKind(
            name="phone",
            summary="A telephone number in E.164; `{region: DE}` reads national ones, too; null "
            "where it is none, unless `otherwise` says `keep` or `refuse`",
            argument={
                "type": "object",
                "properties": {
                    "region": {
                        "type": "string",
                        "pattern": "^[A-Z]{2}$",
                        "x-pattern-means": "a country's two letters, as in `DE`",
                        "description": "The country (ISO 3166) whose national numbers are read; "
                        "without it only numbers with `+` or `00` are.",
                        "examples": ["DE"],
                    },
                    "otherwise": {
                        "enum": [None, "keep", "refuse"],
                        "description": "What becomes of text that is no number: null, the text "
                        "as it is, or the person is refused. Null when left out: nobody "
                        "should miss an import for a telephone number.",
                        "default": None,
                    },
                },
                "additionalProperties": False,
            },
            build=_phone,
            examples=(
                TransformExample(None, "+49 (0)30 1234567", "+49301234567"),
                TransformExample({"region": "DE"}, "030 / 123 45 67", "+49301234567"),
                TransformExample({"region": "DE"}, "ask at the desk", None),
                TransformExample(
                    {"region": "DE", "otherwise": "keep"}, "ask at the desk", "ask at the desk"
                ),
            ),
        )
    ]
