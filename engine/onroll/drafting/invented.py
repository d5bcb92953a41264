"""Values that stand in for those of people: plausible by a field's name and format, never real."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Final

from onroll.drafting.words import words_of

if TYPE_CHECKING:
    from onroll.drafting.openapi_schema import Schema
    from onroll.model import Json

__all__ = ["invent"]

_FIRST: Final = ("Ada", "Ben", "Cleo", "Dario", "Elif", "Femi", "Greta", "Hugo", "Ines", "Jon")
_LAST: Final = ("Alder", "Birch", "Cedar", "Dogwood", "Elder", "Fir", "Hazel", "Ivy", "Juniper")
_JOBS: Final = ("Engineer", "Accountant", "Designer", "Recruiter")
_UNITS: Final = ("Engineering", "Finance", "Design", "People")
_PLACES: Final = ("Berlin", "Lisbon", "Oslo")
#: A word of a field's name, or all of its words in one.
_MIDDLE: Final = frozenset({"middle", "middlename", "maiden"})
_USER: Final = frozenset({"username", "login", "loginname", "upn", "userprincipalname"})
_GIVEN: Final = frozenset({"firstname", "first", "given", "givenname", "forename"})
_FAMILY: Final = frozenset({"lastname", "last", "family", "familyname", "surname"})
_WHOLE: Final = frozenset({"fullname", "displayname", "employeename", "personname", "formatted"})
_PHONE: Final = frozenset({"phone", "mobile", "telephone"})
_JOB: Final = frozenset({"job", "jobtitle", "title", "position", "designation"})
_UNIT: Final = frozenset({"department", "team", "division"})
_PLACE: Final = frozenset({"office", "location", "city"})
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]+)?(Z|[+-]\d\d:?\d\d)?")
_IDS: Final = frozenset({"id", "uuid", "guid", "identifier", "number", "code", "key", "uid"})
_DAY_SECONDS: Final = 86_400
_YEAR_2020: Final = 1_577_836_800
_MOST: Final = 1 << 53


def invent(name: str, schema: Schema, example: Json, index: int) -> Json:
    """Return the value of a field in the record of this index; ids differ in each record."""
    if schema.values:
        return schema.values[index % len(schema.values)]
    kind = schema.kind or _kind_of(example)
    words = words_of(name)
    if kind == "boolean":
        return index % 2 == 0
    if kind in ("integer", "number"):
        return _number(words, schema, example, index)
    if kind == "string":
        return _text(words, schema, example, index)
    return example


def _kind_of(example: Json) -> str:
    kinds = {str: "string", bool: "boolean", int: "integer", float: "number"}
    return kinds.get(type(example), "")


def _number(words: tuple[str, ...], schema: Schema, example: Json, index: int) -> Json:
    known = example if isinstance(example, int | float) else schema.default
    if not isinstance(known, int | float) or isinstance(known, bool) or abs(known) > _MOST:
        known = None
    if words and words[-1] in _IDS:
        return int(known or 1001) + index
    is_time = bool({"at", "date", "time", "timestamp", "on"} & set(words[-1:]))
    if is_time and (known is None or known > 1e8):
        seconds = _YEAR_2020 + index * _DAY_SECONDS
        return seconds * 1000 if known is not None and known > 1e11 else seconds
    return (1 if schema.kind == "integer" else 1.5) if known is None else known


def _text(words: tuple[str, ...], schema: Schema, example: Json, index: int) -> Json:
    first, last = _FIRST[index % len(_FIRST)], _LAST[index % len(_LAST)]
    shown = example if isinstance(example, str) else None
    joined = "".join(words)
    who = f"{first}.{last}".lower() + (str(index) if index >= len(_LAST) else "")
    kind = schema.format.lower()
    if kind == "email" or {"email", "mail"} & set(words[-2:]) or (shown and "@" in shown):
        is_private = {"personal", "private", "home"} & set(words)
        return f"{who}@{'home.example' if is_private else 'example.com'}"
    if kind in ("date", "date-time") or (shown is not None and _DATE.fullmatch(shown)):
        return _moment(kind, shown, joined, index)
    if kind == "uuid" or (shown is not None and _UUID.fullmatch(shown)):
        return f"{zlib.crc32(joined.encode()):08x}-0000-4000-8000-{index + 1:012x}"
    if kind in ("uri", "url") or (words and words[-1] in ("url", "uri", "href", "avatar")):
        return f"https://example.com/{joined or 'page'}/{index + 1}"
    if words and words[-1] in _IDS:
        return _id(shown, index)
    named = _named(words, first, last, who)
    return named or _shown(schema, shown) or _placed(words, index)


def _shown(schema: Schema, shown: str | None) -> str | None:
    # Without a word of the vendor's nothing is made up: "active" would be taken for a value.
    return shown or (schema.default if isinstance(schema.default, str) else None)


def _moment(kind: str, shown: str | None, joined: str, index: int) -> str:
    day = f"{2015 + zlib.crc32(joined.encode()) % 8}-{index % 12 + 1:02}-{index % 27 + 1:02}"
    with_time = kind == "date-time" or (not kind and shown is not None and "T" in shown)
    return f"{day}T09:00:00Z" if with_time else day


def _id(shown: str | None, index: int) -> str:
    if shown is None:
        return str(1001 + index)
    if shown.isdecimal() and len(shown) < 19:
        return str(int(shown) + index).zfill(len(shown))
    return f"{shown}{index or ''}"


def _named(words: tuple[str, ...], first: str, last: str, who: str) -> str | None:
    """Return a part of a person's name; the first row that fits counts."""
    has = {*words, "".join(words)}
    rows: tuple[tuple[frozenset[str], str | None], ...] = (
        (_MIDDLE, None),
        (_USER, who),
        (_GIVEN, first),
        (_FAMILY, last),
        (_WHOLE, f"{first} {last}"),
    )
    return next((value for names, value in rows if names & has), None)


def _placed(words: tuple[str, ...], index: int) -> str | None:
    """Return a value of somebody's place in a company."""
    has = {*words, "".join(words)}
    rows = (
        (_PHONE, f"+49 30 5550{index + 100}"),
        (_JOB, _JOBS[index % len(_JOBS)]),
        (_UNIT, _UNITS[index % len(_UNITS)]),
        (_PLACE, _PLACES[index % len(_PLACES)]),
    )
    return next((value for names, value in rows if names & has), None)
