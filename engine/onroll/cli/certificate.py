"""The listing's certificate in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onroll.cli.lines import count_of
from onroll.model import NO_STATUS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.model import ListingReport

__all__ = ["certificate_lines"]

_PROOFS = {
    "total": "the total count agrees",
    "end_marker": "the source declared the end",
    "empty_page": "an empty page followed",
    "single_page": "the definition says that one page is all",
}


def certificate_lines(report: ListingReport, *, names_refused: bool = True) -> Iterator[str]:
    """Yield the sentences: complete or not, what it took, and who was refused."""
    if report.complete:
        assert report.proof is not None
        partial = " (of a filtered list)" if report.partial else ""
        if report.updated_since is not None:
            partial = f" (who changed since {report.updated_since})"
        people = count_of(report.distinct, "person", "people")
        yield f"complete: {people}{partial}; {_PROOFS[report.proof]}"
    else:
        yield f"INCOMPLETE: {count_of(report.distinct, 'person', 'people')} read"
        reasons = report.reasons or ("the end of the list was not declared",)
        yield from (f"  because {reason}" for reason in reasons)
    yield (
        f"  {count_of(report.pages, 'page')}, {count_of(report.requests, 'request')}, "
        f"{report.retries:,} tried again, {report.seconds:.1f} s"
    )
    if report.excluded:
        yield f"  {report.excluded:,} left out by `exclude`"
    if report.refused and names_refused:
        yield f"  {report.refused:,} refused:"
        for one in report.refusals[:5]:
            why = "; ".join(f"{reason.attribute}: {reason.message}" for reason in one.reasons)
            yield f"    record {one.record} (id {one.id or 'missing'}): {why}"
        if report.refused > 5:
            yield f"    and {report.refused - 5:,} more (--report FILE has up to 100)"
    for status, count in report.unknown_statuses.items():
        people = count_of(count, "person", "people")
        if status == NO_STATUS:
            yield f"  {people} without a status: none is taken for active"
        else:
            yield f"  {people} with the unknown status {status!r}: add it to the `map` of `status`"
    yield from (f"  note: {warning}" for warning in report.warnings)
