"""Tell of an import by e-mail, when its connection file asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from onroll.service.mailing import send_mail
from onroll.service.summary import compose_summary, should_send

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.definition.summary_rules import SummaryRules
    from onroll.diagnostics import Diagnostic
    from onroll.service.import_report import ImportReport

__all__ = ["tell"]

#: With more people than these the results are too large for a mail anyway.
_MOST_LINES: Final = 100_000


def tell(
    report: ImportReport, rules: SummaryRules, *, on_demand: bool = False
) -> tuple[Diagnostic, ...]:
    """Send the summary of an import that is still open, if one is due; return the warnings.

    A dry run is told of on demand only. Raises `MailError` when nobody gets the mail.
    """
    is_silent = report.status == "declined" or (report.is_dry_run and not on_demand)
    if is_silent or not should_send(rules, report.exit_code, on_demand=on_demand):
        return ()
    written = report.as_json()
    # To its reader a dry run that came to its plan is done, and one without a listing failed.
    written["status"] = {"planned": "done", "incomplete": "failed"}.get(
        report.status, report.status
    )
    written["items"] = list(_lines(report))
    return send_mail(compose_summary(written, rules), rules.smtp)


def _lines(report: ImportReport) -> Iterator[dict[str, Any]]:
    """Yield the lines that a mail has room for; of a large company only those that say something.

    Their changes are then left out: they would fill memory, and no attachment could hold them.
    """
    counts = report.as_json()["plan"]
    is_small = sum(counts.values()) <= _MOST_LINES
    for item in report.items():
        if is_small:
            yield dict(item)
        elif item["action"] != "unchanged":
            yield {**item, "changes": {}}
