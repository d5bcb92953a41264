"""Where an answer counts the whole list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from onroll.drafting.evidence import Guess
from onroll.drafting.marks import signs_of_more
from onroll.drafting.members import bare, header_members, members
from onroll.drafting.words import words_of
from onroll.expressions.number import whole_number

if TYPE_CHECKING:
    from onroll.drafting.evidence import Call
    from onroll.drafting.members import Member
    from onroll.drafting.records import FoundRecords
    from onroll.model import Json

__all__ = ["find_total"]

_TOTAL: Final = re.compile(
    r"(.*total(of|number(of)?)?(set|result|list|record|item|row|user)?(count|results?|elements|records|items|rows|users|entries|entities"
    r"|size|hits|objects|employees|people|persons|members|workers|matches|found|resources)?)"
    r"|(full|overall|filter|grand|all|record|result|item|user|employee|odata|entry|row)s?count"
    r"|(records|results|items|rows)(total|filtered)|(number|num|nb)(of)?(found|hits|records|total)"
)
#: Names that count the page as often as the list.
_COUNT: Final = re.compile(
    r"count|size|length|found|hits|num(results|items|rows|entries|found)?|(number|nb)of.*"
)
_NEVER: Final = frozenset(
    {"page", "limit", "offset", "time", "second", "duration", "ms", "amount", "sum", "salary"}
)
#: Above the total, where it is an object: `{"total": {"value": 450}}`.
_INNER: Final = frozenset({"value", "count", "number", "all"})
#: Objects that describe the list.
_ABOUT: Final = re.compile(
    r"(x)?(meta(data)?|pag(e|ing|ination|er|einfo)|summary|info|additionaldata|d|data|response"
    r"|result(s|set|info)?|query|list|hits|header|counts?)"
)
_LARGEST: Final = 20_000_000
#: A name that says a total, and how much a vaguer one must weigh: beside the list, and larger.
_PLAIN: Final = 2.0
_NEAR: Final = 1.6


def find_total(call: Call, found: FoundRecords) -> Guess[Json] | None:
    """Return where the answer counts the whole list; None where nothing plausible does."""
    answer = call.answer
    if answer is None:
        return None
    # Of a made-up answer only the names mean something.
    received = 0 if answer.is_described else len(found.records)
    weighed: list[tuple[float, Member, int, float]] = []
    for member in [*members(answer.body, found.keys), *header_members(answer)]:
        count = whole_number(member.value)
        strength = _strength(member)
        if strength and count is not None and received <= count <= _LARGEST:
            weight = strength + (0.5 if count > received else 0.0) + _nearness(member, found)
            weighed.append((weight, member, count, strength))
    if not weighed:
        return None
    weight, member, count, strength = max(weighed, key=lambda one: one[0])
    if answer.is_described:
        evidence = f"{member.label} by its name in the documentation"
        return Guess(member.locator, evidence, strength >= _PLAIN)
    if count > received:
        is_sure = strength >= _PLAIN or weight > _NEAR
        return Guess(member.locator, f"{member.label} says {count}, {received} came", is_sure)
    signs = signs_of_more(answer, found)
    return _equal(member, count, signs, is_plain=strength >= _PLAIN)


def _equal(member: Member, count: int, signs: list[str], *, is_plain: bool) -> Guess[Json] | None:
    """Judge a count that is as large as the page."""
    said = f"{member.label} says {count}, and as many came"
    if signs:
        if not is_plain:
            return None
        note = f"; but {signs[0]} speaks of more, so it may count the page"
        return Guess(member.locator, said + note, is_sure=False)
    if not is_plain:
        said += "; it may count the page"
    return Guess(member.locator, said, is_plain)


def _strength(member: Member) -> float:
    """Weigh a name: 2 and more says a total, 1 may be the page's length, 0 is no count."""
    name, above = member.bare, member.above
    if member.is_header:
        is_total = _TOTAL.fullmatch(name) and "total" in name
        return _PLAIN if is_total and not _is_other(member.name) else 0.0
    if name in _INNER and _TOTAL.fullmatch(above) and not _is_other(str(member.keys[-2])):
        return _PLAIN
    if _is_other(member.name):
        return 0.0
    if _TOTAL.fullmatch(name):
        return _PLAIN + (0.2 if "total" in name else 0.0)
    return 1.0 if _COUNT.fullmatch(name) and name != "size" else 0.0


def _is_other(name: str) -> bool:
    """Whether a name counts pages, seconds, or what a rate limit leaves."""
    words = words_of(name)
    plain = bare(name)
    return not _NEVER.isdisjoint(words) or "page" in plain or "rate" in words or "quota" in words


def _nearness(member: Member, found: FoundRecords) -> float:
    """Prefer what stands beside the list, at the top, or in an object that is about the list."""
    if member.is_header:
        return 0.0
    beside = found.keys[: len(member.keys) - 1] == member.keys[:-1]
    above = [bare(str(key)) for key in member.keys[:-1]]
    about = all(_ABOUT.fullmatch(one) for one in above)
    return (0.3 if beside or about else -1.5) - 0.05 * len(member.keys)
