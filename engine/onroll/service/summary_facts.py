"""What a summary of an import says, read from the object that `onroll import --json` prints.

It may have any of its parts missing: a run that failed early has no plan, and no listing perhaps.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["AttentionItem", "Group", "Mood", "SummaryFacts", "read_facts", "single_line"]

#: How a reader should feel: nothing to do, people to look at, or an import that did not happen.
Mood: TypeAlias = Literal["good", "attention", "bad"]

_SHOWN_PEOPLE: Final = 20
_SHOWN_GROUPS: Final = 15
_SHOWN_REASONS: Final = 5
_LONGEST_HEADLINE: Final = 120

#: Key of `plan`, key of `applied`, and the words for it: done, and in a dry run.
_WRITES: Final = (
    ("create", "created", "to create"),
    ("update", "updated", "to update"),
    ("suspend", "suspended", "to suspend"),
    ("reactivate", "reactivated", "to reactivate"),
    ("link", "linked", "to link"),
)
_NOT_ALWAYS_SHOWN: Final = frozenset({"linked", "to link"})
#: Who is looked at first.
_URGENCY: Final = ("failed", "conflict", "refused", "to suspend", "skipped", "unchanged")
_REASONS_TO_LOOK: Final = frozenset(
    {"groups_failed", "manager_failed", "quarantined", "stale", "unknown_status"}
)
#: How an import ended that did not do what it should; an incomplete listing is in its message.
_VERBS: Final = {"blocked": "was blocked", "declined": "was declined"}
#: What a plan has been written in, as far as it came.
_WRITTEN: Final = frozenset({"done", "failed"})
_PROOFS: Final = {
    "total": "the source's total count agrees",
    "end_marker": "the source marked the end",
    "empty_page": "an empty page came after the last person",
    "single_page": "the source answers in one page",
}


@dataclass(frozen=True, slots=True)
class Group:
    """How many people share an action and a reason."""

    action: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class AttentionItem:
    """A person whom somebody should look at."""

    id: str
    email: str
    action: str
    reason: str


@dataclass(frozen=True, slots=True)
class SummaryFacts:
    """Everything that both forms of the mail show; each text is one line.

    `errors` come with their hints, `tiles` are words and counts. `certificate` says whether the
    listing is complete, and `objections` why it is not. Instants are UTC, as text.
    """

    title: str
    headline: str
    mood: Mood
    errors: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    tiles: tuple[tuple[str, int], ...]
    are_planned: bool
    certificate: str
    objections: tuple[str, ...]
    started_at: str | None
    finished_at: str | None
    run: str | None
    groups: tuple[Group, ...]
    more_groups: int
    people: tuple[AttentionItem, ...]
    people_count: int
    link: str | None
    command: str | None

    @property
    def verdict(self) -> str:
        """The headline as it stands by itself."""
        text = self.headline.removeprefix("was ")
        return text[0].upper() + text[1:]

    @property
    def subject(self) -> str:
        """The subject of the mail."""
        joint = " " if self.headline.startswith(("was ", "failed")) else ": "
        return f"onroll: {self.title}{joint}{self.headline}"


def read_facts(report: Mapping[str, Any], link: str | None = None) -> SummaryFacts:
    """Read a report. `{run}` in the link stands for the run's id."""
    is_written = _status(report) in _WRITTEN and not report.get("dry_run")
    tiles = tuple(_tiles(report, is_written=is_written))
    certificate, objections = _certificate(report.get("listing"))
    groups = _groups(report.get("items") or ())
    people = _people(report.get("items") or ())
    run = single_line(report.get("run")) or None
    mood = _mood(report, tiles, people)
    has_counts = mood != "bad" or any(count for _, count in tiles)
    return SummaryFacts(
        title=_title(report),
        headline=_headline(report, tiles),
        mood=mood,
        errors=tuple(_errors(report)),
        notes=tuple(single_line(note) for note in report.get("notes") or ()),
        tiles=tiles if has_counts else (),
        are_planned=not is_written,
        certificate=certificate,
        objections=objections,
        started_at=_instant(report.get("started_at")),
        finished_at=_instant(report.get("finished_at")),
        run=run,
        groups=groups[:_SHOWN_GROUPS],
        more_groups=max(0, len(groups) - _SHOWN_GROUPS),
        people=tuple(people[:_SHOWN_PEOPLE]),
        people_count=len(people),
        link=link.replace("{run}", quote(run or "", safe="")) if link else None,
        command=f"onroll runs {run}" if run else None,
    )


def single_line(value: object) -> str:
    """Write a value in one line: nothing in it breaks a line, a header or a terminal."""
    text = "" if value is None else str(value).encode("utf-8", "replace").decode("utf-8")
    # A zero-width joiner holds letters together in some scripts.
    spaced = (
        letter if letter.isprintable() or letter in "\u200c\u200d" else " " for letter in text
    )
    return " ".join("".join(spaced).split())


def _status(report: Mapping[str, Any]) -> str:
    return str(report.get("status") or ("failed" if report.get("error") else "done"))


def _title(report: Mapping[str, Any]) -> str:
    source = report.get("connection") or report.get("connector")
    title = f"{single_line(source)} → {single_line(report.get('target'))}"
    return f"{title} (dry run)" if report.get("dry_run") else title


def _is_over_well(report: Mapping[str, Any]) -> bool:
    return _status(report) in {"done", "planned"}


def _headline(report: Mapping[str, Any], tiles: Sequence[tuple[str, int]]) -> str:
    if not _is_over_well(report):
        verb = _VERBS.get(_status(report), "failed")
        message = single_line((report.get("error") or {}).get("message"))
        return f"{verb}: {_shortened(message)}" if message else verb
    parts = [
        f"{count:,} {word[:-1] if word == 'conflicts' and count == 1 else word}"
        for word, count in tiles
        if count and word not in {"unchanged", "skipped"}
    ]
    return ", ".join(parts) or "nothing to change"


def _errors(report: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    first = report.get("error")
    for error in report.get("errors") or ([first] if first else []):
        yield single_line(error.get("message")), single_line(error.get("hint"))


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_HEADLINE else text[: _LONGEST_HEADLINE - 1] + "…"


def _mood(
    report: Mapping[str, Any],
    tiles: Sequence[tuple[str, int]],
    people: Sequence[AttentionItem],
) -> Mood:
    if not _is_over_well(report):
        return "bad"
    counts = dict(tiles)
    needs_somebody = any(counts.get(word) for word in ("conflicts", "refused", "failed"))
    is_whole = (report.get("listing") or {}).get("complete", True)
    return "attention" if people or needs_somebody or not is_whole else "good"


def _tiles(report: Mapping[str, Any], *, is_written: bool) -> Iterator[tuple[str, int]]:
    plan, applied = report.get("plan") or {}, report.get("applied") or {}
    for planned, done, to_do in _WRITES:
        word, count = (done, applied.get(done)) if is_written else (to_do, plan.get(planned))
        if count or word not in _NOT_ALWAYS_SHOWN:
            yield word, count or 0
    yield "unchanged", plan.get("unchanged") or 0
    yield "conflicts", plan.get("conflict") or 0
    yield "refused", plan.get("refused") or 0
    if is_written:
        yield "failed", applied.get("failed") or 0
    else:
        yield "skipped", plan.get("skipped") or 0


def _certificate(listing: Mapping[str, Any] | None) -> tuple[str, tuple[str, ...]]:
    if not listing:
        return "Nobody was listed.", ()
    people = _counted(listing.get("distinct") or 0, "person", "people")
    pages = _counted(listing.get("pages") or 0, "page", "pages")
    read = f"{people} in {pages}"
    if not listing.get("complete"):
        reasons = [single_line(reason) for reason in listing.get("reasons") or ()]
        shown, more = reasons[:_SHOWN_REASONS], len(reasons) - _SHOWN_REASONS
        further = (f"and {more} further reasons",) if more > 0 else ()
        return f"The listing is not complete: {read} were read.", (*shown, *further)
    proof = _PROOFS.get(str(listing.get("proof")), single_line(listing.get("proof")))
    sentence = f"The listing is complete: {read}; {proof}."
    if listing.get("partial"):
        sentence += " It was filtered, so nobody is suspended for not being in it."
    return sentence, ()


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _instant(written: object) -> str | None:
    """Write an instant in UTC; None when there is none, or it cannot be read."""
    try:
        instant = dt.datetime.fromisoformat(str(written))
    except ValueError:
        return None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=dt.UTC)
    return f"{instant.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S} UTC"


def _groups(items: Sequence[Mapping[str, Any]]) -> tuple[Group, ...]:
    """Count the people whose line has a reason, or is no plain success; the largest first."""
    counts: Counter[tuple[str, str]] = Counter()
    for item in items:
        action, reason = _action(item), _words(item.get("reason"))
        if reason or action in {"failed", "conflict", "refused", "skipped"}:
            counts[action, reason or "no reason given"] += 1
        if item.get("group"):
            counts[action, f"after an edit of the {_words(item['group'])}"] += 1
    return tuple(
        Group(action, reason, count)
        for (action, reason), count in sorted(
            counts.items(), key=lambda found: (_urgency(found[0][0]), -found[1], found[0])
        )
    )


def _people(items: Sequence[Mapping[str, Any]]) -> list[AttentionItem]:
    found = [item for item in items if _needs_somebody(item)]
    found.sort(key=lambda item: _urgency(_action(item)))
    return [
        AttentionItem(
            single_line(item.get("id")),
            single_line(item.get("email")),
            _action(item),
            single_line(item.get("message")) or _words(item.get("reason")),
        )
        for item in found
    ]


def _needs_somebody(item: Mapping[str, Any]) -> bool:
    return (
        _action(item) in {"failed", "conflict", "refused"}
        or item.get("reason") in _REASONS_TO_LOOK
        # Who would lose access is what a person decides when a safeguard has asked.
        or (item.get("outcome") == "blocked" and item.get("action") == "suspend")
    )


def _action(item: Mapping[str, Any]) -> str:
    """Name what became of a person: a write that failed or was left out is no write."""
    action, outcome = single_line(item.get("action")), single_line(item.get("outcome"))
    to_do = {planned: words for planned, _, words in _WRITES}
    if action not in to_do or outcome not in {"failed", "skipped", "blocked", "planned"}:
        return action
    return outcome if outcome in {"failed", "skipped"} else to_do[action]


def _urgency(action: str) -> int:
    return _URGENCY.index(action) if action in _URGENCY else len(_URGENCY)


def _words(code: object) -> str:
    return re.sub(r"[_-]+", " ", single_line(code))
