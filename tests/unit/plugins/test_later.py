"""Kinds that are imported when they are used: who may have them, and what is said of wrong ones."""

import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from onroll.errors import UsageError
from onroll.plugins import Later, hookimpl
from onroll.plugins.built_in import BUILT_IN
from onroll.plugins.host import create_host
from onroll.plugins.registry import Registry, build_registry

MODULE = """
from onroll.protocols import TransformKind

def onroll_transforms():
    return [TransformKind("shout", "Louder", None, lambda _: str.upper, ())]
"""


def promising(name: str, module: str) -> Registry:
    """A registry with a plug-in that offers a transform by its name."""

    def onroll_transforms() -> list[Later]:
        return [Later(name, module)]

    plugin = SimpleNamespace(onroll_transforms=hookimpl(onroll_transforms))
    return build_registry(create_host([plugin], with_installed=False))


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """A module of its own for each test, which nothing has imported."""
    name = f"promised_{request.node.name[:60]}"
    (tmp_path / f"{name}.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    return name


def refused(registry: Registry) -> Any:
    with pytest.raises(UsageError) as caught:
        _ = registry.transforms["shout"].kind
    return caught.value.diagnostic


@pytest.mark.parametrize(
    ("hook", "module", "names"),
    [
        (hook, module, names)
        for hook, modules in BUILT_IN.items()
        for module, names in modules.items()
    ],
)
def test_what_is_listed_as_built_in_is_what_there_is(
    hook: str, module: str, names: tuple[str, ...]
) -> None:
    assert tuple(one.name for one in getattr(import_module(module), hook)()) == names


def test_any_plugin_may_offer_a_kind_by_its_name(module: str) -> None:
    registry = promising("shout", module)
    assert module not in sys.modules
    assert registry.transforms["shout"].kind.build(None)("ada") == "ADA"
    assert module in sys.modules


def test_a_kind_is_one_and_the_same_each_time(module: str) -> None:
    registered = promising("shout", module).transforms["shout"]
    assert registered.kind is registered.kind


def test_a_kind_is_named_with_the_module_that_has_it(module: str) -> None:
    assert promising("shout", module).transforms["shout"].plugin == module


def test_two_plugins_with_one_name_are_told_before_anything_is_imported(module: str) -> None:
    with pytest.raises(UsageError, match=f"`onroll.transforms.text` and `{module}` both"):
        promising("trim", module)
    assert module not in sys.modules


def test_a_module_that_cannot_be_imported_is_named_with_the_reason() -> None:
    said = refused(promising("shout", "not_there_at_all"))
    assert said.code == "plugin-not-loaded"
    assert "`not_there_at_all` cannot be loaded: ModuleNotFoundError" in said.message


def test_a_module_without_the_kind_that_it_promised_is_named(module: str) -> None:
    registry = promising("whisper", module)
    with pytest.raises(UsageError, match=f"`{module}` promised `whisper`"):
        _ = registry.transforms["whisper"].kind
