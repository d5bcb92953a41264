"""What the first two pages of a list say of its total count and its paging. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from onroll.diagnostics import quoted_list
from onroll.fetch.listing import STOPPED
from onroll.service.verdicts import Verdict, failed, not_applicable, passed

if TYPE_CHECKING:
    from onroll.definition.connector import ListDefinition
    from onroll.model import ListingReport
    from onroll.service.reading import Sheet

__all__ = [
    "Reading",
    "how_page_two_is_asked",
    "judge_pagination",
    "judge_records",
    "judge_total_count",
]


@dataclass(frozen=True, slots=True)
class Reading:
    """Page one and, where there is one, page two; each with the certificate as it stood then.

    `limit` is how many people were asked for.
    """

    listing: ListDefinition
    limit: int | None
    first: Sheet
    after_first: ListingReport
    second: Sheet | None = None
    after_second: ListingReport | None = None

    @property
    def report(self) -> ListingReport:
        """The certificate as it stood last."""
        return self.after_second or self.after_first

    @property
    def on_page_two(self) -> int:
        """How many records page two has."""
        return self.second.received - self.first.received if self.second is not None else 0

    @property
    def repeated(self) -> int:
        """How many people of page two stood on page one."""
        return self.report.duplicates - self.after_first.duplicates

    @property
    def about_total(self) -> list[str]:
        """Reasons that are the total count's own, and no sign that people are missing."""
        total, distinct = self.report.total_count, self.report.distinct
        if not self.on_page_two and (total is None or total >= distinct):
            return []  # the list may just need other paging
        return [one for one in self.report.reasons if one.startswith("total_count")]

    @property
    def style(self) -> str:
        """The style of pagination."""
        return str(self.listing.pagination["style"])


def judge_records(report: ListingReport) -> Verdict:
    """Judge the records of page one by the certificate as it stands then."""
    if not report.received:
        return passed("an empty list")
    nameless = report.received - report.distinct - report.duplicates
    if nameless:
        return failed(
            f"{report.received} on page one, {nameless} of them without an id",
            "check `attributes.id`, and whether `resource_location` is the list of people",
        )
    return passed(f"{report.received} on page one")


# ---- the total count -------------------------------------------------------------------------

_WITHOUT_ID: Final = "without an id"
_NAME_IT: Final = (
    "name where the API counts the whole list (`total_count: meta.total`, or "
    "`total_count: {header: X-Total-Count}`), or leave `total_count` out"
)


def judge_total_count(reading: Reading) -> Verdict:
    """Judge the total count by itself and by page one."""
    locator = reading.listing.total_count
    total, received = reading.report.total_count, reading.first.received
    if locator is None:
        return not_applicable("the definition names none")
    if total is None:
        said = [one for one in reading.report.warnings if one.startswith("total_count: ")]
        return failed("; ".join(said).removeprefix("total_count: "), _NAME_IT)
    if total < received:
        return failed(
            f"{total} at {locator}, but page one alone has {received} people",
            f"something else is counted there: {_NAME_IT}",
        )
    if reading.about_total:
        why = "; ".join(one.removeprefix("total_count ") for one in reading.about_total)
        return failed(f"at {locator}: {why}", _NAME_IT)
    if total == received and reading.report.distinct > total:
        return failed(
            f"{total} at {locator} is the length of page one, and page two has people too",
            _NAME_IT,
        )
    return passed(f"{total} at {locator}")


# ---- pagination ------------------------------------------------------------------------------


def judge_pagination(reading: Reading) -> Verdict:
    """Judge by page two whether the list goes on as the definition says."""
    if reading.on_page_two and reading.repeated == reading.on_page_two:
        return failed("page two has the people of page one again", _why_repeated(reading))
    report = reading.report
    total, second = report.total_count, reading.second
    is_short = total is not None and total > report.distinct
    if second is not None and not reading.on_page_two and is_short:
        return failed(
            f"page two is empty, but the total count says {total} and page one has "
            f"{reading.first.received}",
            _why_short(reading),
        )
    if second is not None and reading.repeated and reading.listing.duplicates == "refuse":
        return failed(
            f"page two has {reading.repeated} of its {reading.on_page_two} people from page one",
            _why_overlapping(reading),
        )
    known = {STOPPED, *reading.about_total}
    # Those without an id are the business of another check.
    reasons = [one for one in report.reasons if one not in known and _WITHOUT_ID not in one]
    if reasons:
        return failed("; ".join(reasons), _how_to_go_on(reading) if second is None else None)
    return _goes_on(reading)


def _goes_on(reading: Reading) -> Verdict:
    second, report = reading.second, reading.report
    if second is None and report.complete:
        return passed(f"one page holds all {report.distinct}")
    if second is None:
        return failed("the end of the list is not declared", _how_to_go_on(reading))
    if not reading.on_page_two:
        return passed("page two is empty: page one holds all")
    return passed(_step(reading))


def _step(reading: Reading) -> str:
    asked, received = reading.limit, reading.first.received
    if asked is None or received == asked:
        return f"page two follows, after {received} on page one"
    if received < asked:
        return f"page two follows; pages come with {received} of {asked} asked for"
    name = reading.listing.pagination.get("limit_name", "the limit")
    return (
        f"page two follows; pages come with {received} people, though `{name}` asks for {asked}: "
        "the API does not heed it"
    )


def how_page_two_is_asked(listing: ListDefinition) -> str:
    """Say which key of the definition makes the difference between page one and two."""
    key = _steering(listing)
    if key is None:
        return "compare `pagination` with the vendor's documentation"
    return (
        f"page two is asked for by `{listing.pagination[key]}`: compare `pagination.{key}` and its "
        "values with the vendor's documentation"
    )


def _steering(listing: ListDefinition) -> str | None:
    """Return the key that names the parameter by which pages differ, as `offset_name`."""
    keys = [one for one in listing.pagination if one.endswith("_name")]
    return next((one for one in keys if one != "limit_name"), None)


def _why_repeated(reading: Reading) -> str:
    config, key = reading.listing.pagination, _steering(reading.listing)
    if reading.style == "page" and config.get("start") == 0:
        return "pages 0 and 1 are the same: the API counts from 1 (`pagination.start: 1`)"
    if reading.style == "next_link":
        return "the next link leads to the same page: check `pagination.next` and `resend_params`"
    if key is None:
        return how_page_two_is_asked(reading.listing)
    wanted = f"the API does not heed `{config[key]}`: check `pagination.{key}`"
    where = f", and where the API looks for it (`send_in`, now {reading.listing.send_in})"
    locator = {
        "cursor": "; the cursor may be that of this page, not of the next",
        "last_id": "; the list must be sorted by that id",
    }.get(reading.style, "")
    return f"{wanted}{where}{locator}"


def _why_short(reading: Reading) -> str:
    config = reading.listing.pagination
    other = (
        "the total may count people that the list leaves out, such as former ones "
        "(`params`, `parts`)"
    )
    if reading.style == "offset":
        name = config.get("offset_name")
        return f"`{name}` may count pages, not people (`style: page`); or {other}"
    if reading.style == "page":
        start = 0 if config.get("start", 1) else 1
        return f"the API may count pages from {start} (`pagination.start: {start}`); or {other}"
    return f"check `pagination`; or {other}"


def _why_overlapping(reading: Reading) -> str:
    sort = "a list without a fixed order overlaps as well: ask for one, as by `params: {sort: id}`"
    if reading.style == "offset":
        start = reading.listing.pagination.get("start", 0)
        other = 1 if start == 0 else 0
        return f"the first offset may be {other} (`pagination.start: {other}`); {sort}"
    return sort


def _how_to_go_on(reading: Reading) -> str:
    """Say which key tells that there is a next page, where a list ends too early."""
    config = reading.listing.pagination
    found = [one for one in ("cursor", "next", "total_pages") if one in config]
    if reading.style == "none":
        return "name the style by which the API pages (`pagination: {style: offset, …}`)"
    keys = quoted_list([f"pagination.{one}" for one in found] or ["pagination"])
    return f"check {keys}, and `pagination.more` if there is one"
