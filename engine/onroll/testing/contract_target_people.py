"""The people that the laws of targets are tried with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from onroll.model import DATE_ATTRIBUTES, LIST_ATTRIBUTES
from onroll.target import Draft

if TYPE_CHECKING:
    from onroll.model import Json

__all__ = ["FORMED", "TEXTS", "draft_of"]

#: Values that have a form; all other attributes take any text.
FORMED: Final[dict[str, Json]] = {
    "locale": "de-DE",
    "time_zone": "Europe/Berlin",
    "phone": "+49 30 901820",
    "mobile": "+49 170 1234567",
    "address": "Karl-Marx-Allee 1, Berlin",
    **dict.fromkeys(DATE_ATTRIBUTES, "2024-02-29"),
    **{name: ["one", "two"] for name in LIST_ATTRIBUTES},
}

#: Text as people have it, and as those who test a form write it.
TEXTS: Final = {
    "quotes": """Miles "Tails" O'Prower \\ 100% <b>&amp;</b>""",
    "emoji": "👩🏽‍🚀 Zoë",
    "scripts": "Łukasz 王小明 Ελένη عائشة",
    "decomposed": "Zoe\u0308",
    "filter": '" or userName pr or title eq "',
    "long": "x" * 1_000,
}


def draft_of(mark: str | None = None, **changes: Any) -> Draft:
    """Return somebody with names of their own; `mark` is the username."""
    mark = mark or f"n{uuid4().hex[:12]}"
    attributes = {
        "username": mark,
        "email": f"{mark}@example.com",
        "first_name": "Grace",
        "last_name": "Hopper",
        **changes.pop("attributes", {}),
    }
    return Draft(f"s-{mark}", attributes, changes.pop("state", "active"), **changes)
