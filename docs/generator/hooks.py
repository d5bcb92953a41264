"""The page of hooks: what a plug-in may offer, read off the source of the contracts."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Final

import onroll

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENGINE: Final = Path(onroll.__file__).parent

#: What belongs to each hook, in the order in which one would read it.
_OF_HOOK: Final = {
    "onroll_auth_methods": (
        "AuthKind AuthMethod AuthFlow Address CredentialsRefused AuthExample "
        "SignIn SignInFlow Visit Pause RevokeFlow"
    ),
    "onroll_pagination_styles": (
        "PaginationKind Paginator Step End Foreseeing Frugal PaginationExample SeenPage"
    ),
    "onroll_decoders": (
        "DecoderKind Decoder Encoder UnreadableBody Selecting Unlike DecoderExample"
    ),
    "onroll_transforms": "TransformKind Transform Unreadable TransformExample",
    "onroll_targets": (
        "TargetKind TargetContext Send Target Capabilities PasswordRules State TargetUser "
        "Draft Change Refused Stale"
    ),
}
_PASSED: Final = "Request Response Headers Token Page Reason Proof Json Schema"

_LEAD: Final = (
    "A plug-in is a Python distribution with an entry point in the group `onroll`. The entry "
    "point names a module, or an object, with one or more of these functions, marked with "
    "`hookimpl` from `onroll.plugins`. What is built in uses the same hooks. In place of a kind a "
    "hook may return `Later(name, module)`, also from `onroll.plugins`: the module, which has a "
    "function of the hook's name, is imported when the kind is first used. "
    "[How to write a plug-in](../how-to/write-a-plugin.md) has a whole example, the rules, "
    "and how to test it."
)

_EXAMPLE: Final = '''
"""A plug-in that adds the transform `initials`."""

from onroll.plugins import hookimpl
from onroll.plugins.host import create_host
from onroll.plugins.registry import build_registry
from onroll.protocols import TransformExample, TransformKind


@hookimpl
def onroll_transforms():
    return [
        TransformKind(
            name="initials",
            summary="The first letters of a text's words",
            argument=None,
            build=lambda argument: lambda text: "".join(word[0] for word in text.split()),
            examples=(TransformExample(None, "Ada King Noel", "AKN"),),
        )
    ]


# Trying it without an installation: this file is the plug-in.
class Plugin:
    onroll_transforms = staticmethod(onroll_transforms)


registry = build_registry(create_host([Plugin]))
assert registry.transforms["initials"].kind.build(None)("Ada King Noel") == "AKN"
'''


def hooks_page() -> list[str]:
    """Return the page. Raises `KeyError` for a hook or a contract that has no place on it."""
    hooks = _functions("plugins/spec.py")
    names = {**_contents("protocols.py"), **_contents("target.py"), **_contents("model.py")}
    _check(hooks)
    lines = [
        "# Hooks",
        "",
        _LEAD,
        "",
        "| hook | returns |",
        "| --- | --- |",
        *(f"| [`{name}`](#{name}) | `{_annotation(one.returns)}` |" for name, one in hooks.items()),
    ]
    for name, one in hooks.items():
        lines += ["", f"## `{name}`", "", *_signature(one), "", ast.get_docstring(one) or ""]
        for part in _OF_HOOK[name].split():
            lines += ["", f"### `{part}`", "", *_described(names[part])]
    lines += ["", "## What is passed around", "", "These come from `onroll.model`."]
    for part in _PASSED.split():
        lines += ["", f"### `{part}`", "", *_described(names[part])]
    return [*lines, "", "## An example", "", "```python", *_EXAMPLE.strip().split("\n"), "```"]


def _check(hooks: dict[str, ast.FunctionDef]) -> None:
    placed = {part for parts in (*_OF_HOOK.values(), _PASSED) for part in parts.split()}
    lacking = set(hooks) ^ set(_OF_HOOK) | set(_exported("protocols.py")) - placed
    if lacking:
        raise KeyError(f"docs/generator/hooks.py has no place for {sorted(lacking)}")


def _exported(file: str) -> list[str]:
    for node in _tree(file).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                names: list[str] = ast.literal_eval(value)
                return names
    return []


def _tree(file: str) -> ast.Module:
    return ast.parse((_ENGINE / file).read_text(encoding="utf-8"))


def _functions(file: str) -> dict[str, ast.FunctionDef]:
    return {one.name: one for one in _tree(file).body if isinstance(one, ast.FunctionDef)}


def _contents(file: str) -> dict[str, list[str] | ast.ClassDef]:
    """Return the classes of a module, and its type aliases with the comment above each."""
    source = (_ENGINE / file).read_text(encoding="utf-8").split("\n")
    found: dict[str, list[str] | ast.ClassDef] = {}
    for node in _tree(file).body:
        match node:
            case ast.ClassDef(name=name):
                found[name] = node
            case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is not None:
                above = source[node.lineno - 2]
                said = [above.removeprefix("#: "), ""] if above.startswith("#: ") else []
                found[name] = [*said, *_code(f"{name} = {_annotation(value)}")]
    return found


def _described(part: list[str] | ast.ClassDef) -> Iterator[str]:
    if isinstance(part, list):
        yield from part
        return
    yield ast.get_docstring(part) or ""
    methods = [one for one in part.body if isinstance(one, ast.FunctionDef)]
    fields = [
        one
        for one in part.body
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    ]
    if fields:
        yield from ("", "| field | type | default |", "| --- | --- | --- |")
        yield from (_row(one) for one in fields)
    for one in methods:
        if one.name == "__init__" or not one.name.startswith("_"):
            yield from ("", *_signature(one))
            if said := ast.get_docstring(one):
                yield from ("", said)


def _row(one: ast.AnnAssign) -> str:
    assert isinstance(one.target, ast.Name)
    kind = _annotation(one.annotation).replace("|", "\\|")
    return f"| `{one.target.id}` | `{kind}` | {_default(one.value)} |"


def _default(value: ast.expr | None) -> str:
    match value:
        case None:
            return "**needed**"
        case ast.Call(func=ast.Name(id="field"), keywords=words):
            said = {one.arg: ast.unparse(one.value) for one in words}
            if "default_factory" in said:
                return f"`{said['default_factory']}()`"
            return f"`{said['default']}`" if "default" in said else "**needed**"
    return f"`{ast.unparse(value)}`"


def _signature(one: ast.FunctionDef) -> list[str]:
    gives = f" -> {_annotation(one.returns)}" if one.returns is not None else ""
    return _code(f"def {one.name}({ast.unparse(one.args)}){gives}")


def _annotation(node: ast.expr | None) -> str:
    return "" if node is None else ast.unparse(node).replace("'", "")


def _code(text: str) -> list[str]:
    # The directive keeps the tests from running what is no program.
    return ["<!-- signature -->", "```python", text, "```"]
