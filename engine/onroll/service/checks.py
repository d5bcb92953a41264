"""Test a connection: one check after the other, each with what it saw."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from onroll.diagnostics import Diagnostic, quoted_list
from onroll.errors import AuthenticationError, SourceError, TransportError
from onroll.fetch.listing import STOPPED
from onroll.mapping.coverage import attribute_coverage
from onroll.model import NEEDED_ATTRIBUTES
from onroll.service.reading import People, Sheet

if TYPE_CHECKING:
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
#: Records that are mapped; each may cost a request per detail.
_SAMPLE: Final = 10


@dataclass(frozen=True, slots=True)
class Check:
    """One check. A skipped one is not ok; one that does not apply does not spoil the whole."""

    name: CheckName
    ok: bool
    detail: str
    skipped: bool = False
    applies: bool = True


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
    """Run the checks against a source whose definition and settings are known to be right."""
    return _Run(opened).run()


class _Run:
    """The checks of one test, in the order in which a request meets them."""

    def __init__(self, opened: OpenSource) -> None:
        self._opened = opened
        self._people = People(opened, reads_ahead=False)
        self._done: dict[CheckName, Check] = {}
        self._pass("definition", f"format 1, from {opened.definition.source.name}")
        count = len(opened.definition.settings)
        self._pass("settings", f"{count} settings" if count != 1 else "1 setting")

    def run(self) -> TestResult:
        error: SourceError | None = None
        try:
            self._authenticate()
            self._read()
        except SourceError as caught:
            error = caught
            self._failed(caught)
        for name in CHECKS:
            if name not in self._done:
                self._done[name] = Check(name, ok=False, detail="not reached", skipped=True)
        return TestResult(
            connector=self._opened.definition.name,
            checks=tuple(self._done[name] for name in CHECKS),
            total_count=self._people.report.total_count,
            error=error,
            warnings=self._people.report.warnings,
        )

    def _pass(self, name: CheckName, detail: str) -> None:
        self._done[name] = Check(name, ok=True, detail=detail)

    def _fail(self, name: CheckName, detail: str) -> None:
        self._done[name] = Check(name, ok=False, detail=detail)

    def _authenticate(self) -> None:
        self._opened.source.authenticate()

    def _failed(self, error: SourceError) -> None:
        message = error.diagnostic.message
        origin = self._opened.source.addresses.origin
        if "list" in self._done:
            # Page one was read, so whatever failed since then failed on the way to page two.
            self._fail("pagination", message)
            return
        if self._people.report.pages:
            # Page one was read, and a detail or lookup of its people was not.
            self._pass_page_one()
            self._fail("attributes", message)
            return
        if isinstance(error, TransportError):
            self._fail("reach", message)
            return
        self._pass("reach", origin)
        if isinstance(error, AuthenticationError):
            self._fail("authenticate", message)
            return
        self._pass("authenticate", self._credentials())
        if error.diagnostic.code.startswith("resource-location"):
            self._pass("list", self._asked())
            self._fail("records", message)
        else:
            self._fail("list", message)

    def _credentials(self) -> str:
        method = self._opened.definition.auth["method"]
        return "no credentials are asked for" if method == "none" else f"by {method}"

    def _read(self) -> None:
        sheets = self._people.sheets(per_page=_SAMPLE)
        first = next(sheets)
        self._pass_page_one()
        self._attributes(first)
        second = next(sheets, None)
        self._pagination(first, second)
        sheets.close()

    def _pass_page_one(self) -> None:
        self._pass("reach", self._opened.source.addresses.origin)
        self._pass("authenticate", self._credentials())
        self._pass("list", self._asked())
        received = self._people.report.received
        self._pass("records", "an empty list" if not received else f"{received} on page one")
        self._total_count()

    def _asked(self) -> str:
        base = self._opened.plan.base
        return f"{base.method} {self._opened.redactor.clean(base.url)}"

    def _total_count(self) -> None:
        locator = self._opened.plan.listing.total_count
        if locator is None:
            detail = "the definition names none"
            self._done["total_count"] = Check(
                "total_count", ok=False, detail=detail, skipped=True, applies=False
            )
        elif (total := self._people.report.total_count) is not None:
            self._pass("total_count", f"{total} at {locator}")
        else:
            warnings = self._people.report.warnings
            self._fail("total_count", "; ".join(one for one in warnings if "total_count" in one))

    def _pagination(self, first: Sheet, second: Sheet | None) -> None:
        report = self._people.report
        reasons = [one for one in report.reasons if one != STOPPED]
        if reasons:
            self._fail("pagination", "; ".join(reasons))
        elif second is None and report.complete:
            self._pass("pagination", f"one page holds all {report.distinct}")
        elif second is None:
            self._fail("pagination", "the end of the list is not declared")
        elif second.received == first.received:
            self._pass("pagination", "page two is empty: page one holds all")
        else:
            self._pass("pagination", self._step(first))

    def _step(self, first: Sheet) -> str:
        asked = self._opened.plan.limit
        if asked is not None and first.received < asked:
            return f"page two follows; pages come with {first.received} of {asked} asked for"
        return f"page two follows, after {first.received} on page one"

    def _attributes(self, first: Sheet) -> None:
        mapped = [item.mapped for item in first.items]
        if not mapped:
            detail = "nobody is listed, so nobody can be mapped"
            self._done["attributes"] = Check(
                "attributes", ok=False, detail=detail, skipped=True, applies=False
            )
            return
        refused = [one for one in mapped if one.user is None and not one.is_excluded]
        if refused:
            why = {
                f"{reason.attribute}: {reason.message}" for one in refused for reason in one.reasons
            }
            self._fail(
                "attributes", f"{len(refused)} of {len(mapped)} refused: {'; '.join(sorted(why))}"
            )
            return
        coverage = attribute_coverage(self._opened.definition.attributes, mapped)
        bare = [name for name, one in coverage.items() if not one.filled]
        needed = [name for name in bare if name in NEEDED_ATTRIBUTES]
        unknown = self._people.report.unknown_statuses
        if needed and len(mapped) > sum(one.is_excluded for one in mapped):
            self._fail("attributes", f"{quoted_list(needed)} filled for nobody of {len(mapped)}")
        elif unknown:
            names = quoted_list(list(unknown))
            self._fail("attributes", f"`status` does not know {names}: add them to its `map`")
        else:
            filled = f"{len(coverage) - len(bare)} of {len(coverage)} filled"
            empty = f"; filled for nobody: {quoted_list(bare)}" if bare else ""
            self._pass("attributes", f"{filled} in a sample of {len(mapped)}{empty}")


def unusable(connector: str, check: CheckName, diagnostics: tuple[Diagnostic, ...]) -> TestResult:
    """Return the result of a test that could not start: its definition or settings are wrong."""
    done: list[Check] = []
    for name in CHECKS:
        if name == check:
            detail = "; ".join(one.message for one in diagnostics)
            done.append(Check(name, ok=False, detail=detail))
        elif CHECKS.index(name) < CHECKS.index(check):
            done.append(Check(name, ok=True, detail="ok"))
        else:
            done.append(Check(name, ok=False, detail="not reached", skipped=True))
    return TestResult(connector, tuple(done))
