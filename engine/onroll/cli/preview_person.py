"""One record on the screen: what the provider has on the left, what we make of it on the right."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from onroll.cli.lines import cleaned, shorten, shorten_path
from onroll.cli.preview_words import STATES, wrapper_keys
from onroll.cli.terminal import plain
from onroll.mapping.beside import beside, values_of
from onroll.mapping.values import is_filled
from onroll.model import Absent

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from onroll.mapping.beside import Pair
    from onroll.model import Json
    from onroll.service.preview import Preview
    from onroll.service.reading import Item

__all__ = ["Half", "most_telling", "person_heading", "person_lines"]

#: Which side to show; None for both.
Half: TypeAlias = Literal["raw", "mapped"] | None

_FEW_FIELDS: Final = 10


def most_telling(preview: Preview) -> Item | None:
    """Choose whom to show: somebody refused, else of an unknown status, else with most values."""
    if preview.refused:
        return preview.refused[0]
    unknown = (one for one in preview.items if one.mapped.user and one.mapped.user.unknown_status)
    return next(unknown, max(preview.items, key=_filled, default=None))


def _filled(item: Item) -> int:
    return sum(is_filled(value) for value in values_of(item.mapped).values())


def person_heading(preview: Preview, item: Item) -> str:
    """Name a record, and say what becomes of it."""
    outlook = preview.outlooks.get(item.number)
    becomes = "refused, " + "; ".join(
        f"{one.attribute}: {one.message}" for one in item.mapped.reasons
    )
    if item.mapped.is_excluded:
        becomes = "left out by `exclude`"
    elif outlook is not None:
        becomes = f"{STATES[outlook.state]}, {outlook.why}"
    last = preview.items[-1].number
    return f"Record {item.number} of {last}, id {cleaned(item.id or 'missing', 20)}: {becomes}"


def person_lines(
    preview: Preview,
    item: Item,
    width: int,
    half: Half,
    first: AbstractSet[str] | None = None,
) -> list[Text]:
    """Return a line for each attribute, and then for each field that no attribute uses.

    With `first`, for whoever shows a few lines only, those attributes come before the others, and
    so does what is refused.
    """
    pairs = beside(item.record, item.mapped, preview.attributes)
    if half is not None:
        pairs = [one for one in pairs if (one.path if half == "raw" else one.attribute) is not None]
    wrappers = wrapper_keys(one.path for one in pairs if one.path and one.attribute is None)
    shown = [one for one in pairs if one.attribute or _last_key(one) not in wrappers]
    noise = _noise([one.path for one in pairs if one.path]) if half is None else set()
    shown = [replace(one, path=one.path and _without_noise(one.path, noise)) for one in shown]
    if first is not None:
        shown.sort(key=lambda one: one.refusal is None and one.attribute not in first)
    columns = _columns(shown, width, half)
    lines = [_line(one, columns, half) for one in shown]
    if wrappers and half != "mapped":
        names = ", ".join(f"`{name}`" for name in wrappers)
        lines.append(Text(f"and {len(pairs) - len(shown)} times {names}", "dim"))
    return lines


def _last_key(one: Pair) -> str:
    return (one.path or "").rpartition(".")[2]


def _noise(paths: list[str]) -> set[str]:
    """Return the keys that are on the way to most fields, and so tell nothing of one."""
    if len(paths) < _FEW_FIELDS:
        return set()
    counts = Counter(key for path in paths for key in set(path.split(".")[:-1]))
    counts.update(path.rpartition(".")[2] for path in paths if path.endswith(".value"))
    return {key for key, count in counts.items() if count * 5 > len(paths)}


def _without_noise(path: str, noise: set[str]) -> str:
    """Write `attributes.office.value.attributes.name` as `…office…name`."""
    if path.startswith("["):
        return path
    text = ""
    for key in path.split("."):
        if key in noise:
            text = text if text.endswith("…") else text + "…"
        else:
            text += key if not text or text.endswith("…") else f".{key}"
    return text.rstrip("…") or path


@dataclass(frozen=True, slots=True)
class _Columns:
    path: int
    raw: int
    name: int
    value: int


def _columns(pairs: list[Pair], width: int, half: Half) -> _Columns:
    """Share the width out: names get what they need, up to a share, and values the rest."""
    side = width if half is not None else (width - 3) // 2
    longest_path = max((len(_path(one)) for one in pairs), default=0)
    longest_name = max((len(one.attribute or "") for one in pairs), default=0)
    path = min(longest_path, side * 6 // 10)
    name = min(longest_name, side // 2)
    return _Columns(path, side - path - 2, name, side - name - 2)


def _line(one: Pair, columns: _Columns, half: Half) -> Text:
    left = Text()
    if one.path is not None or one.attribute is not None:
        more = f" +{one.others}" if one.others else ""
        path = shorten_path(one.path or "", columns.path - len(more)) + more
        left.append(_padded(path, columns.path), "dim")
        left.append("  " + _padded(_shown(one.raw), columns.raw))
    if half == "raw":
        return _trimmed(left)
    right = Text()
    if one.attribute is not None:
        right.append(_padded(one.attribute, columns.name), "bold")
        if one.refusal is not None:
            right.append("  " + _padded(f"✗ {one.refusal}", columns.value), "red")
        else:
            style = "dim" if isinstance(one.value, Absent) or one.value is None else ""
            right.append("  " + _padded(_shown(one.value), columns.value), style)
    if half == "mapped":
        return _trimmed(right)
    return _trimmed(Text.assemble(left, (" │ ", "dim"), right))


def _path(one: Pair) -> str:
    return (one.path or "") + (f" +{one.others}" if one.others else "")


def _shown(value: Json | Absent) -> str:
    if isinstance(value, Absent):
        return "–"
    return '""' if value == "" else shorten(value, 400)


def _padded(text: str, width: int) -> str:
    """Bring text to so many columns of a terminal, with nothing in it that one would obey."""
    text = plain(text).plain
    if cell_len(text) > width:
        return set_cell_size(text, max(0, width - 1)) + "…"
    return set_cell_size(text, width)


def _trimmed(line: Text) -> Text:
    line.rstrip()
    return line
