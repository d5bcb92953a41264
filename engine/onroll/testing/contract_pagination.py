"""The laws of pagination styles."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, get_args

from onroll.model import Headers, Json, Page, Proof
from onroll.protocols import (
    End,
    Foreseeing,
    Frugal,
    PaginationExample,
    PaginationKind,
    SeenPage,
    Step,
)
from onroll.testing.contract_kinds import Case, SectionContract

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from onroll.outline import Keys
    from onroll.protocols import Paginator

__all__ = ["PaginationCase", "PaginationContract"]

_PROOFS: Final = get_args(Proof)
_URL: Final = "https://api.example.test/people"
#: Answers that no style may stumble over.
_ODD_ANSWERS: Final[tuple[Json, ...]] = (
    None, True, 0, -1, 1.5, "", "next", [], [[]], {}, {"next": {}}, {"next": [1]}, {"": None},
)  # fmt: skip


@dataclass(frozen=True)
class PaginationCase(Case):
    """A pagination style and one of its examples."""

    kind: PaginationKind
    example: PaginationExample

    def build(self, **overrides: Json) -> Paginator:
        """Build the paginator as a definition would."""
        return self.kind.build(copy.deepcopy({**self.example.config, **overrides}))

    def pages(self) -> list[Page]:
        """Return the example's pages, with as many records as it says."""
        return [_page(number, seen) for number, seen in enumerate(self.example.pages, 1)]

    def walk(self, paginator: Paginator) -> Iterator[tuple[Step, Page, Step | End]]:
        """Yield what was asked, what came, and what follows, page by page."""
        step = paginator.first()
        for page in self.pages():
            following = paginator.after(step, page)
            yield step, page, following
            if isinstance(following, End):
                return
            step = following


def _page(number: int, seen: SeenPage) -> Page:
    records: list[Json] = [{"id": f"r{number}-{index}"} for index in range(seen.received)]
    if seen.record is not None and records:
        records[-1] = seen.record
    return Page(number, records, copy.deepcopy(seen.answer), seen.headers, _URL)


def _only(value: Json, places: Sequence[Keys]) -> Json:
    """Return what of a value lies at these places, as it is given where the rest is left out."""
    if () in places or not isinstance(value, dict):
        return value
    below: dict[str, list[Keys]] = {}
    for key, *rest in places:
        if isinstance(key, str):
            below.setdefault(key, []).append(tuple(rest))
    return {key: _only(item, below[key]) for key, item in value.items() if key in below}


def _asked(step: Step) -> str:
    """Return what a step asks, to tell two steps apart."""
    return json.dumps([step.url, step.params], sort_keys=True)


class PaginationContract(SectionContract):
    """What the fetcher relies on: pure steps, and ends that are declared and never guessed."""

    registered_as = "pagination"
    case_type = PaginationCase

    def test_says_how_it_ends(self, kind: Any) -> None:
        """`ends` finishes the sentence "the listing ends with …"."""
        assert kind.ends.strip()
        assert not kind.ends.endswith(".")

    def test_conversation(self, case: PaginationCase) -> None:
        """The example's pages are asked for as it says, and the last one is the end."""
        asks = [case.build().first()]
        end: End | None = None
        for _, page, following in case.walk(case.build()):
            if isinstance(following, End):
                end = following
                assert page.number == len(case.example.pages), "it ended before the last page"
            else:
                asks.append(following)
        assert end is not None, "it asks for more pages than the example has"
        for step, expected in zip(asks, case.example.asks, strict=True):
            assert expected in (step.url, step.params)
        assert end.proof == case.example.proof

    def test_end_is_a_proof_or_a_reason(self, case: PaginationCase) -> None:
        """An end names its proof, or says why it proves nothing."""
        *_, (_, _, end) = case.walk(case.build())
        assert isinstance(end, End)
        assert end.proof in (*_PROOFS, None)
        assert (end.proof is None) == bool(end.reason)

    def test_is_pure(self, case: PaginationCase) -> None:
        """Equal pages give equal steps, and nothing that was given is changed."""
        paginator = case.build()
        assert paginator.first() == paginator.first()
        for step, page, following in case.walk(paginator):
            before = copy.deepcopy((step, page))
            assert paginator.after(*before) == following
            assert paginator.after(step, page) == following
            assert (step, page) == before

    def test_reads_only_what_it_says(self, case: PaginationCase) -> None:
        """With `reads`, pages of nothing but the places it names are followed by the same."""
        paginator = case.build()
        if not isinstance(paginator, Frugal):
            return
        reads = paginator.reads()
        for step, page, following in case.walk(case.build()):
            if page.number == 1 or isinstance(following, End):
                continue  # these are always given whole
            records = [_only(record, reads.record) for record in page.records]
            part = replace(page, records=records, answer=_only(page.answer, reads.body))
            assert paginator.after(step, part) == following
            if isinstance(paginator, Foreseeing):
                seen, whole = (list(paginator.ahead(step, one, 9)) for one in (part, page))
                assert seen == whole

    def test_keeps_no_state(self, case: PaginationCase) -> None:
        """Pages seen in another order, or by another instance, are followed by the same."""
        paginator = case.build()
        for step, page, following in reversed(list(case.walk(case.build()))):
            assert paginator.after(step, page) == following

    def test_goes_on_from_any_step(self, case: PaginationCase) -> None:
        """A step is plain data: a paginator built anew goes on from one that was written down."""
        for step, page, following in case.walk(case.build()):
            assert isinstance(step.position, int)
            stored = replace(step, params=json.loads(json.dumps(step.params)))
            assert stored == step
            assert case.build().after(stored, page) == following

    def test_asks_nothing_twice(self, case: PaginationCase) -> None:
        """While pages bring something new, each step asks for something new."""
        asked = [_asked(step) for step, _, _ in case.walk(case.build())]
        assert len(set(asked)) == len(asked)

    def test_empty_answer_is_not_asked_for_again(self, case: PaginationCase) -> None:
        """A page with nothing at all is the end, or is followed by another question."""
        paginator = case.build()
        for step, page, _ in case.walk(paginator):
            following = paginator.after(step, Page(page.number, [], None, Headers(), _URL))
            assert isinstance(following, End) or _asked(following) != _asked(step)

    def test_short_page_is_no_end(self, case: PaginationCase) -> None:
        """A page that goes on does so with one record, too: servers cap and filter pages."""
        paginator = case.build()
        for step, page, following in case.walk(paginator):
            if isinstance(following, End) or not page.records:
                continue
            short = replace(page, records=page.records[-1:])
            assert isinstance(paginator.after(step, short), Step)

    def test_limit_moves_nothing(self, case: PaginationCase) -> None:
        """Where a page lies follows from what came, never from how much was asked for."""
        few, many = (case.build(limit_name="a limit", limit=size) for size in (1, 1000))
        for step, page, following in case.walk(few):
            if isinstance(following, End):
                break
            other = many.after(step, page)
            assert isinstance(other, Step)
            assert other.position == following.position
            assert _without_limit(other) == _without_limit(following)

    def test_limit_is_sent(self, case: PaginationCase) -> None:
        """`limit_name` and `limit`, which every style has, are a parameter of page one."""
        assert case.build(limit_name="a limit", limit=7).first().params["a limit"] == 7

    def test_odd_answers_do_no_harm(self, case: PaginationCase) -> None:
        """Whatever JSON an answer holds, a step or an end follows."""
        paginator = case.build()
        step = paginator.first()
        for answer in _ODD_ANSWERS:
            for records in ([], [answer], [{"id": answer}]):
                page = Page(1, records, answer, Headers(), _URL)
                assert isinstance(paginator.after(step, page), Step | End)


def _without_limit(step: Step) -> Step:
    params = {name: value for name, value in step.params.items() if name != "a limit"}
    return replace(step, params=params)
