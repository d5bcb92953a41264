"""How many records to ask for in a page, and by which parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from onroll.drafting.roles import role_of
from onroll.expressions.number import whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.drafting.marks import Marks
    from onroll.drafting.members import Member
    from onroll.drafting.roles import Parameter, Parameters
    from onroll.model import Json

__all__ = ["echo_of_size", "is_usual_size", "size_part"]

#: Larger pages time out, and cost much when one is to be asked for again.
_LARGEST: Final = 500
_USUAL: Final = 100
_FEW: Final = 20
_USUAL_SIZES: Final = frozenset({10, 20, 25, 30, 50, 100, 200, 250, 500, 1000})


def size_part(
    parameters: Parameters, marks: Marks, query: Mapping[str, str] | None = None
) -> tuple[dict[str, Json], str]:
    """Return `limit_name` and `limit`, where a parameter is known, and a word on the number.

    `query` is that of a next link, which names the parameter as well.
    """
    limit = parameters.of("limit")
    if limit is not None:
        number, note = _good_size(limit, marks)
        return {"limit_name": limit.name, "limit": number}, note
    for name, value in (query or {}).items():
        if role_of(name, value) == "limit" and value.isdigit() and int(value) > 0:
            return {"limit_name": name, "limit": int(value)}, _remark(int(value))
    return {}, ""


def echo_of_size(marks: Marks) -> Member | None:
    """Return where the answer repeats the page size."""
    if marks.is_described:
        return None
    for member in marks.members:
        number = whole_number(member.value)
        if not number or number > 100_000 or role_of(member.name, str(number)) != "limit":
            continue
        # `count`, `size` and `length` tell how many came.
        plain = member.bare
        if plain not in ("count", "max", "length", "rows", "results") and "rate" not in plain:
            return member
    return None


def is_usual_size(count: int) -> bool:
    """Whether so many records look like a page that was cut."""
    return count in _USUAL_SIZES


def _remark(asked: int) -> str:
    return "" if asked >= _FEW else f"; {asked} a page are few, the API may allow more"


def _good_size(limit: Parameter, marks: Marks) -> tuple[int, str]:
    asked = limit.number or 0
    if limit.maximum is not None and limit.maximum > 0:
        best = max(asked, min(limit.maximum, _LARGEST))
        return min(best, limit.maximum), f"; at most {limit.maximum} a page"
    if asked:
        return asked, _remark(asked)
    echo = echo_of_size(marks)
    said = whole_number(echo.value) if echo is not None else None
    default = whole_number(limit.default)
    if said or default:
        return said or default or _USUAL, ""
    return _USUAL, f"; {_USUAL} a page is a guess"
