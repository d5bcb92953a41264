"""The parameters by which a list is paged: what each is for, by its name and its value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from onroll.drafting.leaves import written
from onroll.drafting.members import bare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.drafting.evidence import Call, ParameterFacts
    from onroll.model import Json
    from onroll.outline import Keys

__all__ = ["Parameter", "Parameters", "Role", "parameters_of", "role_of"]

Role: TypeAlias = Literal["limit", "offset", "page", "cursor", "last_id"]

_LIMIT: Final = re.compile(
    r".*limit(to)?|top|take|per|.*perpage|pageper|.*pagesize|count|max|max(results|records|items"
    r"|rows|entries)|size|(limit)?(page|result|batch|max|list)(size|length)|rows|num(rows|items|results)"
    r"|results|length|number(of)?(records|results|items)|fetch|(records|items|rows|entries)count"
)
_PAGE: Final = re.compile(
    r"page|page(no|num|nr|number|index|id)|p|pg|paged|current(page|pagenumber)|curpage|numpage"
)
_OFFSET: Final = re.compile(
    r".*offset|.*skip|limitstart|start(at|index|row|position|from|record|num|number|item)?|.*sindex|from|begin"
    r"|first(result|row|record|item)?|(row|record|item|result)(start|from|index)|index|position"
)
_CURSOR: Final = re.compile(
    r".*cursor|(.*)(page|continuation|next|skip|pagination|scroll|starting)token|after|pageafter"
    r"|continuation|scrollid|bookmark|marker|.*startafter|nextpage|nextid"
)
_LAST_ID: Final = re.compile(
    r"startingafter|(after|last|since|from)(seen)?(user|person|employee|record)?id|id(after|gt)"
    r"|startafterid|from|since|after"
)
#: Such names say an id only if a documentation does.
_VAGUE_LAST_ID: Final = frozenset({"from", "since", "after"})
_ID: Final = re.compile(r"\bids?\b", re.IGNORECASE)
_TOKEN: Final = re.compile(r"\b(cursor|token|opaque)\b", re.IGNORECASE)
_PLACEHOLDER: Final = re.compile(r"\s*|[<{$:%\[].*|\w*(your|xxx)\w*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of paging, and what is known of it. `value` is what the call sends."""

    name: str
    role: Role
    value: str | None = field(default=None, repr=False)
    default: Json = None
    maximum: int | None = None
    description: str = field(default="", repr=False)
    is_sent: bool = True
    send_in: Literal["query", "json", "form"] = "query"

    @property
    def number(self) -> int | None:
        """The count that the call sends; None where it sends something else, or nothing."""
        return int(self.value) if self.value is not None and _is_count(self.value) else None

    @property
    def source(self) -> str:
        """Who names it, as a sentence would."""
        if not self.is_sent:
            return "the documentation"
        return "the call" if self.send_in == "query" else "the call's body"


@dataclass(frozen=True, slots=True)
class Parameters:
    """All parameters of paging that a call or its documentation names."""

    found: tuple[Parameter, ...]
    names: frozenset[str] = frozenset()

    def of(self, role: Role) -> Parameter | None:
        """Return the parameter for something: one that the call sends before a documented one."""
        fitting = [one for one in self.found if one.role == role]
        fitting.sort(key=lambda one: not one.is_sent)
        return fitting[0] if fitting else None

    def named(self, name: str) -> Parameter | None:
        """Return the parameter of a name."""
        return next((one for one in self.found if one.name == name), None)

    @property
    def movers(self) -> tuple[Parameter, ...]:
        """Those by which one page differs from the next."""
        return tuple(one for one in self.found if one.role != "limit")


def parameters_of(call: Call) -> Parameters:
    """Return the parameters of paging of a call, in its query and in its body."""
    facts = {one.name: one for one in call.known_params}
    found: list[Parameter] = []
    sent: list[tuple[str, str, Literal["query", "json", "form"]]] = [
        *((name, value, "query") for name, value in call.params.items()),
        *((name, value, "form") for name, value in (call.form or {}).items()),
        *((name, value, "json") for name, value in _leaves(call.json, ())),
    ]
    has_limit = any(role_of(name, value) == "limit" for name, value, _ in sent)
    has_limit |= any(role_of(name, None) == "limit" for name in facts)
    for name, value, place in sent:
        role = role_of(name, value, facts.get(name))
        if bare(name.rsplit(".", 1)[-1]) == "first" and role == "offset" and not has_limit:
            role = "limit"  # GraphQL's word for how many
        if role is not None:
            found.append(_parameter(name, role, value, facts.get(name), place))
    known = {name for name, _, _ in sent}
    for name, fact in facts.items():
        role = None if name in known else role_of(name, None, fact)
        if role is not None:
            found.append(_parameter(name, role, None, fact, "query"))
    return Parameters(tuple(found), frozenset(known | set(facts)))


def role_of(name: str, value: str | None, facts: ParameterFacts | None = None) -> Role | None:
    """Return what a parameter of paging is for; None for one that is not about paging."""
    said = facts.description if facts is not None else ""
    is_open = value is None or _PLACEHOLDER.fullmatch(value) is not None
    is_count = value is not None and _is_count(value)
    for plain in _plain_names(name):
        says_id = _ID.search(said) is not None and _TOKEN.search(said) is None
        if _LAST_ID.fullmatch(plain) and (says_id or plain not in _VAGUE_LAST_ID):
            return "last_id"
        if _CURSOR.fullmatch(plain):
            return "cursor"
        if _PAGE.fullmatch(plain):
            return "page" if is_open or is_count else None
        if _LIMIT.fullmatch(plain):
            return "limit" if is_open or is_count else None
        if _OFFSET.fullmatch(plain) and not (plain == "from" and is_open):
            if _TOKEN.search(said):
                return "cursor"
            if is_open or is_count:
                return "offset"
            return "cursor" if plain == "offset" else None
    return None


def _plain_names(name: str) -> Iterator[str]:
    """Yield a name's bare forms: as a whole, and of a path its last key."""
    if "." in name and not name.startswith("$"):
        yield bare(name.rsplit(".", 1)[-1])
        above = bare(name.rsplit(".", 2)[-2])
        if above in ("page", "paging", "pagination", "pager"):
            yield "page" + bare(name.rsplit(".", 1)[-1])
        return
    yield bare(name)


def _is_count(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= _LONGEST_COUNT


_LONGEST_COUNT: Final = 9


def _parameter(
    name: str,
    role: Role,
    value: str | None,
    facts: ParameterFacts | None,
    send_in: Literal["query", "json", "form"],
) -> Parameter:
    is_sent = value is not None
    if facts is None:
        return Parameter(name, role, value, is_sent=is_sent, send_in=send_in)
    return Parameter(
        name, role, value, facts.default, facts.maximum, facts.description, is_sent, send_in
    )


def _leaves(body: Json, keys: Keys) -> Iterator[tuple[str, str]]:
    """Yield the counts and texts of a JSON body, named as a pagination section names them."""
    if isinstance(body, Mapping) and len(keys) < 4:
        for key, value in body.items():
            yield from _leaves(value, (*keys, key))
    elif isinstance(body, list) and len(keys) < 4:
        for index, value in enumerate(body[:10]):
            yield from _leaves(value, (*keys, index))
    elif keys and (body is None or (isinstance(body, str | int) and not isinstance(body, bool))):
        path = written(keys)
        if isinstance(path, str):
            yield path, "" if body is None else str(body)
        elif len(keys) == 1:
            yield str(keys[0]), "" if body is None else str(body)
