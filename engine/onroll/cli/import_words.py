"""An import in words: its plan before, its results after. Counts first, then groups, then people.

Lines fit the width that they are given, hold no control characters, and need no color.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from onroll.cli.lines import cleaned

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from onroll.service.import_report import ImportReport, Planned
    from onroll.sync.model import Item

__all__ = ["change_lines", "plan_lines", "result_lines", "tile_lines"]

#: Who is looked at first.
_ORDER: Final = (
    "failed",
    "conflict",
    "refused",
    "suspend",
    "reactivate",
    "create",
    "link",
    "update",
    "skipped",
    "unchanged",
)
_TITLES: Final = {
    "failed": "failed",
    "conflict": "conflict",
    "refused": "refused",
    "suspend": "suspend",
    "reactivate": "reactivate",
    "create": "create",
    "link": "link to a user who is there",
    "update": "update",
    "skipped": "skipped",
    "unchanged": "unchanged",
}
_REASONS: Final = {
    "absent": "absent from the listing",
    "ambiguous": "several users fit",
    "claimed_elsewhere": "another connection's user has the e-mail address",
    "email_differs": "the number fits a user with another e-mail address",
    "email_in_use": "somebody else has the e-mail address",
    "email_of_suspended": "a suspended user has the e-mail address",
    "email_wanted_twice": "several people want the e-mail address",
    "inactive": "not active, and nobody inactive is created",
    "manager_pending": "the manager has no user yet",
    "mode": "outside of `--mode`",
    "missing_attribute": "something that is needed is missing",
    "no_reactivation": "active again, and reactivation is not allowed",
    "not_owner": "another connection owns the user",
    "not_selected": "not among `--select`",
    "number_in_use": "somebody else has the employee number",
    "protected": "protected from suspension",
    "quarantined": "the target refused them before; tried again later",
    "stale": "changed in the target since the plan was made",
    "too_early": "their first day is too far ahead",
    "unknown_status": "the status is not known",
    "username_in_use": "somebody else has the username",
    "username_wanted_twice": "several people want the username",
    "was_unlinked": "unlinked by hand before",
}
_EDITS: Final = {
    "filters": "an effect of edited filters",
    "mapping": "an effect of an edited mapping",
}
#: There is nothing to say of each of these: their number is enough.
_ONLY_COUNTED: Final = frozenset({"inactive", "mode", "not_selected", "too_early"})
#: Of a new user these are shown; all the rest is new too.
_SHOWN_OF_NEW: Final = ("username", "department", "job_title", "manager_email", "groups")

_SHOWN_VALUE: Final = 40


@dataclass(slots=True)
class _Group:
    """People who share action, reason and the edit that they are an effect of."""

    action: str
    edit: str | None
    reason: str | None
    count: int = 0
    first: list[Item] = field(default_factory=list)

    @property
    def title(self) -> str:
        parts = [_TITLES[self.action]]
        parts += [_EDITS.get(self.edit, self.edit)] if self.edit else []
        parts += [_reason(self.reason)] if self.reason else []
        return ": ".join(parts[:2]) + "".join(f", {part}" for part in parts[2:])

    def has(self, item: Item) -> bool:
        return (item.action, item.group, item.reason) == (self.action, self.edit, self.reason)


def plan_lines(
    planned: Planned, *, title: str, width: int, limit: int | None = 20
) -> Iterator[str]:
    """Yield a plan's lines: all, or the first `limit` people of each group."""
    yield title
    yield ""
    yield from tile_lines(planned.head.counts, width)
    groups = _grouped(planned.lines(), limit)
    if not planned.has_writes and not planned.objections and planned.is_complete:
        yield ""
        yield "There is nothing to write."
    if groups:
        yield ""
        yield from _group_table(groups, width)
    for group in groups:
        if group.reason in _ONLY_COUNTED or group.action == "unchanged":
            continue
        yield ""
        yield f"{_capital(group.title)} ({group.count:,})"
        shown: Iterable[Item] = group.first
        if limit is None:
            shown = (one for one in planned.lines() if group.has(one))
        for item in shown:
            yield from _item_lines(item, width)
        if limit is not None and group.count > limit:
            yield f"  and {group.count - limit:,} more (`--plan-out FILE` has all who are written)"


def tile_lines(counts: Mapping[str, int], width: int) -> Iterator[str]:
    """Yield counts by name, as many beside each other as fit."""
    text = " · ".join(f"{name}\N{NO-BREAK SPACE}{count:,}" for name, count in counts.items())
    for line in _wrapped(text, width, "  "):
        yield line.replace("\N{NO-BREAK SPACE}", " ")


def _grouped(items: Iterable[Item], limit: int | None) -> list[_Group]:
    found: dict[tuple[str, str | None, str | None], _Group] = {}
    for item in items:
        key = (item.action, item.group, item.reason)
        group = found.get(key)
        if group is None:
            group = found[key] = _Group(*key)
        group.count += 1
        if limit is not None and group.count <= limit:
            group.first.append(item)
    return sorted(
        found.values(),
        key=lambda one: (_ORDER.index(one.action), one.edit or "", one.reason or ""),
    )


def _group_table(groups: list[_Group], width: int) -> Iterator[str]:
    names = max(min(len(group.title), width - 14) for group in groups)
    for group in groups:
        yield f"  {cleaned(group.title, names):<{names}}  {group.count:>9,}"


def _item_lines(item: Item, width: int) -> Iterator[str]:
    yield f"  {_person(item.email, item.id, _full_name(item.changes), width - 2)}"
    changes: Iterable[tuple[str, Any]] = item.changes.items()
    if item.action == "create":
        is_staged = item.changes.get("state", (None, None))[1] == "staged"
        shown = [name for name in _SHOWN_OF_NEW if name in item.changes]
        parts = ["staged"] if is_staged else []
        parts += [f"{name} {_value(item.changes[name][1])}" for name in shown]
        yield from _wrapped("; ".join(parts), width, "      ")
    else:
        yield from change_lines(dict(changes), width)
    if item.message:
        yield from _wrapped(cleaned(item.message, 400), width, "      ")


def change_lines(changes: Mapping[str, Any], width: int) -> Iterator[str]:
    """Yield what changes: `department: Sales → Marketing`."""
    parts = [
        f"{cleaned(name, _SHOWN_VALUE)}: {_value(old)} → {_value(new)}"
        for name, (old, new) in changes.items()
    ]
    yield from _wrapped("; ".join(parts), width, "      ")


def result_lines(report: ImportReport, *, width: int, limit: int = 20) -> Iterator[str]:
    """Yield what came of an import: counts, and who needs attention."""
    yield f"Run {report.run}: {report.connector} → {report.target}"
    yield ""
    yield from tile_lines(_results(report), width)
    groups: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    for item in report.items() if _has_troubles(report) else ():
        title = _trouble(item)
        if title is None:
            continue
        counts[title] = counts.get(title, 0) + 1
        lines = groups.setdefault(title, [])
        if counts[title] <= limit:
            lines.append(f"  {_person(item['email'], item['id'], None, width - 2)}")
            why = item["message"] or (_reason(item["reason"]) if item["reason"] else "")
            lines += _wrapped(cleaned(why, 400), width, "      ")
    for title, lines in groups.items():
        yield ""
        yield f"{_capital(title)} ({counts[title]:,})"
        yield from lines
        if counts[title] > limit:
            yield f"  and {counts[title] - limit:,} more (`onroll runs {report.run} --csv` has all)"


def _results(report: ImportReport) -> dict[str, int]:
    counts, applied = report.counts, report.applied
    tiles = {name: applied[name] for name in ("created", "updated", "suspended", "reactivated")}
    tiles |= {"linked": applied["linked"], "unchanged": counts.unchanged}
    tiles |= {"conflicts": counts.conflict, "refused": counts.refused}
    return tiles | {"skipped": applied["skipped"], "failed": applied["failed"]}


def _has_troubles(report: ImportReport) -> bool:
    is_stale = report.applied["skipped"] > report.counts.skipped
    return bool(report.exit_code) or is_stale or bool(report.counts.skipped)


def _trouble(item: Mapping[str, Any]) -> str | None:
    if item["outcome"] == "failed":
        return "failed: the target said no"
    if item["action"] in ("conflict", "refused"):
        return _TITLES[item["action"]]
    if item["reason"] in ("stale", "quarantined"):
        return f"skipped: {_REASONS[item['reason']]}"
    if item["reason"] in ("manager_failed", "groups_failed"):
        return "done, but not all of it"
    return None


def _person(email: str | None, source_id: str | None, name: str | None, width: int) -> str:
    end = f" ({cleaned(source_id, 20)})" if source_id is not None else ""
    head = cleaned(email or "(no e-mail)", max(20, width - len(end)))
    full = f"{head}{end}"
    return (
        f"{full} {cleaned(name, width - len(full) - 1)}" if name and width - len(full) > 8 else full
    )


def _full_name(changes: Mapping[str, Any]) -> str | None:
    if changes.get("first_name", (0, 0))[0] is not None:
        return None  # no new user's
    names = [changes[key][1] for key in ("first_name", "last_name") if key in changes]
    return " ".join(str(name) for name in names if name) or None


def _value(value: Any) -> str:
    if value is None or value == []:
        return "(none)"
    if isinstance(value, list):
        value = ", ".join(str(one) for one in value)
    return cleaned(value, _SHOWN_VALUE)


def _reason(code: str) -> str:
    return _REASONS.get(code) or re.sub(r"[_-]+", " ", cleaned(code, 60))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )
