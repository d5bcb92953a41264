"""Find the sentences that the source gives with each diagnostic code, by its syntax tree.

A sentence is the argument behind the code. What is put in at run time is `…` here, and so is a
sentence that comes from elsewhere (a variable, a call), which is no error: an example shows it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from generator.codes import CARRIERS, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Stands for what is not written in the source.
UNSEEN: Final = "…"


def sentences_in(root: Path) -> dict[str, list[str]]:
    """Return the sentences of each code, below a package's folder, the shortest first."""
    found: dict[str, set[str]] = {}
    for file in sorted(root.rglob("*.py")):
        for code, sentence in _pairs(ast.parse(file.read_text(encoding="utf-8"))):
            found.setdefault(code, set()).add(sentence)
    return {code: sorted(said, key=lambda one: (len(one), one)) for code, said in found.items()}


def _pairs(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield each code with its sentence: in calls, and in tuples that functions return."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(args=arguments):
                position = CARRIERS.get(name_of(node.func), len(arguments))
                pair = arguments[position : position + 2]
            case ast.Return(value=ast.Tuple(elts=pair)):
                pair = pair[:2]
            case _:
                continue
        if len(pair) == 2:
            yield from ((code, text) for code in _codes(pair[0]) for text in _texts(pair[1]))


def _codes(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(code)):
            yield code
        case ast.IfExp(body=body, orelse=other):
            yield from _codes(body)
            yield from _codes(other)


def _texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else UNSEEN for part in parts
            )
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            for begin in _texts(left):
                yield from (begin + end for end in _texts(right))
        case ast.IfExp(body=body, orelse=other):
            yield from _texts(body)
            yield from _texts(other)
        case _:
            yield UNSEEN
