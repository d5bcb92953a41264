"""Digests of definition and connection, of the mapping, and of which source it is."""

from pathlib import Path
from typing import Any

import pytest

from onroll.definition.connections import ConnectionFile
from onroll.definition.digest import digest_of, filters_digest, fingerprint, mapping_digests
from onroll.definition.settings import Settings
from onroll.definition.targets import TargetConfig
from onroll.redaction import Secret

from .files import CONNECTOR, definition_of, load


def digest(folder: Path, **given: Any) -> str:
    file = load(folder, **given)
    return digest_of(definition_of(file), file.connections["berlin"], target(file))


def target(file: ConnectionFile) -> TargetConfig:
    return next(iter(file.targets.values()))


def mappings(folder: Path, **attributes: Any) -> dict[str, str]:
    return mapping_digests(definition_of(load(folder, attributes=attributes)))


def test_the_same_files_have_the_same_digest(tmp_path: Path) -> None:
    assert digest(tmp_path) == digest(tmp_path)


@pytest.mark.parametrize(
    "given",
    [
        {"attributes": {"team": "group"}},
        {"attributes": {"team": None}},
        {"filters": {"office": "Berlin"}},
        {"import": {"absent": "suspend"}},
        {"connector": {"list_users": {"endpoint": "/people", "resource_location": "data"}}},
        {"connector": {"base_url": "https://api2.acme.test"}},
    ],
)
def test_what_changes_a_plan_changes_the_digest(tmp_path: Path, given: Any) -> None:
    assert digest(tmp_path, **given) != digest(tmp_path)


@pytest.mark.parametrize(
    "given",
    [
        {"settings": {"token": "s3cr3t"}},
        {"connector": {"title": "Acme Inc.", "description": "More words."}},
        {"top": {"store": "other.db"}},
    ],
)
def test_what_changes_no_plan_leaves_the_digest(tmp_path: Path, given: Any) -> None:
    assert digest(tmp_path, **given) == digest(tmp_path)


def test_the_order_of_keys_does_not_count(tmp_path: Path) -> None:
    turned = dict(reversed(CONNECTOR["attributes"].items()))
    assert digest(tmp_path, connector={"attributes": turned}) == digest(tmp_path)


def test_a_definition_without_a_connection_has_a_digest_too(tmp_path: Path) -> None:
    file = load(tmp_path)
    assert len(digest_of(definition_of(file), None, target(file))) == 64


def test_another_target_makes_another_plan(tmp_path: Path) -> None:
    def of(**config: Any) -> str:
        file = load(tmp_path)
        to = TargetConfig("service", "scim", config, tmp_path)
        return digest_of(definition_of(file), file.connections["berlin"], to)

    plain = of(base_url="https://scim.acme.test", auth={"token": "a"})
    assert of(base_url="https://scim.acme.test", auth={"token": "b"}) == plain
    assert of(base_url="https://other.acme.test", auth={"token": "a"}) != plain


def test_a_source_is_its_address_and_its_open_settings() -> None:
    def source(url: str = "https://api.acme.test", **values: Any) -> str:
        return fingerprint(url, Settings({"token": Secret("a"), "site": "berlin", **values}))

    assert source(token=Secret("b")) == source()
    assert source("https://api.acme.test/") == source()
    assert source(site="bonn") != source()
    assert source("https://api2.acme.test") != source()


def test_every_attribute_has_a_digest_of_its_own(tmp_path: Path) -> None:
    found = mappings(tmp_path)
    assert set(found) == {
        "id", "email", "username", "first_name", "team", "roles", "custom.size", "custom.site"
    }  # fmt: skip
    assert len(set(found.values())) == len(found)


def test_an_edited_attribute_changes_its_digest_alone(tmp_path: Path) -> None:
    before, after = mappings(tmp_path), mappings(tmp_path, custom={"size": "shoes"})
    assert {name for name in before if before[name] != after[name]} == {"custom.size"}


def test_what_an_attribute_is_made_of_counts(tmp_path: Path) -> None:
    composed = {"compose": {"beginning": {"attribute": "first_name"}}}
    before = mappings(tmp_path, username=composed)
    after = mappings(tmp_path, username=composed, first_name="given")
    assert {name for name in before if before[name] != after[name]} == {"first_name", "username"}


def test_a_filter_has_a_digest_of_its_own(tmp_path: Path) -> None:
    def filters(**given: Any) -> str:
        file = load(tmp_path, **given)
        return filters_digest(definition_of(file), file.connections["berlin"])

    listing = {**CONNECTOR["list_users"], "exclude": [{"path": "robot", "equals": True}]}
    assert filters(attributes={"team": None}) == filters()
    assert (
        len({filters(), filters(filters={"a": 1}), filters(connector={"list_users": listing})}) == 3
    )
