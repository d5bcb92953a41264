"""The mail about an import: what it says, and what can never get into it."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest

from onroll.definition.summary_rules import Smtp, SummaryRules
from onroll.errors import MailError
from onroll.service.summary import compose_summary, should_send

RULES = SummaryRules(
    sender="onroll <onroll@example.com>",
    recipients=("it@example.com", "Ünlü HR <hr@example.com>"),
    smtp=Smtp("mail.example.com", username="mailer", password="pa55word-of-mail"),
)


def item(number: int, action: str, outcome: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"{number:04d}",
        "email": f"p{number}@example.com",
        "action": action,
        "outcome": outcome,
        "changes": {},
        "reason": None,
        **more,
    }


def a_report(**changed: Any) -> dict[str, Any]:
    return {
        "run": "r-17",
        "connector": "personio-berlin",
        "target": "directory",
        "mode": "all",
        "dry_run": False,
        "status": "done",
        "error": None,
        "listing": {"complete": True, "proof": "total", "distinct": 1204, "pages": 13},
        "plan": {"create": 3, "suspend": 1, "unchanged": 1198, "conflict": 2},
        "applied": {"created": 3, "suspended": 1, "failed": 0},
        "items": [item(1, "create", "applied")],
        "started_at": "2026-11-22T09:19:13+01:00",
        "finished_at": "2026-11-22T08:19:25Z",
        **changed,
    }


def arrived(report: dict[str, Any], rules: SummaryRules = RULES) -> EmailMessage:
    """Return the mail as a mail program reads it from the wire."""
    message = message_from_bytes(compose_summary(report, rules).as_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, form: str) -> str:
    part = message.get_body((form,))
    assert part is not None
    content: str = part.get_content()
    return content


class Words(HTMLParser):
    """The text that a reader of the HTML sees, and every tag and attribute in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self._texts: list[str] = []
        self.feed(html)

    @property
    def text(self) -> str:
        """The text with white space evened out; only a span begins within a line."""
        return " ".join("".join(self._texts).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag != "span":
            self._texts.append(" ")
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self._texts.append(data)


def texts(report: dict[str, Any], rules: SummaryRules = RULES) -> tuple[str, str]:
    """Return both forms, with white space evened out."""
    message = arrived(report, rules)
    plain = " ".join(body(message, "plain").split())
    return plain, Words(body(message, "html")).text


def test_the_subject_counts_what_was_done_and_what_needs_somebody() -> None:
    subject = arrived(a_report())["Subject"]

    assert subject == "onroll: personio-berlin → directory: 3 created, 1 suspended, 2 conflicts"


def test_the_subject_of_an_import_without_changes_says_so() -> None:
    report = a_report(plan={"unchanged": 1204}, applied={})

    assert arrived(report)["Subject"] == "onroll: personio-berlin → directory: nothing to change"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("blocked", "was blocked: too much"),
        ("declined", "was declined: too much"),
        ("failed", "failed: too much"),
        ("incomplete", "failed: too much"),
    ],
)
def test_the_subject_of_an_import_that_did_not_happen_says_why(status: str, words: str) -> None:
    error = {"code": "x", "message": "too much", "hint": "less"}

    subject = arrived(a_report(status=status, error=error))["Subject"]

    assert subject == f"onroll: personio-berlin → directory {words}"


def test_the_subject_of_a_dry_run_says_what_would_happen() -> None:
    subject = arrived(a_report(dry_run=True))["Subject"]

    assert subject == (
        "onroll: personio-berlin → directory (dry run): 3 to create, 1 to suspend, 2 conflicts"
    )


def test_both_forms_say_that_a_blocked_import_wrote_nothing() -> None:
    error = {"code": "x", "message": "too much", "hint": "allow it with `--allow-suspensions 9`"}
    blocked = item(4, "suspend", "blocked")

    for text in texts(a_report(status="blocked", error=error, items=[blocked])):
        assert "Blocked: too much" in text
        assert "Planned; nothing was written" in text
        assert "--allow-suspensions 9" in text
        assert "p4@example.com" in text


def test_every_objection_of_a_safeguard_is_told_with_its_hint() -> None:
    errors = [{"code": str(n), "message": f"objection {n}", "hint": f"mend {n}"} for n in (1, 2)]

    for text in texts(a_report(status="blocked", error=errors[0], errors=errors)):
        for words in ("objection 1", "Hint: mend 1", "objection 2", "Hint: mend 2"):
            assert words in text


def test_notes_and_the_effect_of_an_edit_are_told() -> None:
    items = [item(n, "suspend", "applied", group="filters") for n in range(3)]

    for text in texts(a_report(items=items, notes=["the target has no groups"])):
        assert "Note: the target has no groups" in text
        assert "3 suspend: after an edit of the filters" in text


def test_a_manager_who_could_not_be_set_needs_attention() -> None:
    items = [item(4, "create", "applied", reason="manager_failed")]

    for text in texts(a_report(items=items)):
        assert "p4@example.com" in text


@pytest.mark.parametrize("status", ["blocked", "incomplete", "declined", "planned"])
def test_counts_of_what_was_not_written_are_called_planned(status: str) -> None:
    for text in texts(a_report(status=status, dry_run=status == "planned")):
        assert "Planned; nothing was written" in text
        assert "created" not in text


def test_both_forms_have_times_in_utc_the_proof_and_the_command() -> None:
    for text in texts(a_report()):
        assert "Started 2026-11-22 08:19:13 UTC" in text
        assert "finished 2026-11-22 08:19:25 UTC" in text
        assert "complete: 1,204 people in 13 pages; the source's total count agrees." in text
        assert "onroll runs r-17" in text


def test_both_forms_say_why_a_listing_is_not_complete() -> None:
    listing = {"complete": False, "distinct": 800, "pages": 8, "reasons": ["page 9 was 503"]}

    for text in texts(a_report(listing=listing)):
        assert "not complete: 800 people in 8 pages were read." in text
        assert "page 9 was 503" in text


def test_reasons_are_counted_by_group() -> None:
    items = [item(n, "conflict", "skipped", reason="email_in_use") for n in range(30)]
    items += [item(99, "create", "failed", reason="not_unique")]

    for text in texts(a_report(items=items)):
        assert "30 conflict: email in use" in text
        assert "1 failed: not unique" in text


def test_the_first_twenty_who_need_attention_are_named_with_failures_first() -> None:
    items = [item(n, "refused", "skipped", reason="missing_attribute") for n in range(100, 130)]
    items.append(item(7, "update", "failed", reason="invalid_value", message="the target says no"))

    for text in texts(a_report(items=items)):
        assert "(20 of 31)" in text
        assert re.findall(r"p(\d+)@", text) == ["7", *(str(n) for n in range(100, 119))]
        assert "failed: the target says no" in text


@pytest.mark.parametrize("outcome", ["planned", "skipped", "failed", "blocked"])
def test_a_conflict_is_a_conflict_whatever_its_outcome(outcome: str) -> None:
    for text in texts(a_report(items=[item(5, "conflict", outcome, reason="ambiguous")])):
        assert "conflict: ambiguous" in text
        assert "p5@example.com" in text


def test_who_is_unchanged_or_done_is_not_named() -> None:
    items = [item(1, "create", "applied"), item(2, "unchanged", "skipped")]

    for text in texts(a_report(items=items)):
        assert "@example.com" not in text


def test_a_run_that_failed_before_anything_was_read_has_a_mail_too() -> None:
    report = {
        "connector": "personio-berlin",
        "target": "directory",
        "status": "failed",
        "error": {"code": "x", "message": "the source cannot be reached", "hint": None},
    }

    for text in texts(report):
        assert "Failed: the source cannot be reached" in text
        assert "None" not in text


@pytest.mark.parametrize(
    "bad",
    [
        "x\r\nBcc: thief@example.com",
        "x\nBcc: thief@example.com",
        "x\rBcc: thief@example.com",
        "x\u2028Bcc: thief@example.com",
        "x\x0bBcc: thief@example.com",
        "x\x00\ud800",
    ],
)
@pytest.mark.parametrize("key", ["connector", "target", "run", "error"])
def test_no_text_of_a_report_becomes_a_header(key: str, bad: str) -> None:
    report = a_report(status="failed", error={"code": "x", "message": "y", "hint": None})
    report[key] = {"code": "x", "message": bad, "hint": bad} if key == "error" else bad

    message = arrived(report)

    assert message["Bcc"] is None
    assert sorted(message.keys()) == [
        "Auto-Submitted",
        "Content-Type",
        "From",
        "MIME-Version",
        "Subject",
        "To",
    ]


@pytest.mark.parametrize("key", ["id", "email", "reason", "message", "action"])
def test_markup_in_a_person_is_shown_as_text(key: str) -> None:
    markup = "<img src=https://evil.example/x onerror=alert(1)>&amp;\"'"
    person = item(1, "conflict", "skipped", reason="ambiguous")
    person[key] = markup

    words = Words(body(arrived(a_report(items=[person])), "html"))

    assert "img" not in words.tags
    assert not any(name.startswith("on") for name, _ in words.attributes)


def test_an_escaped_text_reads_as_it_was_written() -> None:
    person = item(1, "refused", "skipped", message="a <b> & \"c\" 'd'")

    words = Words(body(arrived(a_report(items=[person])), "html"))

    assert "a <b> & \"c\" 'd'" in words.text


def test_the_html_loads_nothing_from_anywhere() -> None:
    html = body(arrived(a_report(items=[item(1, "conflict", "skipped")])), "html")

    assert not re.search(r"(?i)https?:|url\(|@import|\bsrc\s*=|<(script|link|img|iframe)\b", html)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", " https://x"])
def test_a_link_that_is_no_web_address_is_text_only(link: str) -> None:
    rules = SummaryRules("a@example.com", ("b@example.com",), Smtp("h"), link=link)

    words = Words(body(arrived(a_report(), rules), "html"))

    assert "a" not in words.tags


def test_the_link_names_the_run_safely() -> None:
    rules = SummaryRules("a@example.com", ("b@example.com",), Smtp("h"), link="https://x/{run}?y")

    for text in texts(a_report(run="r/1 ?2"), rules):
        assert "https://x/r%2F1%20%3F2?y" in text


def test_the_results_are_attached_as_csv() -> None:
    items = [item(1, "create", "applied", changes={"first_name": [None, "Bjørg"]})]

    (attachment,) = arrived(a_report(items=items)).iter_attachments()

    assert attachment.get_content_type() == "text/csv"
    assert attachment.get_filename() == "onroll-personio-berlin-r-17.csv"
    assert "first_name: (none) → Bjørg" in attachment.get_content()


def test_without_attach_nobody_who_went_well_is_in_the_mail() -> None:
    rules = SummaryRules("a@example.com", ("b@example.com",), Smtp("h"), attach=False)

    message = arrived(a_report(), rules)

    assert not list(message.iter_attachments())
    assert b"p1@example.com" not in message.as_bytes()


def test_large_results_leave_out_who_is_unchanged() -> None:
    items = [item(n, "unchanged", "skipped", message="x" * 1000) for n in range(6000)]
    items.append(item(6001, "create", "applied"))

    message = arrived(a_report(items=items))

    (attachment,) = message.iter_attachments()
    assert attachment.get_content().count("\n") == 2
    assert "everybody who is not unchanged" in body(message, "plain")


def test_results_that_no_server_would_take_are_not_attached() -> None:
    items = [item(n, "update", "applied", message="x" * 1000) for n in range(6000)]

    message = arrived(a_report(items=items))

    assert not list(message.iter_attachments())
    assert "too large to be attached" in body(message, "plain")


def test_no_password_is_in_the_mail() -> None:
    person = item(1, "create", "failed", reason="not_unique", password="pa55word-of-person")
    report = a_report(items=[person], password="pa55word-of-report", settings={"p": "pa55word"})
    message = arrived(report)

    parts = [part.get_content() for part in message.walk() if not part.is_multipart()]
    assert len(parts) == 3
    assert not any("pa55word" in part for part in parts)


def test_names_beyond_ascii_are_kept() -> None:
    message = arrived(a_report(connector="größe-東京"))

    assert message["Subject"].startswith("onroll: größe-東京 → directory")
    assert message["To"].addresses[1].display_name == "Ünlü HR"
    assert "größe-東京" in body(message, "plain")


@pytest.mark.parametrize(
    "address", ["nobody", "", "a b@example.com", "x@example.com\r\nBcc: y@example.com", "@", "<>"]
)
def test_an_address_that_is_none_is_explained(address: str) -> None:
    rules = SummaryRules("a@example.com", (address,), Smtp("h"))

    with pytest.raises(MailError) as caught:
        compose_summary(a_report(), rules)

    assert caught.value.diagnostic.code == "wrong-mail-address"


@pytest.mark.parametrize("length", range(0, 76, 5))
def test_a_command_is_not_broken_over_two_lines(length: int) -> None:
    hint = ("a b c d e " * 8)[:length] + "`onroll import x --allow-suspensions 9`"
    report = a_report(status="blocked", error={"code": "x", "message": "y", "hint": hint})

    plain = body(arrived(report), "plain")

    assert "`onroll import x --allow-suspensions 9`" in plain
    assert max(map(len, plain.splitlines())) <= 80


@pytest.mark.parametrize(
    ("send", "exit_code", "expected"),
    [
        ("never", 0, False),
        ("never", 6, False),
        ("on_failure", 0, False),
        ("on_failure", 1, True),
        ("on_failure", 4, True),
        ("always", 0, True),
    ],
)
def test_a_summary_is_sent_when_the_rules_say_so(send: Any, exit_code: int, expected: bool) -> None:
    rules = SummaryRules("a@example.com", ("b@example.com",), Smtp("h"), send=send)

    assert should_send(rules, exit_code) is expected


def test_a_summary_that_is_asked_for_is_sent_in_any_case() -> None:
    rules = SummaryRules("a@example.com", ("b@example.com",), Smtp("h"), send="never")

    assert should_send(rules, 0, on_demand=True)
