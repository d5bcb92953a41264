"""Test a connection: one check after the other, each with what it saw and what to change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from onroll.errors import AuthenticationError, SourceError, TransportError
from onroll.expressions.reference import as_pairs
from onroll.service.paging_verdicts import (
    Reading,
    how_page_two_is_asked,
    judge_pagination,
    judge_records,
    judge_total_count,
)
from onroll.service.people_verdict import judge_attributes
from onroll.service.reading import People
from onroll.service.verdicts import Verdict, combined, failed, passed, unreached

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onroll.diagnostics import Diagnostic
    from onroll.fetch.listing import Listing
    from onroll.fetch.plan import ListPlan
    from onroll.model import Request
    from onroll.service.opening import OpenSource

__all__ = ["CHECKS", "Check", "CheckName", "TestResult", "run_checks", "unusable"]

CheckName: TypeAlias = Literal[
    "definition",
    "settings",
    "reach",
    "authenticate",
    "list",
    "records",
    "total_count",
    "pagination",
    "attributes",
]
CHECKS: Final[tuple[CheckName, ...]] = get_args(CheckName)
_OF_EACH_PART: Final = frozenset(CHECKS[CHECKS.index("list") :])
#: Records that are mapped of each page; each may cost a request per detail.
_SAMPLE: Final = 10
#: The credentials are right, or may be, and a right is missing: it is the list that says no.
_NOT_PERMITTED: Final = frozenset({"forbidden", "insufficient-scope", "token-refused"})
#: Something is at the list's address, and it is not what the definition says.
_MISPLACED: Final = frozenset(
    {"resource-location-not-found", "resource-location-no-list", "wrong-shape"}
)


@dataclass(frozen=True, slots=True)
class Check:
    """One check. A skipped one is not ok; one that does not apply does not spoil the whole.

    `hint` says what to change where it is not ok and that is known.
    """

    name: CheckName
    ok: bool
    detail: str
    skipped: bool = False
    applies: bool = True
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class TestResult:
    """The checks in order, and the error that ended them, if one did."""

    connector: str
    checks: tuple[Check, ...]
    total_count: int | None = None
    error: SourceError | None = None
    warnings: tuple[str, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """Whether every check that applies is ok."""
        return all(check.ok for check in self.checks if check.applies)


def run_checks(opened: OpenSource) -> TestResult:
    """Run the checks against a source whose definition and settings are known to be right.

    Of each part of the list two pages are read at most, the second to see that paging pages.
    """
    return _Run(opened).run()


class _Run:
    """The checks of one test, in the order in which a request meets them."""

    def __init__(self, opened: OpenSource) -> None:
        self._opened = opened
        self._done: dict[CheckName, list[tuple[str, Verdict]]] = {name: [] for name in CHECKS}
        self._read: list[tuple[str, People]] = []
        count = len(opened.definition.settings)
        self._note("definition", passed(f"format 1, from {opened.definition.source.name}"))
        self._note("settings", passed(f"{count} settings" if count != 1 else "1 setting"))

    def run(self) -> TestResult:
        error: SourceError | None = None
        try:
            self._opened.source.authenticate()
            for index, (name, listing) in enumerate(self._opened.readings(reads_ahead=False)):
                self._test_part(index, name, listing)
        except SourceError as caught:
            error = caught
            self._blame(caught)
        parts = [part.name for part in self._opened.definition.parts]
        totals = [people.report.total_count for _, people in self._read]
        known = [one for one in totals if one is not None]
        return TestResult(
            connector=self._opened.definition.name,
            checks=tuple(_folded(name, told, parts) for name, told in self._done.items()),
            total_count=sum(known) if len(known) == len(parts) else None,
            error=error,
            warnings=tuple(one for _, people in self._read for one in people.report.warnings),
        )

    def _note(self, name: CheckName, verdict: Verdict, part: str = "") -> None:
        self._done[name].append((part, verdict))

    # ---- one part of the list ----------------------------------------------------------------

    def _test_part(self, index: int, name: str, listing: Listing) -> None:
        people = People(self._opened, listing=listing)
        self._read.append((name, people))
        sheets = people.sheets(per_page=_SAMPLE)
        first = next(sheets)
        plan = self._opened.plans()[index]
        reading = Reading(plan.listing, plan.limit, first, people.report)
        self._note_answer(name, plan, people)
        self._note("total_count", judge_total_count(reading), name)
        attributes = self._opened.definition.attributes
        unknown = people.report.unknown_statuses
        self._note("attributes", judge_attributes(attributes, first.items, unknown), name)
        second = next(sheets, None)
        sheets.close()
        whole = Reading(plan.listing, plan.limit, first, reading.report, second, people.report)
        # Page two may belie a total that page one did not.
        self._done["total_count"][-1] = (name, judge_total_count(whole))
        self._note("pagination", judge_pagination(whole), name)

    def _note_answer(self, name: str, plan: ListPlan, people: People) -> None:
        """Note what an answer that could be read shows."""
        self._note_arrival()
        self._note("list", passed(self._asked(plan)), name)
        self._note("records", judge_records(people.report), name)

    def _note_arrival(self) -> None:
        """Note, once, that the source was reached and took the credentials."""
        if not self._done["reach"]:
            self._note("reach", passed(self._opened.source.addresses.origin))
        if not self._done["authenticate"]:
            method = self._opened.definition.auth["method"]
            how = "no credentials are asked for" if method == "none" else f"by {method}"
            self._note("authenticate", passed(how))

    def _asked(self, plan: ListPlan) -> str:
        request = plan.base
        own = "&".join(_own_parameters(request, [one.base for one in self._opened.plans()]))
        between = "" if not own else "?" if request.params else ", "
        return f"{request.method} {self._opened.redactor.clean(request.url + between + own)}"

    # ---- the error that ended it -------------------------------------------------------------

    def _blame(self, error: SourceError) -> None:
        """Note an error at the check whose step failed."""
        verdict = failed(error.diagnostic.message, error.diagnostic.hint)
        name, people = self._read[-1] if self._read else ("", None)
        pages = people.report.pages if people is not None else 0
        if people is not None and pages:
            self._blame_later(verdict, name, people)
        elif not self._done["list"] and isinstance(error, TransportError):
            self._note("reach", verdict)
        elif not self._done["list"] and _is_about_credentials(error):
            self._note("reach", passed(self._opened.source.addresses.origin))
            self._note("authenticate", verdict)
        elif error.diagnostic.code in _MISPLACED:
            self._note_arrival()
            plan = self._opened.plans()[len(self._read) - 1]
            self._note("list", passed(self._asked(plan)), name)
            self._note("records", verdict, name)
        else:
            self._note_arrival()
            self._note("list", verdict, name)

    def _blame_later(self, verdict: Verdict, name: str, people: People) -> None:
        """Note an error behind page one: on the way to page two, or of a detail or lookup."""
        listing = self._opened.plans()[len(self._read) - 1].listing
        has_first_sheet = any(part == name for part, _ in self._done["attributes"])
        if has_first_sheet and people.report.pages == 1:
            hint = how_page_two_is_asked(listing) if verdict.hint is not None else None
            self._note("pagination", failed(verdict.detail, hint), name)
        elif has_first_sheet:
            self._done["attributes"][-1] = (name, verdict)
        else:
            self._note_answer(name, self._opened.plans()[len(self._read) - 1], people)
            self._note("attributes", verdict, name)


def _own_parameters(request: Request, of_all_parts: Sequence[Request]) -> list[str]:
    """Return by what a request differs from others to its address, as `state=left`."""
    others = [one for one in of_all_parts if one is not request and one.url == request.url]
    if not others:
        return []
    common = set.intersection(*(set(_parameters(one)) for one in others))
    own = (pair for pair in _parameters(request) if pair not in common)
    return [f"{name}={value}" for name, value in own]


def _parameters(request: Request) -> list[tuple[str, str]]:
    body = as_pairs(request.json) if isinstance(request.json, dict) else ()
    return [*request.params, *(request.form or ()), *body]


def _is_about_credentials(error: SourceError) -> bool:
    return isinstance(error, AuthenticationError) and error.diagnostic.code not in _NOT_PERMITTED


def _folded(name: CheckName, told: list[tuple[str, Verdict]], parts: Sequence[str]) -> Check:
    """Return a check over all parts; one that was made for some only is not ok."""
    if told and name in _OF_EACH_PART:
        known = {part for part, _ in told}
        told = [*told, *((part, unreached()) for part in parts if part not in known)]
    one = combined(told) if told else unreached()
    return Check(name, one.ok, one.detail, one.skipped, one.applies, one.hint)


def unusable(connector: str, check: CheckName, diagnostics: tuple[Diagnostic, ...]) -> TestResult:
    """Return the result of a test that could not start: its definition or settings are wrong."""
    done: list[Check] = []
    for name in CHECKS:
        if name == check:
            detail = "; ".join(one.message for one in diagnostics)
            done.append(Check(name, ok=False, detail=detail, hint=diagnostics[0].hint))
        elif CHECKS.index(name) < CHECKS.index(check):
            done.append(Check(name, ok=True, detail="ok"))
        else:
            done.append(Check(name, ok=False, detail="not reached", skipped=True))
    return TestResult(connector, tuple(done))
