"""What `onroll new` says when it is done: what it found, by which evidence, and what to do next."""

from __future__ import annotations

import shlex
import textwrap
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from onroll.cli.lines import count_of, shorten
from onroll.cli.terminal import new_table, out, plain, print_table
from onroll.definition.settings import environment_name
from onroll.drafting.writing import reason_for
from onroll.drafting.yaml_text import flow
from onroll.model import ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from onroll.drafting.evidence import Guess
    from onroll.service.authoring import Drafted
    from onroll.service.connector_files import NewFile

__all__ = ["draft_json", "print_draft"]

_OF_PEOPLE: Final = "attributes."


def draft_json(drafted: Drafted, new: NewFile) -> dict[str, Any]:
    """Return what `onroll new --json` prints."""
    return {
        "file": new.file.as_posix(),
        "name": new.name,
        "guesses": [
            {"key": key, "value": guess.value, "evidence": guess.evidence, "sure": guess.is_sure}
            for key, guess in _guesses(drafted)
        ],
        "unmapped": list(drafted.draft.unmapped),
        "settings": list(drafted.draft.access.settings),
        "notes": list(drafted.proposal.call.notes),
        "works": None if drafted.test is None else drafted.test.ok,
    }


def print_draft(drafted: Drafted, new: NewFile) -> None:
    """Print what was found, and the commands that follow."""
    console = out()
    guesses = list(_guesses(drafted))
    for key, guess in guesses:
        if not key.startswith(_OF_PEOPLE):
            console.print(_mark(guess), plain(f"{key}: {flow(guess.value)}"), soft_wrap=True)
            console.print(plain(textwrap.indent(_folded(guess, console.width), "    ")))
    console.print()
    print_table(console, _attributes(guesses, console.width))
    console.print()
    if drafted.test is not None:
        _print_test(drafted)
    for told in drafted.proposal.call.notes:
        console.print(plain(f"note: {told}"), soft_wrap=True)
    _print_what_is_open(drafted, [key for key, guess in guesses if not guess.is_sure])
    console.print(plain(f"wrote {new.file.as_posix()}"))
    if new.makes_schema:
        console.print(plain(f"wrote {new.schema.as_posix()}, which editors complete keys from"))
    console.print()
    console.print(plain("Next:"))
    for line in _next(drafted, new):
        console.print(plain(f"  {line}"), soft_wrap=True)


def _attributes(guesses: list[tuple[str, Guess[Any]]], width: int) -> Table:
    """Return the attributes, each with its value and, as far as there is room, the reason."""
    table = new_table("", "Attribute", "Value", "Because")
    room = max(20, (width - 24) // 2)
    for key, guess in guesses:
        if key.startswith(_OF_PEOPLE):
            cells = (
                key.removeprefix(_OF_PEOPLE),
                shorten(flow(guess.value), room + 6),
                shorten(reason_for(guess), room - 6),
            )
            table.add_row(_mark(guess), *(plain(cell) for cell in cells))
    return table


def _mark(guess: Guess[Any]) -> Text:
    return Text("✓", "green") if guess.is_sure else Text("?", "yellow")


def _folded(guess: Guess[Any], width: int) -> str:
    return textwrap.fill(reason_for(guess), width - 4, break_long_words=False)


def _print_what_is_open(drafted: Drafted, unsure: list[str]) -> None:
    console = out()
    if unsure:
        said = f"{count_of(len(unsure), 'guess', 'guesses')} to look at, marked CHECK in the file"
        names = ", ".join(key.removeprefix(_OF_PEOPLE) for key in unsure)
        console.print(Text(f"{said}: {names}", "yellow"))
    if "status" not in drafted.draft.attributes:
        said = "nothing looks like a status: everyone who is listed will count as active"
        console.print(Text(said, "yellow"))
    left = len(drafted.draft.unmapped)
    if left:
        console.print(plain(f"{count_of(left, 'field')} of theirs left unused, listed at its end"))


def _print_test(drafted: Drafted) -> None:
    test = drafted.test
    assert test is not None
    total = "" if test.total_count is None else f", {test.total_count} people in all"
    if test.ok:
        out().print(Text(f"asked the API: it works{total}", "green"))
        return
    wrong = [one for one in test.checks if not one.ok and one.applies]
    told = "; ".join(f"{one.name}: {one.detail}" for one in wrong[:2])
    out().print(plain(f"asked the API: {told}"), soft_wrap=True)


def _next(drafted: Drafted, new: NewFile) -> Iterator[str]:
    for name in drafted.draft.access.settings:
        yield f"export {environment_name(new.name, name)}=…"
    name = shlex.quote(new.argument)
    if drafted.is_private:
        yield "export ONROLL_ALLOW_PRIVATE_NETWORK=1"
    width = len(f"onroll preview {name} --watch")
    for command, purpose in (
        (f"onroll test {name}", ""),
        (f"onroll preview {name} --watch", f"  # while you edit {new.file.name}"),
        (f"onroll record {name}", "  # save examples, with made-up people"),
        (f"onroll lint {name}", "  # what is left to do"),
    ):
        yield f"{command:<{width}}{purpose}".rstrip()


def _guesses(drafted: Drafted) -> Iterator[tuple[str, Guess[Any]]]:
    draft = drafted.draft
    named = {
        "auth": draft.access.auth,
        "resource_location": draft.resource_location,
        "shape": draft.shape,
        "total_count": draft.total_count,
        "pagination": draft.pagination,
        "success": draft.success,
    }
    if not draft.base_url.is_sure:
        yield "base_url", draft.base_url
    for key, guess in named.items():
        if guess is not None:
            yield key, guess
    for name in ATTRIBUTES:
        if name in draft.attributes:
            yield f"attributes.{name}", draft.attributes[name]
