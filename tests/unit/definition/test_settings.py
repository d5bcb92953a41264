"""Settings come from the command line, then the environment, then the connection's file."""

import json
from typing import Any

import pytest

from onroll.definition.connector import ConnectorDefinition
from onroll.definition.load import parse_definition
from onroll.definition.settings import Settings, environment_name, settle
from onroll.errors import DefinitionError, SettingsError
from onroll.expressions.reference import resolve
from onroll.redaction import Secret

BASE = {
    "format": 1,
    "name": "acme",
    "base_url": "https://api.acme.test",
    "list_users": {"endpoint": "/users", "resource_location": "data"},
    "attributes": {"id": "id", "email": "email", "username": "email"},
}


def definition_with(**settings: Any) -> ConnectorDefinition:
    return parse_definition(json.dumps({**BASE, "settings": settings}))


def settled(
    definition: ConnectorDefinition,
    given: dict[str, str] | None = None,
    environment: dict[str, str] | None = None,
    filed: dict[str, Any] | None = None,
) -> Settings:
    return settle(
        definition,
        "acme-berlin",
        given=given or {},
        environment=environment or {},
        filed=filed or {},
    )


def codes_of(caught: pytest.ExceptionInfo[SettingsError]) -> list[str]:
    return [one.code for one in caught.value.diagnostics]


def test_the_command_line_wins_over_the_environment() -> None:
    found = settled(definition_with(key={}), {"key": "given"}, {"ONROLL_ACME_BERLIN_KEY": "env"})
    assert found.values == {"key": "given"}


def test_the_environment_wins_over_the_file() -> None:
    environment = {"ONROLL_ACME_BERLIN_KEY": "env"}
    found = settled(definition_with(key={}), environment=environment, filed={"key": "filed"})
    assert found.values == {"key": "env"}


def test_the_file_wins_over_the_default() -> None:
    found = settled(definition_with(key={"default": "default"}), filed={"key": "filed"})
    assert found.values == {"key": "filed"}


def test_a_default_counts_when_nothing_is_supplied() -> None:
    assert settled(definition_with(key={"default": "eu"})).values == {"key": "eu"}


@pytest.mark.parametrize(
    ("connection", "setting", "name"),
    [
        ("acme", "api_key", "ONROLL_ACME_API_KEY"),
        ("acme-berlin", "key", "ONROLL_ACME_BERLIN_KEY"),
        ("acme_berlin", "key", "ONROLL_ACME_BERLIN_KEY"),
        ("personio-v2", "client_id", "ONROLL_PERSONIO_V2_CLIENT_ID"),
    ],
)
def test_the_variable_is_named_after_connection_and_setting(
    connection: str, setting: str, name: str
) -> None:
    assert environment_name(connection, setting) == name


def test_a_variable_of_another_connection_is_not_read() -> None:
    with pytest.raises(SettingsError):
        settled(definition_with(key={}), environment={"ONROLL_ACME_KEY": "env"})


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        settled(definition_with(one={}, two={"title": "Second"}, three={"required": False}))
    assert codes_of(caught) == ["missing-setting", "missing-setting"]


def test_what_is_missing_says_how_it_is_supplied() -> None:
    with pytest.raises(SettingsError) as caught:
        settled(definition_with(key={"title": "API key", "description": "Settings > API"}))
    assert str(caught.value) == (
        "error[missing-setting]: the setting `key` of `acme-berlin` is missing: "
        "API key (Settings > API)\n\n"
        "hint: set the environment variable ONROLL_ACME_BERLIN_KEY, or pass `--set key=…`"
    )


def test_an_empty_variable_is_a_missing_one() -> None:
    with pytest.raises(SettingsError):
        settled(definition_with(key={}), environment={"ONROLL_ACME_BERLIN_KEY": ""})


def test_an_empty_text_hides_nothing_below_it() -> None:
    environment = {"ONROLL_ACME_BERLIN_ONE": "env", "ONROLL_ACME_BERLIN_TWO": ""}
    found = settled(
        definition_with(one={}, two={}), {"one": ""}, environment, {"one": "filed", "two": "filed"}
    )
    assert found.values == {"one": "env", "two": "filed"}


def test_an_optional_setting_may_stay_unset() -> None:
    assert settled(definition_with(key={"required": False})).values == {}


def test_an_unknown_setting_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(SettingsError) as caught:
        settled(definition_with(token={"required": False}), {"tokn": "x"})
    assert caught.value.diagnostic.hint == "did you mean `token`?"


def test_unknown_wrong_and_missing_ones_are_named_together() -> None:
    definition = definition_with(one={}, two={"enum": ["a", "b"]})
    with pytest.raises(SettingsError) as caught:
        settled(definition, {"other": "x", "two": "c"})
    assert codes_of(caught) == ["unknown-setting", "missing-setting", "wrong-setting"]


@pytest.mark.parametrize(
    ("setting", "written", "value"),
    [
        ({"enum": [1, 2]}, "2", 2),
        ({"enum": [True, False]}, "true", True),
        ({"enum": ["1", "2"]}, "2", "2"),
        ({"default": 5}, "12", 12),
        ({"default": 5}, "twelve", "twelve"),
        ({"default": False}, "TRUE", True),
        ({"default": "007"}, "008", "008"),
        ({}, "12", "12"),
        ({"pattern": "[a-z]+"}, "acme", "acme"),
    ],
)
def test_a_value_takes_the_type_of_its_enum_or_default(
    setting: dict[str, Any], written: str, value: Any
) -> None:
    found = settled(definition_with(key=setting), {"key": written}).values["key"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("written", ["acme.test/evil", "acme\n", "Acme", "a b"])
def test_the_whole_value_must_match_the_pattern(written: str) -> None:
    with pytest.raises(SettingsError):
        settled(definition_with(key={"pattern": "[a-z]+"}), {"key": written})


def test_a_wrong_value_is_not_shown() -> None:
    definition = definition_with(
        key={"secret": True, "enum": ["a"]}, other={"secret": True, "pattern": "a"}
    )
    with pytest.raises(SettingsError) as caught:
        settled(definition, {"key": "s3cr3t", "other": "s3cr3t"})
    assert "s3cr3t" not in str(caught.value)


def test_a_secret_setting_is_a_secret() -> None:
    found = settled(definition_with(key={"secret": True}), {"key": "s3cr3t"})
    assert found.values == {"key": Secret("s3cr3t")}


def test_a_default_of_a_secret_setting_is_a_secret_too() -> None:
    found = settled(definition_with(key={"secret": True, "default": "s3cr3t"}))
    assert isinstance(found.values["key"], Secret)


def test_no_print_of_settings_shows_a_secret() -> None:
    assert "s3cr3t" not in repr(settled(definition_with(key={"secret": True}), {"key": "s3cr3t"}))


def test_the_secrets_are_listed_for_the_redactor() -> None:
    definition = definition_with(key={"secret": True}, region={})
    assert settled(definition, {"key": "s3cr3t", "region": "eu"}).secrets() == ["s3cr3t"]


def test_a_setting_is_what_a_reference_to_it_stands_for() -> None:
    scope = settled(definition_with(key={"secret": True}), {"key": "s3cr3t"}).scope()
    assert resolve("Bearer ${settings.key}", scope) == "Bearer s3cr3t"


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b", "(a*)*", "(a|ab)+", "(?:(a+)?)*", "((a)|bc){2,}", "(a+){25}b", "(a?){30}",
        ".*.*.*.*.*x", "a?" * 40 + "b", "(a|aa)" * 30 + "b", "a{0,200}" * 9 + "b",
    ],
    ids=range(11),
)  # fmt: skip
def test_a_pattern_that_may_run_forever_is_refused(pattern: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        definition_with(key={"pattern": pattern})
    [found] = caught.value.diagnostics
    assert (found.code, found.hint is not None) == ("wrong-value", True)
    assert "`settings.key.pattern` may run forever" in found.message


@pytest.mark.parametrize(
    "pattern",
    [
        "[a-z]+",
        r"\d+\.\d+",
        "(a|b)c+",
        "(a+)?",
        r"(\d{2}:){5}\d{2}",
        r"\w+-\w+\.\w+\.\w+",
        "a?b?c?",
    ],
)
def test_a_pattern_that_repeats_plainly_is_allowed(pattern: str) -> None:
    assert definition_with(key={"pattern": pattern}).settings["key"].pattern == pattern


def test_a_pattern_is_not_matched_with_a_long_value() -> None:
    definition = definition_with(key={"pattern": "a+"})
    assert settled(definition, {"key": "a" * 200}).values
    with pytest.raises(SettingsError) as caught:
        settled(definition, {"key": "a" * 201})
    assert caught.value.diagnostic.expected == "text that matches `a+`, of at most 200 characters"


@pytest.mark.parametrize("reference", ["${record.a..b}", "${record.}", "${record.a.}"])
def test_a_reference_to_a_record_has_a_path(reference: str) -> None:
    details = {"more": {"endpoint": f"/users/{reference}"}}
    listing = {**BASE["list_users"], "details": details}  # type: ignore[dict-item]
    with pytest.raises(DefinitionError) as caught:
        parse_definition(json.dumps({**BASE, "list_users": listing}))
    [found] = caught.value.diagnostics
    assert (found.code, found.message.endswith("has no path that can be read")) == (
        "unknown-reference",
        True,
    )
