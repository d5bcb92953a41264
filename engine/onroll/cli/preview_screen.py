"""The screen of `onroll preview --watch`: as many lines as fit, the rest counted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from onroll.cli.lines import count_of
from onroll.cli.preview_person import most_telling, person_heading, person_lines
from onroll.cli.preview_words import (
    change_items,
    coverage_items,
    duplicate_item,
    numbers_of,
    refusal_items,
    rules_of,
    standing_counts,
    unknown_items,
    unused_fields,
)
from onroll.cli.terminal import plain
from onroll.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onroll.cli.preview_person import Half
    from onroll.errors import OnrollError
    from onroll.service.preview import Preview
    from onroll.service.reading import Item
    from onroll.service.watching import Look

__all__ = ["View", "item_of", "screen_lines"]

_KEYS = "n next · p previous · 7 that record · a all · r ask anew · q quit  (and Enter)"
#: A line of a file, which is no sentence to be broken.
_EXCERPT = re.compile(r"\d+ \| ")
_FEWEST_ROWS = 3
#: A heading of two lines and those rows, a blank line on either side, and one for what is typed.
_FEWEST_LINES = _FEWEST_ROWS + 5


@dataclass(frozen=True, slots=True)
class View:
    """What somebody wants to see. Without `height` nothing is cut to a screen.

    `record` is the number of a record, None for the most telling one. With `is_whole` no list is
    cut. `remark` answers what was typed.
    """

    title: str
    width: int
    height: int | None
    record: int | None = None
    is_whole: bool = False
    has_keys: bool = False
    half: Half = None
    remark: str = ""


def screen_lines(look: Look, view: View) -> list[Text]:
    """Compose the screen: what happened, one person, and how the whole sample is."""
    above = [_title(look, view)]
    if look.error is not None:
        above += _error_lines(look.error, view)
        if look.preview is not None and look.seen_at is not None:
            since = look.seen_at.astimezone().strftime("%H:%M:%S")
            above.append(Text(f"Below is the last good result, of {since}.", "bold"))
    elif look.differences is not None:
        items = change_items(look.differences) or ["nothing changed"]
        above += _section("Since the last save", items, view, most_lines=3, between="; ")
    keys = [Text(_KEYS[: view.width], "dim")] if view.has_keys else []
    remark = view.remark or _missing(look.preview, view.record)
    if remark:
        keys.insert(0, _fitted(remark, view.width))
    if look.preview is None:
        return [*above, *keys]
    rules = "" if look.subject is None else rules_of(look.subject)
    below = _summary(look.preview, view, rules)
    if view.height is not None and not view.is_whole:
        below = below[: max(0, view.height - len(above) - len(keys) - _FEWEST_LINES)]
    below += keys
    person = _person(look.preview, view, _telling(look), len(above) + len(below) + 2)
    lines = [*above, Text(), *person, *below]
    if view.is_whole and view.height is not None and len(lines) >= view.height:
        # This line is one more, and so is the one for what is typed.
        hidden = count_of(len(lines) + 2 - view.height, "line stands", "lines stand")
        scroll = Text(f"{hidden} above: scroll up, or a again", "dim")
        lines.insert(-len(keys) or len(lines), scroll)
    return lines


def _missing(preview: Preview | None, record: int | None) -> str:
    if preview is None or record is None or any(one.number == record for one in preview.items):
        return ""
    return f"there is no record {record}: {numbers_of(preview)}"


def _telling(look: Look) -> set[str]:
    """Return the attributes that somebody wants to see first: what they just changed."""
    found = set() if look.differences is None else set(look.differences.attributes)
    is_unknown = look.preview is not None and look.preview.unknown_statuses
    return found | ({"status"} if is_unknown else set())


def item_of(preview: Preview, record: int | None) -> Item | None:
    """Return the record to show: the one with that number, else the most telling one."""
    chosen = next((one for one in preview.items if one.number == record), None)
    return chosen or most_telling(preview)


def _error_lines(error: OnrollError, view: View) -> list[Text]:
    """Return the error block and, where there is room, what was asked and what came."""
    asked = _exchange_lines(error, view.width)
    # In a pipe the words are those of every other command.
    columns = None if view.height is None else view.width
    said = "\n\n".join(one.text(columns) for one in error.diagnostics)
    lines, is_head = [], False
    for line in said.split("\n"):
        # A sentence goes on behind its indent.
        is_head = line.startswith("error[") or (is_head and line.startswith("    "))
        is_cut = columns is not None and _EXCERPT.match(line) is not None
        parts = [_fitted(line, view.width)] if is_cut else _wrapped(line, view.width)
        for part in parts or [Text()]:
            part.stylize("red" if is_head else "")
            lines.append(part)
    if view.height is None or view.is_whole:
        return [*asked, *lines]
    # The hint stands at the end: before it is cut, everything else goes.
    most = view.height - _FEWEST_LINES - 3
    if len(asked) + len(lines) <= most:
        return [*asked, *lines]
    if len(lines) > most:
        lines = [line for line in lines if line.plain.strip(" |")]
    return _cut(lines, most, "more lines", view)


def _exchange_lines(error: OnrollError, width: int) -> list[Text]:
    exchange = error.exchange if isinstance(error, SourceError) else None
    if exchange is None or exchange.status is None:
        return []
    body = " ".join((exchange.body or "").split())
    return [
        _fitted(f"request:  {exchange.method} {exchange.url}", width),
        _fitted(f"answer:   {exchange.status}  {body}", width),
    ]


def _title(look: Look, view: View) -> Text:
    asked = f"{count_of(look.sent, 'request')}, {look.remembered} from memory"
    at = look.at.astimezone().strftime("%H:%M:%S")
    if look.error is not None or look.preview is None:
        return Text(f"{view.title}: not usable as it is now · {asked} · {at}", "bold")
    total = look.preview.total_count
    of = f" of {total:,}" if total is not None else ""
    return Text(f"{view.title}: {len(look.preview.items)}{of} people · {asked} · {at}", "bold")


def _person(preview: Preview, view: View, first: set[str], taken: int) -> list[Text]:
    item = item_of(preview, view.record)
    if item is None:
        return [Text("The list is there, and nobody is in it."), Text()]
    heading = _wrapped(person_heading(preview, item), view.width)[:2]
    for line in heading:
        line.stylize("red" if item in preview.refused else "bold")
    rows = person_lines(preview, item, view.width, view.half, None if view.is_whole else first)
    if not view.is_whole:
        # One line stays free for what is typed. In a pipe all attributes are there.
        most = len(preview.coverage) + 4 if view.height is None else view.height - taken
        rows = _cut(rows, max(_FEWEST_ROWS, most - len(heading) - 1), "more fields", view)
    return [*heading, *rows, Text()]


def _cut(lines: list[Text], most: int, what: str, view: View) -> list[Text]:
    if len(lines) <= most:
        return lines
    left = len(lines) - most + 1
    how = " (a)" if view.has_keys else ""
    return [*lines[: most - 1], Text(f"… {left} {what}{how}", "dim")]


def _summary(preview: Preview, view: View, rules: str) -> list[Text]:
    full, others = coverage_items(preview)
    lines: list[Text] = []
    if preview.outlooks:
        lines += _section(f"Filled for all {len(preview.outlooks)}", full, view)
        lines += _section("Filled for fewer", others, view)
    refused = refusal_items(preview)
    lines += _section(f"Refused ({len(preview.refused)})", refused, view, "red", between="; ")
    lines += _section("Unknown statuses", unknown_items(preview), view, "yellow")
    lines += _section(
        "Duplicates", [duplicate_item(one) for one in preview.duplicates], view, "red"
    )
    lines += _section(f"To an import ({rules})", standing_counts(preview), view)
    unused, wrappers = unused_fields(preview)
    lines += _section("Not used", [*unused, *(f"…{name}" for name in wrappers)], view)
    for warning in preview.warnings:
        lines += _section("note", [warning], view)
    return lines


def _section(
    label: str,
    items: Sequence[str],
    view: View,
    style: str = "bold",
    *,
    most_lines: int = 1,
    between: str = ", ",
) -> list[Text]:
    """Return a list behind its label: as many items as fit, and the rest counted."""
    if not items:
        return []
    room = view.width - len(label) - 2
    lines = _wrapped(between.join(items), room)
    if len(lines) > most_lines and not view.is_whole:
        lines = _first_items(items, room, most_lines, between)
    heads = [f"{label}: ", *[" " * (len(label) + 2)] * (len(lines) - 1)]
    return [Text.assemble((head, style), line) for head, line in zip(heads, lines, strict=True)]


def _first_items(items: Sequence[str], room: int, most_lines: int, between: str) -> list[Text]:
    # No item takes less than a letter and what stands between two.
    most = min(len(items) - 1, room * most_lines // (1 + len(between)))
    for count in range(most, 0, -1):
        lines = _wrapped(f"{between.join(items[:count])} … {len(items) - count} more", room)
        if len(lines) <= most_lines:
            return lines
    more = f" … {len(items) - 1} more" if len(items) > 1 else ""
    return [Text.assemble(_fitted(items[0], room - len(more)), more)]


def _wrapped(text: str, width: int) -> list[Text]:
    """Break text into lines by the columns that its letters take."""
    return list(plain(text).wrap(Console(width=width), width))


def _fitted(text: str, width: int) -> Text:
    line = plain(text)
    line.truncate(width, overflow="ellipsis")
    return line
