"""The table of reasons has what the engine says of people, and nothing else."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

import pytest
import yaml

from .markdown import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ENGINE: Final = ROOT / "engine" / "onroll"
_SOURCES: Final = [
    _ENGINE / "target.py",
    *(one for name in ("sync", "targets", "store") for one in (_ENGINE / name).rglob("*.py")),
]
_TABLE: Final[dict[str, dict[str, str]]] = yaml.safe_load(
    (ROOT / "docs" / "reference" / "reasons.yaml").read_text(encoding="utf-8")
)
_KNOWN: Final = {code for group in _TABLE.values() for code in group}

#: Which argument of these calls is a reason.
_CARRIERS: Final = {"Conflict": 0, "Refused": 0, "_skipped": 1}
_CODE: Final = re.compile(r"[a-z]+(?:_[a-z]+)*")
#: `clashes` puts these together of an attribute and what is wrong with it.
_COMPOSED: Final = {
    f"{attribute}_{end}"
    for attribute in ("email", "username")
    for end in ("in_use", "wanted_twice")
}


def _reasons(tree: ast.AST) -> Iterator[str]:
    """Yield the reasons that are written in calls, chosen by `if`, or assigned to `reason`."""
    for node in ast.walk(tree):
        match node:
            case ast.Call():
                name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
                name = node.func.id if isinstance(node.func, ast.Name) else name
                position = _CARRIERS.get(name)
                if position is not None and len(node.args) > position:
                    yield from _texts(node.args[position])
                yield from (
                    code
                    for one in node.keywords
                    if one.arg == "reason"
                    for code in _texts(one.value)
                )
            case ast.Assign(targets=[ast.Name(id="reason")], value=value):
                yield from _texts(value)
            case ast.Constant(value=str(sql)):
                yield from re.findall(r"reason = '(\w+)'", sql)


def _texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)) if _CODE.fullmatch(text):
            yield text
        case ast.IfExp(body=body, orelse=other):
            yield from _texts(body)
            yield from _texts(other)


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def test_every_reason_of_the_engine_is_in_the_table() -> None:
    found = {code for file in _SOURCES for code in _reasons(_tree(file))}
    assert "email_of_suspended" in found
    assert found <= _KNOWN, sorted(found - _KNOWN)


@pytest.mark.parametrize("code", sorted(_KNOWN - _COMPOSED))
def test_every_reason_of_the_table_is_written_in_the_engine(code: str) -> None:
    assert any(re.search(rf"""["']{code}["']""", file.read_text("utf-8")) for file in _SOURCES)


@pytest.mark.parametrize("code", sorted(_COMPOSED))
def test_the_reasons_that_are_put_together_are_in_the_table(code: str) -> None:
    assert code in _KNOWN


def test_reasons_are_found_however_they_are_written() -> None:
    source = """
Conflict("one", "text")
replace(item, reason="two" if a else None)
reason = "three" if a else None
spool.execute("UPDATE match SET reason = 'four'")
_skipped(item, "five", None)
"""
    assert set(_reasons(ast.parse(source))) == {"one", "two", "three", "four", "five"}
