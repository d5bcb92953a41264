"""A summary as plain text, in lines that a mail program need not break."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.service.summary_facts import SummaryFacts

__all__ = ["as_text"]

_COLUMNS: Final = 76
_JOINT: Final = "\0"  # no text here has one


def as_text(facts: SummaryFacts, results: str | None) -> str:
    """Write the summary; `results` is a sentence about where all lines are."""
    parts = (_head(facts), _counts(facts), _listing(facts), _groups(facts), _people(facts))
    return "\n\n".join(
        ["\n".join(part) for part in map(list, parts) if part] + [_foot(facts, results)]
    )


def _head(facts: SummaryFacts) -> Iterator[str]:
    yield facts.title
    yield from _wrapped(facts.verdict)
    for error, hint in facts.errors:
        if error not in facts.headline:
            yield from _wrapped(error)
        if hint:
            yield from _wrapped(f"Hint: {hint}")


def _counts(facts: SummaryFacts) -> Iterator[str]:
    if facts.tiles and facts.are_planned:
        yield "Planned; nothing was written:"
    width = max((len(word) for word, _ in facts.tiles), default=0)
    for word, count in facts.tiles:
        yield f"  {word:<{width}}  {count:>9,}"


def _listing(facts: SummaryFacts) -> Iterator[str]:
    yield from _wrapped(facts.certificate)
    for objection in facts.objections:
        yield from _wrapped_behind("  - ", objection)
    for note in facts.notes:
        yield from _wrapped_behind("Note: ", note)


def _groups(facts: SummaryFacts) -> Iterator[str]:
    if facts.groups:
        yield "Reasons:"
    for group in facts.groups:
        yield from _wrapped_behind(f"  {group.count:>7,}  ", f"{group.action}: {group.reason}")
    if facts.more_groups:
        yield f"           and {facts.more_groups:,} further reasons"


def _people(facts: SummaryFacts) -> Iterator[str]:
    if facts.people:
        yield f"Who needs attention ({len(facts.people):,} of {facts.people_count:,}):"
    for person in facts.people:
        yield f"  {person.email or '(no e-mail)'}  (id {person.id or 'missing'})"
        about = f"{person.action}: {person.reason}" if person.reason else person.action
        yield from _wrapped_behind("      ", about)


def _foot(facts: SummaryFacts, results: str | None) -> str:
    lines = []
    if facts.command:
        lines.append(f"See everybody:  {facts.command}")
    if facts.link:
        lines.append(f"Or open:        {facts.link}")
    if results:
        lines += _wrapped(results)
    times = [
        f"{word} {instant}"
        for word, instant in (("Started", facts.started_at), ("finished", facts.finished_at))
        if instant
    ]
    if times:
        lines += ["", ", ".join(times)]
    return "\n".join(lines) + "\n"


def _wrapped(text: str) -> list[str]:
    return _wrapped_behind("", text)


def _wrapped_behind(lead: str, text: str) -> list[str]:
    """Break text into lines below each other, and no command in two: somebody will copy it."""
    whole = re.sub("`[^`]*`", lambda command: command[0].replace(" ", _JOINT), lead + text)
    lines = textwrap.wrap(
        whole,
        _COLUMNS,
        subsequent_indent=" " * len(lead),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_JOINT, " ") for line in lines]
