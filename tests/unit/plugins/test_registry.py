"""Finding plug-ins: what is registered, and which mistakes of a plug-in are named."""

from types import SimpleNamespace
from typing import Any

import pytest

from onroll.errors import UsageError
from onroll.plugins import hookimpl
from onroll.plugins.built_in import BUILT_IN
from onroll.plugins.host import create_host
from onroll.plugins.registry import build_registry, installed
from onroll.protocols import TransformKind


def offering(name: str, hook: str = "onroll_transforms") -> Any:
    """A plug-in with one hook, which offers one transform."""
    kind = TransformKind(name, "For a test", None, lambda _: lambda value: value, ())

    def offer() -> list[TransformKind]:
        return [kind]

    return SimpleNamespace(**{hook: hookimpl(offer)})


def refused(*plugins: object) -> Any:
    with pytest.raises(UsageError) as caught:
        build_registry(create_host(plugins))
    return caught.value.diagnostic


def test_every_built_in_kind_is_registered() -> None:
    registry = installed()
    assert list(registry.auth)[:13] == [
        "none", "api_key", "bearer", "basic", "login", "oauth2_client_credentials",
        "oauth2_authorization_code", "oauth2_device_code", "oauth2_refresh_token",
        "oauth2_jwt_bearer", "oauth2_password", "digest", "hmac",
    ]  # fmt: skip
    assert list(registry.pagination)[:6] == [
        "none", "offset", "page", "cursor", "next_link", "last_id",
    ]  # fmt: skip
    assert {"trim", "split", "number", "date", "datetime"} <= set(registry.transforms)


def test_a_kind_is_named_with_the_plugin_that_offers_it() -> None:
    assert installed().auth["basic"].plugin == "onroll.auth.basic"
    modules = BUILT_IN["onroll_pagination_styles"]
    assert {one.plugin for one in installed().pagination.values()} >= set(modules)


def test_another_plugin_adds_to_the_kinds() -> None:
    registry = build_registry(create_host([offering("shout")]))
    assert "shout" in registry.transforms


def test_the_registry_is_built_once() -> None:
    assert installed() is installed()


def test_two_plugins_with_one_name_are_an_error_that_names_both() -> None:
    said = refused(offering("trim"))
    assert said.code == "plugin-clash"
    assert "`onroll.transforms.text`" in said.message
    assert "both offer `trim`" in said.message
    assert said.message.count("`") == 6


def test_a_misspelled_hook_is_an_error_with_the_right_name() -> None:
    said = refused(offering("shout", hook="onroll_transform"))
    assert said.code == "plugin-unknown-hook"
    assert "offers `onroll_transform`, which is no hook" in said.message
    assert said.hint == "did you mean `onroll_transforms`?"


def test_a_hook_with_an_argument_too_many_is_an_error() -> None:
    @hookimpl
    def onroll_transforms(config: object) -> list[TransformKind]:
        return []

    said = refused(SimpleNamespace(onroll_transforms=onroll_transforms))
    assert said.code == "plugin-wrong-hook"
    assert "'config'" in said.message


def test_a_plugin_whose_hook_is_not_marked_is_an_error() -> None:
    def onroll_transforms() -> list[TransformKind]:
        return []

    said = refused(SimpleNamespace(onroll_transforms=onroll_transforms))
    assert said.code == "plugin-without-hook"
    assert said.hint == "mark its functions with `@hookimpl` from `onroll.plugins`"


def test_a_plugin_that_is_given_twice_counts_once() -> None:
    plugin = offering("shout")
    assert "shout" in build_registry(create_host([plugin, plugin])).transforms
