"""JSON values as the YAML of a definition: what needs no quotes has none, and small values flow."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.model import Json

__all__ = ["Line", "entry", "layout", "wrapped"]

WIDTH: Final = 100
#: What reads back as the same text everywhere: in block and flow style, as key and as value.
_PLAIN: Final = re.compile(r"[A-Za-z_/.$][\w./@$+%-]*(?: [\w./@$+%-]+)*", re.ASCII)
#: What stands plain outside of braces only: item numbers, references and URLs.
_PLAIN_IN_BLOCK: Final = re.compile(r"[A-Za-z_/.$][\w./@$+%=?&~\[\](){}*:-]*", re.ASCII)
#: Above this an escape of YAML has eight digits.
_LAST_OF_FOUR: Final = 0xFFFF
_TYPED: Final = frozenset({"true", "false", "null"})


class Line:
    """A line of a file: text at a depth, and what stands behind it as a comment."""

    __slots__ = ("comment", "depth", "text")

    def __init__(self, depth: int, text: str, comment: str = "") -> None:
        self.depth = depth
        self.text = text
        self.comment = comment

    @property
    def written(self) -> str:
        """The line without its comment."""
        return "  " * self.depth + self.text


def scalar(value: Json, *, in_flow: bool = False) -> str:
    """Write one scalar so that it reads back as the same value."""
    if not isinstance(value, str):
        return json.dumps(value)
    is_plain = _PLAIN.fullmatch(value) is not None
    if not in_flow and not is_plain:
        is_plain = _PLAIN_IN_BLOCK.fullmatch(value) is not None and not value.endswith(":")
    is_number = re.match(r"[.\d]", value) is not None and value != "."
    if is_plain and value.lower() not in _TYPED and not is_number:
        return value
    return "".join(map(_visible, json.dumps(value, ensure_ascii=False)))


def _visible(letter: str) -> str:
    """Escape what would not be seen, or would turn what is seen around (U+202E)."""
    if letter.isprintable():
        return letter
    return f"\\u{ord(letter):04x}" if ord(letter) <= _LAST_OF_FOUR else f"\\U{ord(letter):08x}"


def flow(value: Json) -> str:
    """Write a value on one line."""
    if isinstance(value, dict):
        inside = ", ".join(
            f"{scalar(str(key), in_flow=True)}: {flow(item)}" for key, item in value.items()
        )
        return f"{{{inside}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(flow(item) for item in value)}]"
    return scalar(value, in_flow=True)


def entry(key: str, value: Json, depth: int = 0, comment: str = "") -> Iterator[Line]:
    """Yield the lines of a key and its value: in flow style where that fits on a line."""
    name = scalar(key, in_flow=True)
    if not isinstance(value, dict | list | tuple) or not value:
        text = flow(value) if isinstance(value, dict | list | tuple) else scalar(value)
        yield Line(depth, f"{name}: {text}", comment)
        return
    one_line = Line(depth, f"{name}: {flow(value)}", comment)
    is_flat = not isinstance(value, dict) or not any(
        isinstance(item, dict) and len(item) > 1 for item in value.values()
    )
    if is_flat and len(one_line.written) <= WIDTH - 10:
        yield one_line
        return
    yield Line(depth, f"{name}:", comment)
    if isinstance(value, dict):
        for inner, item in value.items():
            yield from entry(str(inner), item, depth + 1)
    else:
        for item in value:
            yield Line(depth + 1, f"- {flow(item)}")


def layout(lines: list[Line]) -> list[str]:
    """Write lines with their comments: behind them in one column, or above where there is no room.

    The column is that of the widest line that leaves its comment room.
    """
    room = [
        len(one.written)
        for one in lines
        if one.comment and len(one.written) + len(one.comment) + 4 <= WIDTH
    ]
    column = max((one for one in room if one <= 52), default=max(room, default=0))
    written: list[str] = []
    for one in lines:
        if not one.comment:
            written.append(one.written)
            continue
        behind = f"{one.written:<{column}}  # {one.comment}"
        if len(behind) <= WIDTH:
            written.append(behind)
        else:
            written += [f"{'  ' * one.depth}# {part}" for part in wrapped(one)]
            written.append(one.written)
    return written


def wrapped(line: Line) -> list[str]:
    """Return a comment in rows that fit at its line's depth."""
    most = WIDTH - 2 * line.depth - 2
    rows = [""]
    for word in line.comment.split():
        if len(rows[-1]) + len(word) + 1 > most and rows[-1]:
            rows.append("")
        rows[-1] = f"{rows[-1]} {word}".strip()
    return rows
