"""Find every diagnostic code in the source, by its syntax tree. Imports nothing of the engine.

A code is the first argument of `Diagnostic`, `Explanation`, `Unreadable`, `UnreadableBody`,
`NotComposed`, `CredentialsRefused` and `_diagnostic`, and the second of `Reason`. It may be
written there, chosen by an `if` expression, assigned to a name, or returned by a function as the
first of a tuple.
An argument of any other shape is an error here, so that no code goes unseen.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CARRIERS: Final = {
    "CredentialsRefused": 0,
    "Diagnostic": 0,
    "Explanation": 0,
    "NotComposed": 0,
    "Reason": 1,
    "Unreadable": 0,
    "UnreadableBody": 0,
    "_diagnostic": 0,
}


class UnseenCode(Exception):
    """A call whose code cannot be read off the source."""


def codes_in(root: Path) -> dict[str, list[str]]:
    """Return each code and the modules that give it, below a package's folder.

    Raises `UnseenCode` for a call that this module does not understand.
    """
    found: dict[str, set[str]] = {}
    for file in sorted(root.rglob("*.py")):
        module = ".".join(file.relative_to(root.parent).with_suffix("").parts)
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for code in _Module(tree, module).codes():
            found.setdefault(code, set()).add(module.removesuffix(".__init__"))
    return {code: sorted(modules) for code, modules in sorted(found.items())}


class _Module:
    """One module's tree, with what its names and functions may stand for."""

    def __init__(self, tree: ast.Module, name: str) -> None:
        self._tree = tree
        self._name = name
        self._functions = {
            node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
        }

    def codes(self) -> Iterator[str]:
        for node in ast.walk(self._tree):
            if not isinstance(node, ast.Call):
                continue
            position = CARRIERS.get(name_of(node.func))
            if position is None or len(node.args) <= position:
                continue
            yield from self._codes_of(node.args[position])

    def _codes_of(self, node: ast.expr) -> Iterator[str]:
        match node:
            case ast.Constant(value=str(code)):
                yield code
            case ast.IfExp(body=body, orelse=other):
                yield from self._codes_of(body)
                yield from self._codes_of(other)
            case ast.Attribute(attr="code"):
                return  # passed on from another carrier, where it was seen
            case ast.Starred(value=ast.Call(func=ast.Name(id=name))):
                yield from self._first_returned(name)
            case ast.Name(id=name):
                values = list(self._assigned(name))
                if not values and not self._is_parameter(name):
                    raise UnseenCode(self._where(node))
                yield from values
            case _:
                raise UnseenCode(self._where(node))

    def _assigned(self, name: str) -> Iterator[str]:
        for node in ast.walk(self._tree):
            if isinstance(node, ast.AnnAssign) and node.value is not None:
                targets: list[ast.expr] = [node.target]
            elif isinstance(node, ast.Assign):
                targets = node.targets
            else:
                continue
            assert node.value is not None
            for target in targets:
                match target, node.value:
                    case ast.Name(id=known), value if known == name:
                        yield from self._codes_of(value)
                    case ast.Tuple(elts=[ast.Name(id=known), *_]), ast.Call() as call if (
                        known == name
                    ):
                        yield from self._first_returned(name_of(call.func))

    def _first_returned(self, function: str) -> Iterator[str]:
        node = self._functions.get(function)
        for inner in ast.walk(node) if node is not None else ():
            if isinstance(inner, ast.Return) and isinstance(inner.value, ast.Tuple):
                yield from self._codes_of(inner.value.elts[0])

    def _is_parameter(self, name: str) -> bool:
        """Whether a function here takes the code; its callers are seen by the function's name."""
        return any(
            name in {argument.arg for argument in function.args.args} and called in CARRIERS
            for called, function in self._functions.items()
        )

    def _where(self, node: ast.expr) -> str:
        return f"{self._name}, line {node.lineno}: no code can be seen in `{ast.unparse(node)}`"


def name_of(node: ast.expr) -> str:
    """Return the last name of what is called."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
