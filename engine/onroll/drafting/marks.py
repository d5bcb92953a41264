"""What an answer says of a next page: links, cursors, flags, and counts of pages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from onroll.drafting.leaves import shown
from onroll.drafting.members import Member, bare, header_members, members
from onroll.expressions.locator import next_of_link_header
from onroll.expressions.number import whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.drafting.evidence import Answer
    from onroll.drafting.records import FoundRecords
    from onroll.model import Json

__all__ = ["Mark", "Marks", "is_link", "marks_of", "signs_of_more"]

_LINK_NAME: Final = re.compile(
    r"next|.*next.*(link|url|uri|href|page|path).*|.*(link|url|uri|href)s?next|odatanextlink"
)
_CURSOR_NAME: Final = re.compile(
    r"next|(.*next)?(page|continuation|skip|scroll|pagination|sync|result|start)?"
    r"(cursor|token|marker|key|offset|bookmark)|.*(after|end|next)cursor|cursor(next|after|end)"
    r"|nextpage|nextid|next(from|start|after)|after|scrollid|bookmark|continuation|startafter"
)
#: Such names are a cursor only inside of an object that is about the next page.
_VAGUE_CURSOR: Final = frozenset({"token", "key", "after", "marker", "offset", "bookmark"})
_ABOUT_NEXT: Final = re.compile(
    r"next.*|cursors?|pag(e|ing|ination|einfo)|meta(data)?|responsemetadata"
)
_BACKWARDS: Final = re.compile(
    r".*(prev|before|first|self|current|last|begin|sync|access|csrf|start)(?!after).*"
)
_MORE: Final = re.compile(r"(is|has)?more.*|has(a)?next.*|.*hasmore.*|nextexists|istruncated")
_LAST: Final = re.compile(r"(is|at)?(last|final)(page|batch)?|done|islast|endoflist|iscomplete|end")
_PAGE_COUNT: Final = re.compile(
    r"(wp)?(total|num|number|max|nb|last)(of)?pages?(count|number)?|pages?(count|total)"
    r"|total?pagescount|pages"
)
_LINK_VALUE: Final = re.compile(r"(https?://|\?)\S+|/[^\s?]*\?\S+|/\S+/\S+")
_LONGEST_LINK: Final = 8000
_WITHIN_LINK: Final = ("href", "url", "uri", "link", "path")


@dataclass(frozen=True, slots=True)
class Mark:
    """A link or a cursor of an answer; `value` is None where its key is there and empty."""

    locator: Json
    label: str
    name: str
    value: str | None = field(default=None, repr=False)
    above: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """All that an answer says of further pages."""

    header_link: str | None = None
    links: tuple[Mark, ...] = ()
    cursors: tuple[Mark, ...] = ()
    #: An object whose keys are parameters themselves.
    merged: Mark | None = None
    #: The flag, and its value where there is a further page.
    more: Member | None = None
    more_value: bool = True
    page_count: Member | None = None
    members: tuple[Member, ...] = ()
    #: Whether the answer is made up after a documentation, so that its numbers mean nothing.
    is_described: bool = False

    @property
    def more_condition(self) -> Mapping[str, Json]:
        """The `more` of a pagination section; empty when the answer has no flag."""
        if self.more is None:
            return {}
        return {"more": {"body": self.more.locator, "equals": self.more_value}}

    @property
    def says_more(self) -> bool:
        """Whether a flag, a link, a cursor or a count of pages says that a page follows."""
        flag = self.more is not None and self.more.value is self.more_value
        count = whole_number(self.page_count.value) if self.page_count is not None else None
        marked = any(one.value for one in (*self.links, *self.cursors))
        has_link = self.header_link is not None or self.merged is not None
        return flag or marked or has_link or (count or 0) > 1


def marks_of(answer: Answer, found: FoundRecords) -> Marks:
    """Gather what an answer says of further pages, outside of its records."""
    body = members(answer.body, found.keys)
    headers = header_members(answer)
    link = next_of_link_header(answer.headers.get("link", ""))
    links = _links(body)
    linked = {one.label for one in links if one.value}
    more, more_value = _more(body)
    merged = next((one for one in body if _is_merged(one)), None)
    cursors = tuple(one for one in _cursors(body) if one.label not in linked)
    if merged is not None:
        cursors = tuple(one for one in cursors if not _is_below(one, merged))
    return Marks(
        header_link=link if isinstance(link, str) else None,
        links=links,
        cursors=cursors,
        merged=None if merged is None else Mark(merged.locator, merged.label, merged.name, "…"),
        more=more,
        more_value=more_value,
        page_count=_page_count([*body, *headers]),
        members=(*body, *headers),
        is_described=answer.is_described,
    )


def signs_of_more(answer: Answer, found: FoundRecords) -> list[str]:
    """Return what in an answer says that a page follows, as a sentence would name it."""
    marks = marks_of(answer, found)
    signs = ["the header `Link`"] if marks.header_link is not None else []
    signs += [one.label for one in (*marks.links, *marks.cursors) if one.value]
    if marks.merged is not None:
        signs.append(marks.merged.label)
    if marks.more is not None and marks.more.value is marks.more_value:
        signs.append(marks.more.label)
    if marks.page_count is not None and (whole_number(marks.page_count.value) or 0) > 1:
        signs.append(marks.page_count.label)
    return signs


def is_link(value: Json) -> bool:
    """Whether a value is text that looks like an address, absolute or relative."""
    is_short = isinstance(value, str) and len(value) <= _LONGEST_LINK
    return is_short and _LINK_VALUE.fullmatch(value) is not None


# ---- links -----------------------------------------------------------------------------------


def _links(body: list[Member]) -> tuple[Mark, ...]:
    found: list[Mark] = []
    for member in body:
        if any(_is_backwards(str(key)) for key in member.keys):
            continue
        inside = member.bare in _WITHIN_LINK and _LINK_NAME.fullmatch(member.above) is not None
        if is_link(member.value) and (inside or _LINK_NAME.fullmatch(member.bare)):
            found.append(_mark(member, str(member.value)))
        elif isinstance(member.value, list):
            found.extend(_in_list(member))
        elif _is_empty(member.value) and (inside or _LINK_NAME.fullmatch(member.bare)):
            found.append(_mark(member, None))
    return tuple(sorted(found, key=lambda one: one.value is None))


def _in_list(member: Member) -> list[Mark]:
    """Find the link among those of a list: `[{"rel": "next", "href": …}]`."""
    for item in member.value[:20]:
        if not isinstance(item, dict):
            continue
        relation = next((key for key in ("rel", "relation") if item.get(key) == "next"), None)
        target = next((key for key in _WITHIN_LINK if is_link(item.get(key))), None)
        if relation and target and isinstance(member.locator, str):
            path = f"$.{member.locator}[?(@.{relation}=='next')].{target}"
            return [Mark(path, shown(path), "next", item[target])]
    return []


def _mark(member: Member, value: str | None) -> Mark:
    return Mark(member.locator, member.label, member.name, value, member.above)


def _is_backwards(name: str) -> bool:
    plain = bare(name)
    return _BACKWARDS.fullmatch(plain) is not None and not plain.startswith("next")


def _is_empty(value: Json) -> bool:
    return value is None or value == ""


# ---- cursors ---------------------------------------------------------------------------------


def _cursors(body: list[Member]) -> list[Mark]:
    found: list[Mark] = []
    for member in body:
        name = member.bare
        if any(_is_backwards(str(key)) for key in member.keys):
            continue
        if not _CURSOR_NAME.fullmatch(name):
            continue
        about = len(member.keys) > 1 and _ABOUT_NEXT.fullmatch(member.above) is not None
        if name in _VAGUE_CURSOR and not about and not _is_opaque(member.value):
            continue
        if name in ("token", "key") and not member.above.startswith("next"):
            continue
        is_named = name.endswith(("cursor", "token"))
        if _is_opaque(member.value) or (is_named and whole_number(member.value) is not None):
            found.append(_mark(member, str(member.value)))
        elif _is_empty(member.value) and name not in _VAGUE_CURSOR:
            found.append(_mark(member, None))
    return sorted(found, key=lambda one: one.value is None)


def _is_opaque(value: Json) -> bool:
    """Whether a value is text that is neither an address nor a count."""
    return isinstance(value, str) and bool(value) and not is_link(value) and not _is_digits(value)


def _is_digits(value: str) -> bool:
    # A long number is an id or a position that nobody counts in.
    return value.isascii() and value.isdigit() and len(value) <= _LONGEST_COUNT


_LONGEST_COUNT: Final = 7


def _is_merged(member: Member) -> bool:
    """Whether this is an object of parameters, as MediaWiki's `continue`."""
    value = member.value
    return (
        member.bare in ("continue", "nextparams", "nextpageparams", "querycontinue")
        and isinstance(value, dict)
        and bool(value)
        and all(isinstance(one, str | int) for one in value.values())
    )


def _is_below(mark: Mark, merged: Member) -> bool:
    return mark.above == merged.bare or mark.label == merged.label


# ---- flags and counts ------------------------------------------------------------------------


def _more(body: list[Member]) -> tuple[Member | None, bool]:
    for member in body:
        if isinstance(member.value, bool) and not any("prev" in bare(str(k)) for k in member.keys):
            if _MORE.fullmatch(member.bare):
                return member, True
            if _LAST.fullmatch(member.bare):
                return member, False
    return None, True


def _page_count(found: list[Member]) -> Member | None:
    for member in found:
        name = member.bare
        if _PAGE_COUNT.fullmatch(name) and whole_number(member.value) is not None:
            return member
    return None
