"""Each diagnostic code has a page that shows a message as it comes, and says how to mend it."""

from __future__ import annotations

import re
import runpy
import sys
from typing import Any

import pytest
import yaml

from .markdown import ROOT

_REFERENCE = ROOT / "docs" / "reference"


def _module(name: str) -> dict[str, Any]:
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        return runpy.run_path(str(ROOT / "docs" / "generator" / f"{name}.py"))
    finally:
        sys.path.remove(str(ROOT / "docs"))


def _yaml(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((_REFERENCE / name).read_text(encoding="utf-8"))
    return read


_CODES = [code for group in _yaml("diagnostics.yaml").values() for code in group]
_ADVICE = _yaml("diagnostic-pages.yaml")
_COMPARED: dict[str, str] = _module("diagnostics")["compared_messages"]()
_SENTENCES: dict[str, list[str]] = _module("sentences")["sentences_in"](ROOT / "engine" / "onroll")
_SHOWN = {code: one["shown"] for code, one in _ADVICE.items() if "shown" in one}


def test_every_code_says_how_to_mend_it_and_nothing_else_does() -> None:
    assert sorted(_ADVICE) == sorted(_CODES)
    assert not [code for code, one in _ADVICE.items() if set(one) - {"mend", "see", "shown"}]
    assert not [code for code, one in _ADVICE.items() if one.get("mend", "")[-1:] not in {".", "?"}]


@pytest.mark.parametrize("code", _CODES)
def test_a_page_shows_what_its_code_says(code: str) -> None:
    seen = set(_SENTENCES.get(code, ())) - {"…"}
    assert code in _COMPARED or code in _SHOWN or seen


@pytest.mark.parametrize("code", sorted(_SHOWN))
def test_a_message_that_no_other_test_compares_begins_as_the_source_has_it(code: str) -> None:
    first, *_ = _SHOWN[code].split("\n")
    said = re.sub(rf"^(?:error|warning)\[{code}\]: ", "", first)
    assert any(_fits(one, said) for one in _SENTENCES.get(code, ["…"]))


@pytest.mark.parametrize("code", sorted(_SHOWN))
def test_a_message_is_written_down_only_where_no_test_has_one(code: str) -> None:
    assert code not in _COMPARED


def test_messages_are_cut_out_of_what_a_test_expects() -> None:
    cut = _module("diagnostics")["_messages"]
    text = "✗ list\n\nerror[one]: a\n  --> f:1:1\n\nwarning[two]: b\n--- standard error ---\nx\n"
    assert list(cut(text)) == [("one", "error[one]: a\n  --> f:1:1"), ("two", "warning[two]: b")]


@pytest.mark.parametrize(
    ("source", "sentences"),
    [
        ("Diagnostic('c', 'plain')", ["plain"]),
        ("Diagnostic('c', f'a {b} c')", ["a … c"]),
        ("Reason('attribute', 'c', 'second')", ["second"]),
        ("Diagnostic('c', 'yes' if a else 'no')", ["no", "yes"]),
        ("def f():\n    return 'c', f'{n} pages'", ["… pages"]),
        ("Diagnostic('c', text + f', {n} more')", ["…, … more"]),
    ],
)
def test_sentences_are_found_however_they_are_written(
    source: str, sentences: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("package")
    (folder / "module.py").write_text(source, encoding="utf-8")
    assert _module("sentences")["sentences_in"](folder) == {"c": sentences}


def _fits(sentence: str, said: str) -> bool:
    # A sentence may be a part of what is said: the store puts its own name before it.
    pattern = ".*".join(re.escape(piece) for piece in sentence.split("…"))
    return re.search(pattern, said) is not None
