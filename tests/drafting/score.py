"""Score what is drafted from first pages against what a person wrote for them.

`python -m tests.drafting.score` in the project's folder prints the tables, and so does
`pytest tests/drafting -s`. Options: `--why` prints the guesses and their evidence.

How to read the numbers: the shipped connectors, the ten and the remembered APIs were at hand
while the rules were written, so that they show what must not get worse, and nothing of how an
unseen API fares. For that look at the first score in the head of `fresh.yaml`: its answers were
written before anything was drafted. What was mended then was mended with those in view, so its
present score is no measure any more either. Whoever wants one must write new pages first.

"sure+wrong" counts main attributes that are mapped otherwise than a person would, or that the
page does not have, and that are not marked CHECK. That is worse than a gap: nobody looks there.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from onroll.definition.load import parse_definition
from onroll.definition.settings import Settings
from onroll.drafting.evidence import Answer
from onroll.drafting.paging import find_paging, own_json, own_params
from onroll.drafting.people import find_attributes
from onroll.drafting.records import find_records
from onroll.drafting.totals import find_total
from onroll.errors import ResponseError
from onroll.expressions.locator import parse_locator
from onroll.fetch.address import Addresses
from onroll.fetch.plan import plan_list, request_for
from onroll.mapping.mapper import Mapper, build_mapper
from onroll.model import Json, Page, Request
from onroll.plugins.registry import installed
from onroll.protocols import End

from .pages import FirstPage, fresh, remembered, shipped_connectors, ten

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from onroll.drafting.evidence import Call, Guess
    from onroll.drafting.records import FoundRecords

#: The attributes that matter most. What a detail or a lookup brings is not in the first page.
MAIN = (
    "id",
    "email",
    "username",
    "display_name",
    "first_name",
    "last_name",
    "status",
    "hire_date",
    "department",
    "manager_id",
    "manager_email",
    "job_title",
)
#: Of ten main attributes eight must be right, and as many of fewer.
NEEDED = 0.8


@dataclass(frozen=True)
class Score:
    """What of a first page was drafted as a person wrote it."""

    name: str
    records: bool
    paging: bool
    total: bool
    right: int
    main: int
    wrong: tuple[str, ...] = ()
    drafted: str = ""
    #: Whether the paging was given as sure.
    is_sure: bool = False
    #: Main attributes that were given as sure, and are not what a person would have.
    misled: tuple[str, ...] = ()
    #: How many of the people the drafted mapping cannot read.
    refused: int = 0

    @property
    def is_passed(self) -> bool:
        """Whether the draft would do without a question."""
        is_mapped = self.right >= max(self.main * NEEDED, 1)
        return self.records and self.paging and is_mapped


def score(page: FirstPage) -> Score:
    """Draft from a first page, and compare."""
    lists = find_records(page.call.answer or Answer(None))
    if not lists:
        return Score(page.name, False, False, False, 0, 0)
    found = lists[0]
    total = find_total(page.call, found)
    pagings = find_paging(page.call, found, total)
    drafted = _drafted(page, found)
    right, wrong, misled = _attributes(page, found, drafted)
    shape = None if found.shape is None else found.shape.value["style"]
    return Score(
        page.name,
        found.location.value == page.location and shape == page.shape,
        _same_paging(page, found, pagings[0]),
        _same_total(page, total),
        len(right),
        len(right) + len(wrong),
        tuple(wrong),
        _why(found, total, pagings),
        pagings[0].is_sure,
        tuple(misled),
        sum(not user for user in drafted.users),
    )


def table(scores: Sequence[Score]) -> str:
    """Return the scores as lines of a table."""
    names = (
        "API".ljust(20),
        "records ",
        "paging  ",
        "total   ",
        "attributes ",
        "sure+wrong ",
        "pass",
    )
    lines = [" ".join(names)]
    for one in scores:
        marks = [("yes" if good else "NO") for good in (one.records, one.paging, one.total)]
        attributes = f"{one.right}/{one.main}"
        misled = str(len(one.misled) + (one.is_sure and not one.paging) or "")
        cells = f"{marks[0]:8} {marks[1]:8} {marks[2]:8} {attributes:11} {misled:11}"
        notes = [*one.wrong, *(f"not {name}" for name in one.misled if name not in one.wrong)]
        missed = f"  ({', '.join(notes)})" if notes else ""
        lines.append(f"{one.name:20} {cells} {'pass' if one.is_passed else 'FAIL'}{missed}")
    passed = sum(one.is_passed for one in scores)
    return "\n".join([*lines, f"{passed} of {len(scores)} pass"])


# ---- paging ----------------------------------------------------------------------------------


def _same_paging(page: FirstPage, found: FoundRecords, guess: Guess[Mapping[str, Any]]) -> bool:
    theirs, ours = page.pagination, guess.value
    if theirs is None:
        return not guess.is_sure
    if _asked(page.call, found, ours) != _asked(page.call, found, theirs):
        return False
    # A cursor taken out of a link may ask for just what the link does.
    styles = {ours["style"], theirs["style"]}
    return len(styles) == 1 or styles == {"next_link", "cursor"}


def _asked(call: Call, found: FoundRecords, pagination: Mapping[str, Any]) -> list[Json]:
    """Return what is asked for page one and two, but for how many people."""
    written = _definition(call, found, pagination=pagination)
    definition = parse_definition(json.dumps(written))
    base = written["base_url"]
    addresses = Addresses(base, base)
    scope = Settings({}).scope()
    plan = plan_list(definition, definition.list_users, scope, addresses, installed())
    step = plan.paginator.first()
    first = request_for(plan, step, addresses=addresses, held_by=None)
    assert call.answer is not None
    page = Page(1, list(found.records), call.answer.body, call.answer.headers, first.url)
    after = plan.paginator.after(step, page)
    if isinstance(after, End):
        return [_plain(first, pagination), "the end"]
    try:
        second = request_for(plan, after, addresses=addresses, held_by=first.url)
    except ResponseError as error:
        return [_plain(first, pagination), error.diagnostic.code]
    return [_plain(first, pagination), _plain(second, pagination)]


def _plain(request: Request, pagination: Mapping[str, Any]) -> Json:
    query = urlsplit(request.url).query
    pairs = [*(tuple(pair.split("=", 1)) for pair in query.split("&") if pair), *request.params]
    limit = pagination.get("limit_name")
    names = sorted(pair for pair in pairs if pair[0] != limit)
    return [request.method, urlsplit(request.url).path, names, request.json, request.form]


def _definition(
    call: Call,
    found: FoundRecords,
    *,
    pagination: Mapping[str, Any] | None = None,
    attributes: Mapping[str, Json] | None = None,
) -> dict[str, Any]:
    paging = pagination or {"style": "none"}
    assert call.url is not None
    listing: dict[str, Any] = {
        "endpoint": "",
        "method": call.method,
        "params": own_params(call, paging),
        "resource_location": found.location.value,
        "pagination": dict(paging),
    }
    if call.json is not None:
        listing["json"] = own_json(call, paging)
    if found.shape is not None:
        listing["shape"] = found.shape.value
    needed = {"id": None, "email": None, "username": None}
    return {
        "format": 1,
        "name": "acme",
        "base_url": call.url,
        "list_users": listing,
        "attributes": {**needed, **(attributes or {})},
    }


# ---- the total count, and the attributes -----------------------------------------------------


def _same_total(page: FirstPage, total: Guess[Json] | None) -> bool:
    if total is None or page.total is None:
        return total is None and page.total is None
    answer = page.call.answer
    assert answer is not None
    ours, theirs = parse_locator(total.value), parse_locator(page.total)
    read = (ours.read(answer.body, answer.headers), theirs.read(answer.body, answer.headers))
    return read[0] == read[1]


@dataclass(frozen=True)
class _Drafted:
    """The guesses for the attributes, and the users that they give."""

    guesses: Mapping[str, Guess[Json]]
    users: Sequence[Mapping[str, Json]]


def _drafted(page: FirstPage, found: FoundRecords) -> _Drafted:
    guesses = find_attributes(found.records, page.call.fields)
    attributes = {name: guess.value for name, guess in guesses.items()}
    written = _definition(page.call, found, attributes=attributes)
    return _Drafted(guesses, _users(_mapper(json.dumps(written)), found.records))


def _attributes(
    page: FirstPage, found: FoundRecords, drafted: _Drafted
) -> tuple[list[str], list[str], list[str]]:
    """Return which main attributes are mapped as a person did, which are not, which mislead."""
    guesses, ours = drafted.guesses, drafted.users
    theirs = _people(page, found)
    right: list[str] = []
    wrong: list[str] = []
    for name in MAIN:
        # What a person left open for someone is not compared.
        pairs = [
            (one[name], ours[at].get(name) if at < len(ours) else None)
            for at, one in enumerate(theirs)
            if name in one
        ]
        if all(wanted is None for wanted, _ in pairs):
            continue
        (right if all(wanted == given for wanted, given in pairs) else wrong).append(name)
    misled = [name for name in wrong if name in guesses and guesses[name].is_sure]
    misled += [name for name in page.absent if name in guesses and guesses[name].is_sure]
    return right, wrong, misled


def _people(page: FirstPage, found: FoundRecords) -> Sequence[Mapping[str, Json]]:
    """Return the main attributes as a person would have them."""
    if page.definition is None:
        return page.people
    users = _users(_mapper_of(page), _as_they_have_it(page, found))
    return [{name: one.get(name) for name in MAIN} for one in users]


def _as_they_have_it(page: FirstPage, found: FoundRecords) -> Sequence[Json]:
    """Return the records with the key of keyed ones under the name that the definition gives it."""
    assert page.definition is not None
    shape = page.definition.parts[0].shape
    if shape is None or found.shape is None or shape.style != "keyed":
        return found.records
    own = found.shape.value["key"]
    return [{**one, shape.key: one[own]} for one in found.records]


def _mapper(text: str) -> Mapper:
    definition = parse_definition(text)
    return build_mapper(definition, Settings({}).scope(), installed())


def _mapper_of(page: FirstPage) -> Mapper:
    assert page.definition is not None
    needed = {"id": {"value": None}, "email": {"value": None}, "username": {"value": None}}
    given = {name: one for name, one in page.definition.attributes.items() if one is not None}
    return _mapper(
        json.dumps(
            {
                "format": 1,
                "name": "acme",
                "base_url": "https://api.example.test",
                "settings": {name: {"required": False} for name in page.definition.settings},
                "list_users": {"endpoint": "", "resource_location": "."},
                "attributes": {**needed, **given},
            }
        )
    )


def _users(mapper: Mapper, records: Sequence[Json]) -> list[Mapping[str, Json]]:
    users = [mapper.map(record).user for record in records]
    return [{} if user is None else user.attributes for user in users]


# ---- printing --------------------------------------------------------------------------------


def _why(
    found: FoundRecords, total: Guess[Json] | None, pagings: list[Guess[Mapping[str, Any]]]
) -> str:
    lines = [_line("resource_location", found.location)]
    lines += [] if found.shape is None else [_line("shape", found.shape)]
    lines += [] if total is None else [_line("total_count", total)]
    lines += [_line("pagination", one) for one in pagings]
    return "\n".join(f"    {line}" for line in lines)


def _line(key: str, guess: Guess[Any]) -> str:
    sure = "" if guess.is_sure else "  (to check)"
    return f"{key}: {json.dumps(guess.value)}  # {guess.evidence}{sure}"


def main(arguments: Sequence[str]) -> None:
    """Print the tables."""
    for title, pages in (
        ("Ten first pages", ten()),
        ("All shipped connectors", shipped_connectors()),
        ("Remembered APIs, tuned on", remembered()),
        ("Fresh APIs", fresh()),
    ):
        scores = [score(page) for page in pages]
        print(f"\n{title}\n{table(scores)}")  # noqa: T201  (this is a program)
        if "--why" in arguments:
            print("\n".join(f"{one.name}\n{one.drafted}" for one in scores))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
