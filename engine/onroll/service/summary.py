"""The summary of an import as an e-mail. Pure: `mailing` sends it."""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any, Final

from onroll.diagnostics import Diagnostic
from onroll.errors import MailError
from onroll.service.results import results_csv
from onroll.service.summary_facts import read_facts, single_line
from onroll.service.summary_html import as_html
from onroll.service.summary_text import as_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.definition.summary_rules import SummaryRules

__all__ = ["compose_summary", "should_send"]

#: Many mail servers refuse more than 10 MiB, and an attachment grows by a third on its way.
_LONGEST_ATTACHMENT_BYTES: Final = 5 * 2**20


def should_send(rules: SummaryRules, exit_code: int, *, on_demand: bool = False) -> bool:
    """Say whether an import that ended with this exit code gets a summary."""
    if on_demand or rules.send == "always":
        return True
    return rules.send == "on_failure" and exit_code != 0


def compose_summary(report: Mapping[str, Any], rules: SummaryRules) -> EmailMessage:
    """Write the mail about an import: text and HTML, and its results as CSV.

    `report` is what `onroll import --json` prints; its `items` are a list. Nothing else of it than
    what the interface names gets into the mail. Raises `MailError` for an address that is
    none.
    """
    facts = read_facts(report, rules.link)
    attachment, results = _attachment(report) if rules.attach else (None, None)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = facts.subject
    message["From"] = _address(rules.sender)
    message["To"] = tuple(_address(recipient) for recipient in rules.recipients)
    # So that no absence notice answers it (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    # Not 8bit, which a server need not take.
    message.set_content(as_text(facts, results), cte="quoted-printable")
    message.add_alternative(as_html(facts, results), subtype="html", cte="quoted-printable")
    if attachment is not None:
        message.add_attachment(
            attachment,
            maintype="text",
            subtype="csv",
            params={"charset": "utf-8"},
            filename=_file_name(report),
        )
    return message


def _attachment(report: Mapping[str, Any]) -> tuple[bytes | None, str | None]:
    """Return the results as CSV, and the sentence about them; whoever changed comes first."""
    items = report.get("items") or ()
    changed = [item for item in items if item.get("action") != "unchanged"]
    for chosen, sentence in (
        (items, "All lines are attached as CSV."),
        (changed, "The lines of everybody who is not unchanged are attached as CSV."),
    ):
        if not chosen:
            return None, None
        # The mark tells spreadsheets that it is UTF-8.
        content = results_csv(chosen).encode("utf-8-sig")
        if len(content) <= _LONGEST_ATTACHMENT_BYTES:
            return content, sentence
    return None, "The results are too large to be attached."


def _file_name(report: Mapping[str, Any]) -> str:
    source = report.get("connection") or report.get("connector")
    words = ("onroll", source, report.get("run"))
    return "-".join(re.sub(r"[^A-Za-z0-9]+", "-", str(word)) for word in words if word) + ".csv"


def _address(written: str) -> Address:
    """Read `name@host` or `Name <name@host>`."""
    name, specification = parseaddr(written)
    try:
        if "@" not in specification or single_line(written) != written.strip():
            raise ValueError  # noqa: TRY301 one message for what we and the library refuse
        return Address(single_line(name), addr_spec=specification)
    except (ValueError, IndexError) as error:  # IndexError: the library's parser on odd text
        raise MailError(
            Diagnostic(
                "wrong-mail-address",
                f"`{single_line(written)}` in `summary` is no e-mail address",
                expected="`name@example.com` or `Name <name@example.com>`",
            )
        ) from error
