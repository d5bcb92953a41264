"""What editors show over a key: a title, a description, examples of forms, and the default."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from onroll.definition.bundle import bundle
from onroll.plugins import hookimpl
from onroll.plugins.host import create_host
from onroll.plugins.registry import build_registry
from onroll.protocols import AuthKind

from .schemas import BUNDLES, REGISTRY, keys


@pytest.mark.parametrize("which", BUNDLES)
def test_there_are_many_keys(which: str) -> None:
    assert len(keys(which)) > 120


@pytest.mark.parametrize("which", BUNDLES)
def test_every_key_has_a_title(which: str) -> None:
    assert [str(key) for key in keys(which) if not key.rule.get("title")] == []


@pytest.mark.parametrize("which", BUNDLES)
def test_every_key_has_a_description(which: str) -> None:
    assert [str(key) for key in keys(which) if not key.rule.get("description")] == []


@pytest.mark.parametrize("which", BUNDLES)
def test_a_description_is_a_sentence(which: str) -> None:
    wrong = [str(key) for key in keys(which) if key.rule["description"][-1] not in ".?!"]
    assert wrong == []


@pytest.mark.parametrize("which", BUNDLES)
def test_a_value_that_has_a_form_has_an_example(which: str) -> None:
    bare = [str(key) for key in keys(which) if "pattern" in key.rule and not _examples(key.rule)]
    assert bare == []


@pytest.mark.parametrize("which", BUNDLES)
def test_an_example_has_the_form_that_it_shows(which: str) -> None:
    for key in keys(which):
        for one in _examples(key.rule) if "pattern" in key.rule else ():
            if isinstance(one, str):
                assert re.search(key.rule["pattern"], one), f"{key}: {one}"


@pytest.mark.parametrize("which", BUNDLES)
def test_a_default_stands_in_the_description_too(which: str) -> None:
    """Editors show the description and hardly any the default."""
    with_default = [key for key in keys(which) if "default" in key.rule]
    assert len(with_default) > 10
    assert [str(key) for key in with_default if "Default: `" not in key.rule["description"]] == []


@pytest.mark.parametrize("section", ["auth", "decoder", "pagination", "targets"])
def test_every_kind_has_a_title_and_a_description(section: str) -> None:
    whole = BUNDLES["onroll.yaml" if section == "targets" else "definition"]
    rules = whole["$defs"]["target" if section == "targets" else section]["allOf"]
    assert len(rules) == len(getattr(REGISTRY, section))
    assert [one["if"] for one in rules if not one["then"].get("title")] == []
    assert [one["if"] for one in rules if not one["then"].get("description")] == []


def test_every_transform_has_a_description() -> None:
    bare, with_argument = BUNDLES["definition"]["$defs"]["transforms"]["items"]["anyOf"]
    described = dict(zip(bare["enum"], bare["markdownEnumDescriptions"], strict=True))
    described |= {name: one["description"] for name, one in with_argument["properties"].items()}
    assert set(described) == set(REGISTRY.transforms)
    assert all(described.values())


def test_a_kind_and_a_key_of_a_plug_in_have_titles_too() -> None:
    schema = {"properties": {"user_id": {"type": "string", "description": "Who."}}}
    pair = AuthKind("pair", "A user and a key", schema, lambda *_: None, ())  # type: ignore[arg-type]  # never built

    @hookimpl
    def onroll_auth_methods() -> list[AuthKind]:
        return [pair]

    plugin = SimpleNamespace(onroll_auth_methods=onroll_auth_methods)
    registry = build_registry(create_host([plugin], with_installed=False))
    rules = bundle(registry)["$defs"]["auth"]["allOf"]
    then = rules[-1]["then"]
    assert then["title"] == "A user and a key"
    assert then["properties"]["method"]["description"] == "`pair`: A user and a key."
    assert then["properties"]["user_id"]["title"] == "User ID"


def _examples(rule: dict[str, Any]) -> list[Any]:
    return [*rule.get("examples", ()), *([rule["default"]] if "default" in rule else [])]
