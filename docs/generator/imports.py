"""The page of what an import says: its JSON, its lines and their reasons, CSV, and plan files."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

import yaml

from onroll.diagnostics import Diagnostic
from onroll.errors import OnrollError
from onroll.service.import_report import NOTHING_APPLIED, Status, item_json
from onroll.service.linking import Decision
from onroll.service.report_files import report_without_run
from onroll.service.results import RESULT_COLUMNS
from onroll.sync.model import ACTIONS, OUTCOMES, Item
from onroll.sync.saved_plan import PlanHead

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

REASONS: Final = Path(__file__).resolve().parents[1] / "reference" / "reasons.yaml"

_REPORT: Final = {
    "run": "The run's id; empty when it ended before it became a run.",
    "connector": "The name of the connection, or of the connector that was run without one.",
    "target": "The name of the target.",
    "mode": "`all`, `new` or `updates`.",
    "dry_run": "Whether it was a dry run.",
    "status": "How it ended: see [status](#status).",
    "listing": "The listing's [certificate](report.md); empty when nothing was read.",
    "plan": "Action → people. See [actions](#actions).",
    "applied": "What was done → people, counted from the journal: {applied}.",
    "absent": "How many linked people the listing does not have.",
    "notes": "What a person should know beside the lines.",
    "error": "Null, or the first of `errors`.",
    "errors": "What ended or blocked it: objects with `code`, `message` and `hint`. The codes are "
    "[diagnostics](diagnostics.md).",
    "started_at": "An instant, UTC, ISO 8601.",
    "finished_at": "An instant, UTC, ISO 8601.",
    "exit_code": "The [exit code](commands.md#exit-codes).",
    "items": "Everybody's [line](#lines), in the order of the listing.",
}

_STATUSES: Final = {
    "done": "The plan was applied; some people may be in conflict, refused or failed.",
    "planned": "It was a dry run, and came to its plan.",
    "declined": "Whoever was asked said no.",
    "blocked": "A safeguard forbade the plan.",
    "incomplete": "The listing is not proven complete.",
    "failed": "An error ended it.",
    "interrupted": "Ctrl-C or a signal ended it; or it was killed, as the next run found out.",
    "running": "It is under way, or was killed, and no run came after it.",
}

_LINE: Final = {
    "id": "The source's id; null when the record has none.",
    "email": "The e-mail address as the source has it; of an absent person, as the target has it.",
    "action": "What the plan has for them: see [actions](#actions).",
    "changes": "Attribute → [old, new]. Besides ours: `state`, `manager_email`, `groups`, and "
    "`custom.NAME`.",
    "outcome": "What came of it: see [outcomes](#outcomes).",
    "reason": "Null, or a [reason](#reasons).",
    "message": "Null, or the reason as a sentence.",
    "group": "There only where an edit brought the line about: `mapping` or `filters`.",
}

_ACTIONS: Final = {
    "create": "A new user.",
    "update": "Other attributes, manager or groups.",
    "suspend": "Access ends. Other attributes may change with it.",
    "reactivate": "A suspended user is active again. Other attributes may change with it.",
    "link": "A user who is there becomes this person's. Attributes may change with it.",
    "unchanged": "Nothing differs, or another connection owns the user.",
    "skipped": "The rules say that nothing is to be done; the reason says which.",
    "conflict": "Two claims that a person must decide.",
    "refused": "The source's data cannot be used.",
}

_OUTCOMES: Final = {
    "applied": "It was written.",
    "skipped": "Nothing was written: there was nothing to write, or the user had changed since.",
    "failed": "The target said no.",
    "blocked": "It would have been written, and a safeguard forbade the plan.",
    "planned": "It would be written. After a run that ended early: it was not come to.",
}

_PLAN: Final = {
    "connector": "The connection.",
    "target": "The target.",
    "mode": "The mode it was made in.",
    "digest": "SHA-256 of definition and connection. When they are edited the plan is void.",
    "created_at": "An instant, UTC.",
    "expires_at": "24 hours later. Then the plan is void.",
    "accounts": "How many linked users are not suspended, for the safeguards.",
    "fingerprint": "SHA-256 of the source: its base URL and its open settings.",
    "absent": "Ids of linked people who are not in the listing; null when it was not of everybody.",
    "listing": "The certificate of the listing that it was made from.",
    "counts": "Action → people.",
}

_USER: Final = {
    "id": "The user's id in the target.",
    "state": "`staged`, `active` or `suspended`.",
    "groups": "Names of groups of the target.",
    "manager_email": "The manager's e-mail address, or null.",
    "links": "Objects with `connection` and `id`, the oldest first: that one owns the user.",
}

_WRITE: Final = {
    "at": "An instant, UTC.",
    "run": "The run's id.",
    "actor": "The account that ran it.",
    "connection": "The connection.",
    "id": "The source's id.",
    "operation": "`create`, `update`, `link` or `unlink`.",
    "changes": "Attribute → [old, new].",
}

_DECISION: Final = {
    "run": "The run's id; null when they were linked already.",
    "action": "`link` or `unlink`.",
    "target": "The target.",
    "user": "The user's id in the target.",
    "email": "The user's e-mail address, or null.",
    "connection": "The connection.",
    "id": "The source's id.",
    "moved_from": "The person of the same connection to whom the user was linked before, or null.",
    "owner": "The connection that owns the user now, or null.",
}

#: Of a person's line in a plan file; the others are as in the JSON of an import.
_PLAN_LINE: Final = {
    "number": "The place in the listing.",
    "user_id": "The user in the target, when there is one.",
    "is_link": "Whether the user gets linked to the person.",
    "user_state": "The state that user was in.",
    "manager": "Who shall be manager: a user of the target, or a person of the source to come.",
    "pending_manager": "Id and e-mail address of a manager who has no user yet.",
    "digest": "Of the person as listed, to know them again.",
}


def import_page() -> list[str]:
    """Return the page. Raises `ValueError` where this module knows more or less than the engine."""
    error = OnrollError(Diagnostic("none", "stands for any"))
    report = report_without_run(error, connector="", target="", mode="", is_dry_run=True)
    line = item_json(
        source_id=None, email=None, action="", changes={}, outcome="", reason=None, group=""
    )
    applied = ", ".join(f"`{one}`" for one in NOTHING_APPLIED)
    meanings = {name: text.replace("{applied}", applied) for name, text in _REPORT.items()}
    return [
        "# What an import says",
        "",
        (
            "`onroll import --json` prints one object, and `--results FILE.json` writes the same. "
            "`onroll runs ID --json` has it of a past run, with `connection`, `actor` (the account "
            "that ran it) and `reason` besides; people who are unchanged, or skipped as "
            "`inactive`, `too_early`, `not_selected` or `mode`, are counted there and have no "
            "line. `absent` and `notes` are not kept, and of what ended the run the sentences "
            "alone: the code of `error` is then the status. `onroll runs --json` is a list of such "
            "objects without their lines."
        ),
        "",
        *_table("field", meanings, [*report.as_json(), "exit_code", "items"]),
        "",
        "## Status",
        "",
        *_table("status", _STATUSES, get_args(Status)),
        "",
        (
            "A run is kept as `done` when it was declined, and as `failed` when its listing was "
            "incomplete. A dry run is not kept."
        ),
        "",
        "## Lines",
        "",
        *_table("field", _LINE, line),
        "",
        "`--results FILE.csv` has the columns "
        + ", ".join(f"`{one}`" for one in RESULT_COLUMNS)
        + ". A cell that a spreadsheet would take for a formula has an apostrophe in front.",
        "",
        "## Actions",
        "",
        (
            "Each person has one. The counts in `plan` add up to all who are listed, but for those "
            "whom `exclude` leaves out, and all who are suspended or protected for being absent."
        ),
        "",
        *_table("action", _ACTIONS, ACTIONS),
        "",
        "## Outcomes",
        "",
        *_table("outcome", _OUTCOMES, OUTCOMES),
        "",
        "## Reasons",
        "",
        (
            "A record that cannot be mapped is refused with a code of "
            "[its own](diagnostics.md#one-persons-record). Targets of other kinds may give other "
            "codes when they say no."
        ),
        *_reasons(),
        "",
        "## Plan files",
        "",
        (
            "`--plan-out FILE` writes one. Its top level has `format: 1`, and "
            "([how to approve a plan](../how-to/approve-a-plan.md)):"
        ),
        "",
        *_table("field", _PLAN, [one.name for one in fields(PlanHead)]),
        "",
        (
            "Then `items`: a line for everybody who is to be written, in that order, and for "
            "conflicts and refusals, which are not applied. A line has what a line of an import "
            "has, as far as it is not empty, and:"
        ),
        "",
        *_table(
            "field",
            {**_PLAN_LINE, "seal": "Over the line. A line that was changed is not applied."},
            [one.name for one in fields(Item) if one.name not in _LINE] + ["seal"],
        ),
        "",
        "## Users",
        "",
        (
            "`onroll users --json` prints a list of objects: our attributes, as far as the user "
            "has them, those of your own below `custom`, and:"
        ),
        "",
        *_table("field", _USER, _USER),
        "",
        "`onroll users --history USER --json` prints what was written of one, oldest first:",
        "",
        *_table("field", _WRITE, _WRITE),
        "",
        "`onroll link --json` and `onroll unlink --json` print one object:",
        "",
        *_table("field", _DECISION, [one.name for one in fields(Decision)]),
    ]


def _table(title: str, meanings: Mapping[str, str], names: Iterable[str]) -> list[str]:
    if set(meanings) != set(names):
        raise ValueError(f"docs/generator/imports.py: {set(meanings) ^ set(names)} of {title}")
    lines = [f"| {title} | meaning |", "| --- | --- |"]
    return lines + [f"| `{name}` | {meaning} |" for name, meaning in meanings.items()]


def _reasons() -> list[str]:
    groups: dict[str, dict[str, str]] = yaml.safe_load(REASONS.read_text(encoding="utf-8"))
    lines = []
    for title, group in groups.items():
        lines += ["", f"### {title}", "", "| reason | meaning |", "| --- | --- |"]
        lines += [f"| `{code}` | {meaning} |" for code, meaning in group.items()]
    return lines
