"""Paging that counts: offsets, page numbers, and ids to go on from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from onroll.drafting.evidence import Guess
from onroll.drafting.followed import link_params
from onroll.drafting.members import bare
from onroll.drafting.roles import Parameter, role_of
from onroll.drafting.sizes import echo_of_size, size_part
from onroll.expressions.number import whole_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.drafting.evidence import Call
    from onroll.drafting.followed import Weighed
    from onroll.drafting.marks import Marks
    from onroll.drafting.members import Member
    from onroll.drafting.records import FoundRecords
    from onroll.drafting.roles import Parameters, Role
    from onroll.model import Json

__all__ = ["counted_pagings"]

_FROM_ZERO: Final = re.compile(
    r"\b(zero|0)[- ](based|indexed)|(starts?|begins?) (at|from|with) 0\b", re.I
)
_FROM_ONE: Final = re.compile(
    r"\b(one|1)[- ](based|indexed)|(starts?|begins?) (at|from|with) 1\b", re.I
)
_SCIM_LIST: Final = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
#: What goes with a page size, by custom: bare name of the size → style and name.
_PAIRS: Final[Mapping[str, tuple[str, str]]] = {
    "limit": ("offset", "offset"),
    "top": ("offset", "$skip"),
    "take": ("offset", "skip"),
    "max": ("offset", "first"),
    "maxresults": ("offset", "startAt"),
    "count": ("offset", "startIndex"),
    "perpage": ("page", "page"),
    "per": ("page", "page"),
    "pagesize": ("page", "page"),
    "size": ("page", "page"),
}


@dataclass(frozen=True, slots=True)
class _Echo:
    """Where the answer repeats which page it is, or says the next one."""

    member: Member
    role: Role
    start: int | None = field(default=None)
    name: str = ""


def counted_pagings(
    call: Call, found: FoundRecords, parameters: Parameters, marks: Marks, total: int | None
) -> Iterator[Weighed]:
    """Yield the sections that count records or pages, each with its weight."""
    echoes = list(_echoes(marks, len(found.records)))
    movers = [one for one in parameters.movers if one.role in ("offset", "page")]
    for mover in movers:
        yield _named(mover, call, echoes, parameters, marks)
    yield from _last_ids(parameters, found, marks)
    yield from _standard(parameters, marks)
    if not movers:
        yield from _of_link(call, echoes, parameters, marks)
        yield from _echoed(echoes, parameters, marks)
        yield from _paired(parameters, marks, echoes)
    if total is not None and total > len(found.records) > 0:
        yield from _customary(total, len(found.records))


# ---- parameters that somebody names ----------------------------------------------------------


def _named(
    mover: Parameter, call: Call, echoes: list[_Echo], parameters: Parameters, marks: Marks
) -> Weighed:
    size, note = size_part(parameters, marks, link_params(call, marks))
    start, reason, is_sure = _start(mover, echoes, marks)
    section = _section(mover.role, mover.name, start, size, marks)
    weight = 85.0 if mover.is_sent else 60.0
    weight += 12.0 if mover.send_in != "query" else 0.0
    weight += 5.0 if any(one.role == mover.role for one in echoes) else 0.0
    weight += 3.0 if mover.role == "page" and marks.page_count is not None else 0.0
    weight -= 3.0 if mover.role == "page" and mover.is_sent is False else 0.0
    limit = parameters.of("limit")
    names = f"`{mover.name}`" if limit is None else f"`{mover.name}` and `{limit.name}`"
    evidence = f"{mover.source} has {names}{reason}{note}"
    return weight, Guess(section, evidence, is_sure)


def _section(
    role: Role, name: str, start: int, size: Mapping[str, Json], marks: Marks
) -> dict[str, Any]:
    usual = 1 if role == "page" else 0
    section: dict[str, Any] = {"style": role, f"{role}_name": name}
    if start != usual:
        section["start"] = start
    section |= size
    if role == "page" and marks.page_count is not None:
        section["total_pages"] = marks.page_count.locator
    return {**section, **marks.more_condition}


def _start(mover: Parameter, echoes: list[_Echo], marks: Marks) -> tuple[int, str, bool]:
    """Return the first page's number or offset, the reason, and whether it is sure."""
    usual = 1 if mover.role == "page" else 0
    echo = _first_echo(echoes, mover.role, marks)
    if mover.number in (0, 1):
        is_sure = mover.role == "page" or mover.number == 0 or "index" in bare(mover.name)
        note = "" if is_sure else "; it starts at 1, so look whether it counts people or pages"
        return mover.number, note, is_sure
    if echo is not None and echo.start is not None:
        return echo.start, f"; {echo.member.label} says that it starts at {echo.start}", True
    if _FROM_ZERO.search(mover.description):
        return 0, "; it starts at 0", True
    if _FROM_ONE.search(mover.description):
        return 1, "; it starts at 1", True
    default = whole_number(mover.default)
    if default in (0, 1):
        return default, f"; its default is {default}", True
    if mover.number is not None:
        return usual, f"; that it starts at {usual} is a guess", False
    # Offsets are counted from 0 unless somebody says otherwise.
    is_sure = mover.role == "offset" and "index" not in bare(mover.name)
    return usual, "" if is_sure else f"; that it starts at {usual} is a guess", is_sure


def _first_echo(echoes: list[_Echo], role: Role, marks: Marks) -> _Echo | None:
    """Return what tells the number of the first page; nothing made up does."""
    if marks.is_described:
        return None
    return next((one for one in echoes if one.role == role and one.start in (0, 1)), None)


# ---- parameters that the answer lets guess ---------------------------------------------------


def _echoes(marks: Marks, received: int) -> Iterator[_Echo]:
    """Yield what repeats the number of the page, and what says the next one."""
    for member in marks.members:
        number = whole_number(member.value)
        if number is None or isinstance(member.value, str) != member.is_header:
            continue
        name = member.name.removeprefix("X-") if member.is_header else member.name
        plain = bare(name)
        if plain.startswith("next"):
            role = role_of(plain.removeprefix("next"), str(number))
            if role == "page":
                yield _Echo(member, role, number - 1, _parameter_name(member))
            elif role == "offset" and number >= received:
                yield _Echo(member, role, number - received, _parameter_name(member))
            continue
        role = role_of(name, str(number))
        if plain == "number" and _has_page_count_beside(marks, member):
            yield _Echo(member, "page", number, "page")
        elif role in ("page", "offset") and plain not in ("p", "index", "from"):
            yield _Echo(member, role, number, _parameter_name(member))


def _has_page_count_beside(marks: Marks, member: Member) -> bool:
    count = marks.page_count
    return count is not None and count.keys[:-1] == member.keys[:-1]


def _parameter_name(member: Member) -> str:
    """Return the parameter that an echo may repeat: `current_page` → `page`."""
    name = member.name
    if member.is_header:
        name = name.removeprefix("X-").lower().replace("-", "_")
    for prefix in ("current_", "next_", "current", "next"):
        rest = name[len(prefix) :]
        if name.lower().startswith(prefix) and rest:
            return rest[0].lower() + rest[1:]
    return name


def _of_link(
    call: Call, echoes: list[_Echo], parameters: Parameters, marks: Marks
) -> Iterator[Weighed]:
    """Yield what the next link's query names, where the link itself may not do."""
    query = link_params(call, marks)
    for name, value in query.items():
        role = role_of(name, value)
        if role not in ("page", "offset") or call.params.get(name) == value:
            continue
        size, note = size_part(parameters, marks, query)
        echo = _first_echo(echoes, role, marks)
        start = echo.start if echo is not None and echo.start is not None else None
        if start is None:
            start = int(value) - 1 if role == "page" and value in ("1", "2") else role == "page"
        section = _section(role, name, int(start), size, marks)
        yield 82.0, Guess(section, f"the next link has `{name}`{note}", is_sure=True)


def _echoed(echoes: list[_Echo], parameters: Parameters, marks: Marks) -> Iterator[Weighed]:
    for echo in echoes:
        size, note = size_part(parameters, marks)
        said = echo_of_size(marks)
        if not size and said is not None:
            size = _size_of_echo(said)
        start = echo.start if echo.start in (0, 1) else (1 if echo.role == "page" else 0)
        section = _section(echo.role, echo.name, start, size, marks)
        evidence = f"the answer has {echo.member.label}; that the parameter is called so is a guess"
        weight = 48.0 if echo.role == "page" and marks.page_count is not None else 45.0
        is_pair = said is not None and said.keys[:-1] == echo.member.keys[:-1]
        weight += 4.0 if is_pair and bare(echo.name) == echo.member.bare else 0.0
        yield weight, Guess(section, evidence + note, is_sure=False)


def _standard(parameters: Parameters, marks: Marks) -> Iterator[Weighed]:
    """Yield what RFC 7644, 3.4.2.4 says of an answer that calls itself a SCIM list."""
    named = [one.value for one in marks.members if one.name == "schemas"]
    if not any(isinstance(one, list) and _SCIM_LIST in one for one in named):
        return
    size, note = size_part(parameters, marks)
    size = size or {"limit_name": "count", "limit": 100}
    section = _section("offset", "startIndex", 1, size, marks)
    yield 92.0, Guess(section, f"the answer is a SCIM list (RFC 7644){note}")


def _size_of_echo(said: Member) -> dict[str, Json]:
    number = whole_number(said.value)
    if not number or said.bare.startswith(("items", "results", "records", "total")):
        return {}  # such a name says what came, and not what was asked
    return {"limit_name": _parameter_name(said), "limit": number}


def _paired(parameters: Parameters, marks: Marks, echoes: list[_Echo]) -> Iterator[Weighed]:
    """Yield what by custom stands beside the page size that the call names."""
    limit = parameters.of("limit")
    size, note = size_part(parameters, marks)
    if marks.page_count is not None:
        section = _section("page", "page", 1, size, marks)
        evidence = f"{marks.page_count.label} counts pages; that the parameter is `page` is a guess"
        yield 40.0, Guess(section, evidence + note, is_sure=False)
    if limit is None or any(one.role in ("page", "offset") for one in echoes):
        return
    pair = _PAIRS.get(bare(limit.name))
    if pair is None:
        return
    style, name = pair
    if name == "$skip" and not limit.name.startswith("$"):
        name = "skip"
    section = _section("page" if style == "page" else "offset", name, style == "page", size, marks)
    evidence = f"{limit.source} has `{limit.name}`; `{name}` often goes with it, nothing names it"
    yield 30.0, Guess(section, evidence, is_sure=False)


def _customary(total: int, received: int) -> Iterator[Weighed]:
    evidence = f"{total} are counted and {received} came, but nothing names the parameter"
    yield 20.0, Guess({"style": "page", "page_name": "page"}, evidence, is_sure=False)
    yield 19.0, Guess({"style": "offset", "offset_name": "offset"}, evidence, is_sure=False)


# ---- ids to go on from -----------------------------------------------------------------------


def _last_ids(parameters: Parameters, found: FoundRecords, marks: Marks) -> Iterator[Weighed]:
    mover = parameters.of("last_id")
    path = _id_path(found.records)
    if mover is None or path is None:
        return
    size, note = size_part(parameters, marks)
    section = {
        "style": "last_id",
        "last_id_name": mover.name,
        "last_id": path,
        **size,
        **marks.more_condition,
    }
    evidence = f"{mover.source} has `{mover.name}`, which takes the last record's `{path}`"
    weight = 78.0 if mover.is_sent else 62.0
    yield weight, Guess(section, evidence + note, is_sure=mover.is_sent)


def _id_path(records: tuple[Json, ...]) -> str | None:
    first = records[0] if records and isinstance(records[0], dict) else {}
    names = [name for name in first if re.fullmatch(r"[\w-]+", name, re.ASCII)]
    best = [name for name in names if bare(name) == "id"]
    best += [name for name in names if bare(name) in ("uuid", "guid", "userid", "personid")]
    return best[0] if best else None
