"""The page of diagnostics, and a page for each code: what it means, shows, and how it is mended."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

import onroll
from generator.codes import codes_in
from generator.sentences import UNSEEN, sentences_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DOCS: Final = Path(__file__).resolve().parents[1]
_ENGINE: Final = Path(onroll.__file__).parent
MEANINGS: Final = _DOCS / "reference" / "diagnostics.yaml"
ADVICE: Final = _DOCS / "reference" / "diagnostic-pages.yaml"

#: Whole messages that tests compare, from files of wrong definitions and of failing sources.
_COMPARED: Final = (
    "tests/definitions/wrong/*.txt",
    "tests/definitions/wrong_connections/*.txt",
    "tests/unit/service/diagnoses/*.txt",
)
_START: Final = re.compile(r"^(?:error|warning)\[([\w-]+)\]: ")
#: A real server on a free port, as those files write it, and what a reader sees instead.
_SERVER: Final = ("http://127.0.0.1:PORT", "https://api.example.com")
#: A message of so many lines is still an example, and not a table.
_MOST_LINES: Final = 14

_LEAD: Final = (
    "Every message has a code, a sentence, often a place in a file, what was expected, and "
    "a hint. Programs should look at the code: sentences may change. No message holds a secret. "
    "Each code has a page with a message as it is printed, and with how to mend it."
)


def diagnostics_page() -> list[str]:
    """Return the page of all codes. Raises `ValueError` when the meanings do not fit."""
    lines = ["# Diagnostics", "", _LEAD]
    for title, group in _meanings().items():
        lines += ["", f"## {title}", "", "| code | meaning |", "| --- | --- |"]
        lines += [
            f'| <a id="{code}"></a>[`{code}`](diagnostics/{code}.md) | {meaning} |'
            for code, meaning in group.items()
        ]
    return lines


def code_pages(titles: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the page of each code, by file name.

    `titles` has the headings of the reference's other pages, which need not be written yet.
    """
    advice: dict[str, dict[str, Any]] = yaml.safe_load(ADVICE.read_text(encoding="utf-8"))
    shown, said = compared_messages(), sentences_in(_ENGINE)
    pages: dict[str, list[str]] = {}
    for area, group in _meanings().items():
        for code, meaning in group.items():
            known = advice.get(code, {})
            message = shown.get(code) or known.get("shown", "").rstrip()
            lines = [f"# `{code}`", "", meaning]
            lines += _shown(message, said.get(code, []))
            if "mend" in known:
                lines += ["", "## How to mend it", "", known["mend"]]
            links = [_link(target, titles) for target in known.get("see", ())]
            lines += ["", f"See also {_listed(links)}."] if links else []
            lines += ["", f"Where it stands among the others: [{area}](../diagnostics.md#{code})."]
            pages[f"diagnostics/{code}.md"] = lines
    return pages


def compared_messages() -> dict[str, str]:
    """Return for each code the message to show among those that tests compare whole.

    One with a hint is worth more than one without, and a short one more than a long one.
    """
    found: dict[str, tuple[tuple[bool, int, str], str]] = {}
    for pattern in _COMPARED:
        for file in sorted(_DOCS.parent.glob(pattern)):
            text = file.read_text(encoding="utf-8").replace(*_SERVER)
            for code, message in _messages(text):
                if message.count("\n") < _MOST_LINES:
                    rank = ("\nhint: " not in message, len(message), message)
                    found[code] = min(found.get(code, (rank, message)), (rank, message))
    return {code: message for code, (_, message) in found.items()}


def _meanings() -> dict[str, dict[str, str]]:
    codes = codes_in(_ENGINE)
    groups: dict[str, dict[str, str]] = yaml.safe_load(MEANINGS.read_text(encoding="utf-8"))
    said = [code for group in groups.values() for code in group]
    lacking = [code for code in codes if code not in said]
    gone = [code for code in said if code not in codes]
    if lacking or gone or len(said) != len(set(said)):
        raise ValueError(
            f"docs/reference/diagnostics.yaml: no meaning for {lacking}, "
            f"no such code {gone}, or a code twice"
        )
    return groups


def _messages(text: str) -> Iterator[tuple[str, str]]:
    """Yield each message of a test's expected output."""
    code, lines = "", list[str]()
    for line in [*text.splitlines(), "--- "]:
        start = _START.match(line)
        if start or line.startswith("--- "):
            if code:
                yield code, "\n".join(lines).rstrip()
            code, lines = (start[1] if start else ""), []
        lines.append(line)


def _shown(message: str, sentences: list[str]) -> list[str]:
    if message:
        return ["", "```text", *message.split("\n"), "```"]
    seen = [one for one in sentences if one != UNSEEN]
    if not seen:
        return []
    return ["", "It says, with `…` for what differs:", "", "```text", *seen, "```"]


def _link(target: str, titles: Mapping[str, str]) -> str:
    path, _, anchor = target.partition("#")
    file = posixpath.normpath(posixpath.join("reference/diagnostics", path))
    name = file.removeprefix("reference/")
    title = titles.get(name) or _title(f"[{name.removesuffix('.md').split('/')[-1]}]")
    if (_DOCS / file).is_file() and name not in titles:
        title = _title((_DOCS / file).read_text(encoding="utf-8").partition("\n")[0])
    where = f", {anchor.replace('-', ' ')}" if anchor else ""
    return f"[{title}{where}]({target})"


def _title(heading: str) -> str:
    return heading.removeprefix("# ").strip("[]")


def _listed(links: list[str]) -> str:
    return links[0] if len(links) == 1 else ", ".join(links[:-1]) + " and " + links[-1]
