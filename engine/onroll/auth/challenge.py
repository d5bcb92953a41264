"""Read the challenges of a `WWW-Authenticate` header (RFC 9110, 11.6.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Challenge", "parameters_in", "parse_challenges"]

_WORD: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PARAMETER: Final = re.compile(
    rf"""\s*,?\s*(?P<name>{_WORD})\s*=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s,"]+))"""
)
_SCHEME: Final = re.compile(rf"\s*,?\s*(?P<scheme>{_WORD})(?:\s+|\s*(?=,|$))(?!=)")
#: Between challenges of schemes that are written in another way, such as `Negotiate YII…`.
_ELSE: Final = re.compile(r"\s*,?\s*[^\s,]+")


@dataclass(frozen=True, slots=True)
class Challenge:
    """A scheme in lower case and its parameters, with names in lower case."""

    scheme: str
    parameters: Mapping[str, str]


def parse_challenges(header: str) -> list[Challenge]:
    """Return the challenges in order. What is no challenge is passed over."""
    found: list[Challenge] = []
    position = 0
    while position < len(header):
        start = _SCHEME.match(header, position)
        if start is None:
            other = _PARAMETER.match(header, position) or _ELSE.match(header, position)
            if other is None:
                break
            position = other.end()
            continue
        parameters, position = _parameters_at(header, start.end())
        found.append(Challenge(start["scheme"].lower(), parameters))
    return found


def parameters_in(header: str) -> dict[str, str]:
    """Return the parameters of a header without a scheme, such as `Authentication-Info`."""
    return _parameters_at(header, 0)[0]


def _parameters_at(header: str, position: int) -> tuple[dict[str, str], int]:
    found: dict[str, str] = {}
    while (match := _PARAMETER.match(header, position)) is not None:
        value = match["quoted"] if match["bare"] is None else match["bare"]
        found.setdefault(match["name"].lower(), value)
        position = match.end()
    return found, position
