"""A draft as a commented definition: what each guess rests on stands behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from onroll.drafting.yaml_text import Line, entry, layout, wrapped
from onroll.expressions.reference import as_text
from onroll.model import ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.drafting.draft import Draft
    from onroll.drafting.evidence import Guess
    from onroll.model import Json

__all__ = ["CHECK", "reason_for", "write_definition"]

#: Stands before the evidence of a guess that somebody must look at.
CHECK: Final = "CHECK: "
_UNMAPPED_SHOWN: Final = 40


def write_definition(draft: Draft, schema: str) -> str:
    """Return the text of the definition. `schema` is the JSON Schema's file, relative to it."""
    sections = (
        _head(draft, schema),
        _settings(draft),
        [*_guess("base_url", draft.base_url)],
        [*_access(draft)],
        [*_success(draft)],
        [*_list(draft)],
        [*_attributes(draft)],
    )
    written = ["\n".join(layout(list(lines))) for lines in sections if lines]
    rest = _unmapped(draft)
    return "\n\n".join([*written, *([rest] if rest else [])]) + "\n"


def _head(draft: Draft, schema: str) -> list[Line]:
    sources = f" from {_on_one_line(', '.join(draft.sources))}" if draft.sources else ""
    lines = [
        Line(0, f"# yaml-language-server: $schema={schema}"),
        Line(0, f"# Drafted by `onroll new`{sources}. Behind each guess stands what it rests on:"),
        Line(
            0, f"# look first where it says {CHECK.strip(': ')}, and take the comments away then."
        ),
        *entry("format", 1),
        *entry("name", draft.name),
        *entry("title", draft.title),
    ]
    if draft.documentation is not None:
        lines += entry("documentation", draft.documentation)
    return [*lines, *entry("verified", {"by": "unverified"})]


def _settings(draft: Draft) -> list[Line]:
    if not draft.access.settings:
        return []
    lines = [Line(0, "settings:")]
    for name, one in draft.access.settings.items():
        written: dict[str, Json] = {"title": one.title}
        if one.description:
            written["description"] = one.description
        if one.is_secret:
            written["secret"] = True
        if one.default is not None:
            written["default"] = one.default
        if one.values:
            written["enum"] = list(one.values)
        lines += entry(name, written, 1)
    return lines


def _access(draft: Draft) -> Iterator[Line]:
    yield from _guess("auth", draft.access.auth)
    if draft.access.headers:
        yield from entry("headers", dict(draft.access.headers))
    if draft.access.params:
        yield from entry("params", dict(draft.access.params))
    if draft.decoder is not None:
        yield from entry("decoder", dict(draft.decoder))


def _success(draft: Draft) -> Iterator[Line]:
    if draft.success is not None:
        yield from _guess("success", draft.success)


def _list(draft: Draft) -> Iterator[Line]:
    yield Line(0, "list_users:")
    unknown = "" if draft.base_url.is_sure else f"{CHECK}the list's own path, too"
    yield from entry("endpoint", draft.endpoint, 1, unknown)
    if draft.http_method != "GET":
        yield from entry("method", draft.http_method, 1)
    for key, value in (("params", draft.params), ("json", draft.json), ("form", draft.form)):
        if value:
            yield from entry(key, value, 1)
    yield from _guess("resource_location", draft.resource_location, 1)
    if draft.shape is not None:
        yield from _guess("shape", draft.shape, 1)
    if draft.total_count is not None:
        yield from _guess("total_count", draft.total_count, 1)
    if draft.pagination is not None:
        yield from _guess("pagination", draft.pagination, 1)
    else:
        yield Line(1, f"# {CHECK}nothing shows how further pages are asked for: name `pagination`")


def _attributes(draft: Draft) -> Iterator[Line]:
    yield Line(0, "attributes:")
    for name in ATTRIBUTES:
        if name not in draft.attributes:
            continue
        guess = draft.attributes[name]
        if name == "custom":
            yield Line(1, "custom:", _comment(guess))
            for custom, value in guess.value.items():
                yield from entry(custom, value, 2)
        else:
            yield from _guess(name, guess, 1)
    if "status" not in draft.attributes:
        yield Line(1, f"# {CHECK}nothing looks like a status: everyone listed counts as active")


def _guess(key: str, guess: Guess[Any], depth: int = 0) -> Iterator[Line]:
    value = dict(guess.value) if isinstance(guess.value, Mapping) else guess.value
    yield from entry(key, value, depth, _comment(guess))


def reason_for(guess: Guess[Any]) -> str:
    """Return a guess's evidence on one line, without the path that stands beside it anyway."""
    words = _on_one_line(guess.evidence)
    path = guess.value.get("path") if isinstance(guess.value, Mapping) else guess.value
    return words.removeprefix(f"`{as_text(path)}`, ")


def _on_one_line(text: str) -> str:
    """Write a vendor's own text, or a file's name, so that its breaks do not end a comment."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _comment(guess: Guess[Any]) -> str:
    return reason_for(guess) if guess.is_sure else f"{CHECK}{reason_for(guess)}"


def _unmapped(draft: Draft) -> str:
    """List what is left, as comments, for whoever wants more."""
    if not draft.unmapped:
        return ""
    shown = list(draft.unmapped[:_UNMAPPED_SHOWN])
    left = len(draft.unmapped) - len(shown)
    end = f" and {left} more" if left else ""
    line = Line(0, "", f"Not used: {', '.join(shown)}{end}")
    return "\n".join(f"# {row}" for row in wrapped(line))
