"""One function for a whole mapping, written for the definition: the way of the usual record.

`Mapper` reads each attribute by a chain of closures, which say what is amiss. This is the same
mapping with nothing but the usual in it: text, null, what is absent, an id that is a number. In a
loop over a page it takes a fifth of the time. Whatever is unusual it declines, by giving the
record to the mapper, so that nothing is decided here.

No text of a definition stands in the source that is compiled: keys, names and transforms are
arguments of the function around it, and fields are named by digits (see `field_of`).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET

from onroll.expressions.path import walk
from onroll.mapping.look_up import Unmatched
from onroll.mapping.mapped import Mapped
from onroll.mapping.part import Unusual
from onroll.mapping.values import trimmed
from onroll.model import (
    ABSENT,
    ATTRIBUTES,
    STATUSES,
    TEXT_ATTRIBUTES,
    Absent,
    Json,
    User,
)
from onroll.outline import Keys, field_of
from onroll.protocols import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from onroll.mapping.part import Part
    from onroll.mapping.values import Value

__all__ = ["mapping_of_all", "reading_of_id"]

#: So many steps are taken before it is asked whether there is a null: an exception costs as much
#: as an attribute, and to ask after each step as much as a tenth.
_STRIDE: Final = 2
_DEEPEST_INDENT: Final = 32

#: What the lines call by name.
_CONSTANTS: Final[Mapping[str, object]] = {
    "ABSENT": ABSENT,
    "UNSET": UNSET,
    #: What following keys raises where they lead nowhere; `walk` says what that means.
    "LOST": (KeyError, TypeError, IndexError, AttributeError),
    #: What a value raises that cannot be read, or that a transform cannot take.
    "DECLINED": (Unreadable, Unusual, TypeError, AttributeError),
    "Mapped": Mapped,
    "STATUSES": STATUSES,
    "User": User,
    "trimmed": trimmed,
    "walk": walk,
}


class _Source:
    """The lines of a function, and the values that stand in it by a name.

    With `of_members` records are `Members`, else objects as they are.
    """

    def __init__(self, *, of_members: bool) -> None:
        self.lines: list[str] = []
        self.of_members = of_members
        self._names: dict[str, object] = dict(_CONSTANTS)

    def name(self, value: object) -> str:
        """Return the name by which a value stands in the source."""
        name = f"v{len(self._names) - len(_CONSTANTS)}"
        self._names[name] = value
        return name

    def add(self, indent: int, *lines: str) -> None:
        """Write lines, each so many levels deep and by its own spaces."""
        self.lines += ["    " * indent + line for line in lines]

    def step(self, key: str | int) -> str:
        """Return the step from a value to what it has below a key."""
        if self.of_members and isinstance(key, str):
            return f".{field_of(key)}"
        return f"[{self.name(key)}]"

    def function(self) -> Any:
        """Compile the lines, which define `read`, and return that."""
        head = f"def make({', '.join(self._names)}):"
        body = "\n".join([head, *("    " + line for line in self.lines), "    return read"])
        made: dict[str, Any] = {}
        exec(compile(body, "<mapping>", "exec"), made)  # noqa: S102  (see the head of this module)
        return made["make"](**self._names)


def mapping_of_all(
    parts: Sequence[Part],
    *,
    finish: Callable[[dict[str, Any], dict[str, Any], Json], Any],
    decline: Callable[[Json], Any],
    is_finished: bool,
    of_members: bool,
) -> Callable[[Iterable[Json]], list[Any]]:
    """Return what maps the records of a page, in order.

    A record in which nothing is unusual gives what `finish` makes of its attributes, its custom
    ones and the record itself; with `is_finished` that is asked only about those without an id or
    a known status. Any other one gives what `decline` makes of it. With `of_members` they are
    records of which only a part was decoded.
    """
    source = _Source(of_members=of_members)
    names = [part.name for part in parts if not part.is_custom]
    customs = [part.name for part in parts if part.is_custom]
    # Copied with all its keys, which is faster than to add one after the other. Those of absent
    # attributes are deleted, so that nobody sees them.
    blank = source.name(dict.fromkeys(sorted(names, key=_place)).copy)
    custom = source.name(dict.fromkeys(customs).copy)
    source.add(0, "def read(records):", "    made = []", "    custom = {}")
    source.add(1, "for record in records:", "    try:", f"        found = {blank}()")
    if customs:
        source.add(3, f"custom = {custom}()")
    starts = _write_starts(source, [part.keys for part in parts if part.keys is not None])
    for part in parts:
        _write_part(source, part, starts)
    source.add(2, "except DECLINED:")
    source.add(3, f"made.append({source.name(decline)}(record))")
    source.add(2, "else:")
    if is_finished:
        source.add(3, "if found.get('status') in STATUSES and found.get('id'):")
        source.add(4, "made.append(Mapped(User(found)))", "continue")
    source.add(3, f"made.append({source.name(finish)}(found, custom, record))")
    source.add(1, "return made")
    read: Callable[[Iterable[Json]], list[Any]] = source.function()
    return read


def _place(name: str) -> int:
    return ATTRIBUTES.index(name)


def _write_starts(source: _Source, paths: Sequence[Keys]) -> dict[Keys, str]:
    """Write what follows the beginnings that several paths have in common, each once.

    Returns the name of the value at each. Where a beginning leads nowhere it is `{}`, in which
    no path goes on.
    """
    ways: Counter[Keys] = Counter()
    for keys in paths:
        ways.update(keys[:length] for length in range(1, len(keys)))
    shared = {start for start, count in ways.items() if count > 1}
    # Of beginnings that the same paths have, the longest.
    shared -= {start[:-1] for start in shared if ways[start[:-1]] == ways[start]}
    starts: dict[Keys, str] = {(): "record"}
    for start in sorted(shared, key=len):
        name = f"at{len(starts)}"
        source.add(3, "try:", f"    {name} = {_along(source, start, starts)}")
        source.add(3, "except LOST:", f"    {name} = {{}}")
        starts[start] = name
    return starts


def _along(source: _Source, keys: Keys, starts: dict[Keys, str]) -> str:
    """Return the expression that follows keys, from the furthest place that was reached."""
    known = _furthest(keys, starts)
    return starts[known] + "".join(map(source.step, keys[len(known) :]))


def _furthest(keys: Keys, starts: dict[Keys, str]) -> Keys:
    beginnings = (keys[:length] for length in reversed(range(len(keys))))
    return next(start for start in beginnings if start in starts)


def _following(source: _Source, keys: Keys, starts: dict[Keys, str]) -> Iterator[str]:
    """Yield the lines that follow keys to a value, as far as there is no null on the way."""
    known = _furthest(keys, starts)
    value, indent = starts[known], ""
    left = keys[len(known) :]
    while left:
        # Python nests a hundred levels: what is left of a long way is one stride.
        stride = _STRIDE if len(indent) < _DEEPEST_INDENT else len(left)
        yield f"{indent}value = {value}" + "".join(map(source.step, left[:stride]))
        value, left = "value", left[stride:]
        if left:
            yield f"{indent}if value is not None:"
            indent += "    "


def _write_part(source: _Source, part: Part, starts: dict[Keys, str]) -> None:
    """Write how one attribute gets into `found`, where it is null as long as nothing is known."""
    target = f"{'custom' if part.is_custom else 'found'}[{source.name(part.name)}]"
    conform = source.name(part.conform)
    if part.keys is None:
        source.add(3, f"value = {source.name(_readable(part.value))}(record, found)")
        source.add(3, "if value is ABSENT:", f"    del {target}")
        if part.is_text_final:
            source.add(3, "elif type(value) is str:", f"    {target} = value")
        source.add(3, "elif value is not None:", f"    {target} = {conform}(value)")
        return
    source.add(3, "try:")
    source.add(4, *_following(source, part.keys, starts))
    source.add(3, "except LOST:")
    source.add(4, f"value = walk(record, {source.name(part.keys)})")
    # Text first, which it mostly is.
    source.add(3, "if type(value) is str:")
    source.add(4, *_conformed(source, part, "value.strip()", target))
    if part.name in TEXT_ATTRIBUTES and not (part.is_custom or part.changes):
        # Ids, mostly; `conform` would do the same.
        source.add(3, "elif type(value) is int:", f"    {target} = str(value)")
    missing = "value is ABSENT"
    if source.of_members:
        missing += " or value is UNSET"
    source.add(3, f"elif {missing}:", f"    del {target}")
    source.add(3, "elif value is not None:")
    source.add(4, *_conformed(source, part, "trimmed(value)", target, is_text=False))


def _conformed(
    source: _Source, part: Part, value: str, target: str, *, is_text: bool = True
) -> list[str]:
    """Return the lines that change a value, which is not null, and store what it is brought to."""
    conform = source.name(part.conform)
    if not part.changes:
        is_done = is_text and part.is_text_final
        return [f"{target} = {value}" if is_done else f"{target} = {conform}({value})"]
    first, *others = map(source.name, part.changes)
    lines = [f"value = {first}({value})"]
    for other in others:
        lines += ["if value is not None:", f"    value = {other}(value)"]
    if part.is_text_final:
        lines += ["if type(value) is str:", f"    {target} = value", "elif value is not None:"]
    else:
        lines.append("if value is not None:")
    return [*lines, f"    {target} = {conform}(value)"]


def _readable(value: Value) -> Value:
    """Return what reads a value and raises where a `map` does not name it."""

    def read(record: Json, found: Mapping[str, Json]) -> Json | Absent:
        one = value(record, found)
        if isinstance(one, Unmatched):
            raise Unusual
        return one

    return read


def reading_of_id(
    keys: Keys, decline: Callable[[Json], str | None], *, of_members: bool
) -> Callable[[Iterable[Json]], list[str | None]]:
    """Return what reads the ids of a page's records, which lie where the keys lead.

    A record whose id is neither text nor a number gives what `decline` makes of it.
    """
    source = _Source(of_members=of_members)
    source.add(0, "def read(records):", "    ids = []", "    for record in records:")
    source.add(2, "try:", f"    value = {_along(source, keys, {(): 'record'})}")
    source.add(2, "except LOST:", "    value = None")
    source.add(2, "if type(value) is int:", "    ids.append(str(value))")
    source.add(2, "elif type(value) is str:", "    ids.append(value.strip() or None)")
    source.add(2, "else:", f"    ids.append({source.name(decline)}(record))")
    source.add(1, "return ids")
    read: Callable[[Iterable[Json]], list[str | None]] = source.function()
    return read
