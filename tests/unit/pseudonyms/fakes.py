"""Bodies and the disguise of them, in a line."""

from __future__ import annotations

from typing import Any

from onroll.pseudonyms.bodies import Body, Layout
from onroll.pseudonyms.disguise import Disguise
from onroll.pseudonyms.pseudonyms import Pseudonyms
from onroll.pseudonyms.rules import Rules
from onroll.pseudonyms.substitutes import Substitutes

KEY = b"a key of the tests, always the same"


def pseudonyms(**chosen: Any) -> Pseudonyms:
    return Pseudonyms(Substitutes(KEY), **chosen)


def disguised(
    records: list[Any], rules: Rules | None = None, **chosen: Any
) -> tuple[list[Any], Disguise]:
    """Return records with everything replaced, and what replaced them."""
    body = Body("list_users", records, Layout(lists={id(records): ()}))
    disguise = Disguise([body], rules or Rules(), **{"key": KEY, **chosen})
    return disguise.body(body), disguise


def reading(**attributes: str) -> Rules:
    """Return the rules of a definition that reads attributes at the paths given."""
    return Rules(
        attributes={tuple(path.split(".")): frozenset({name}) for name, path in attributes.items()},
        keys=frozenset(key for path in attributes.values() for key in path.split(".")),
    )
