"""A file from a stranger costs neither much time nor much memory, and sends nothing anywhere."""

import json

import pytest

from onroll.definition.load import parse_definition
from onroll.definition.source import MAX_BYTES, MAX_DEPTH, MAX_MISTAKES, read_yaml
from onroll.errors import DefinitionError
from onroll.model import is_loopback


def codes_of(text: str | bytes) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        read_yaml(text, "connector.yaml")
    return [one.code for one in caught.value.diagnostics]


def nested(depth: int) -> str:
    return "a: " + "[" * depth + "]" * depth


@pytest.mark.parametrize("kind", [str, bytes])
def test_a_file_over_1_mib_is_refused_before_it_is_read(kind: type) -> None:
    text = "#" * (MAX_BYTES + 1)
    assert codes_of(text if kind is str else text.encode()) == ["file-too-large"]


def test_a_large_file_whose_last_letter_was_cut_is_too_large_and_not_broken() -> None:
    assert codes_of("ü".encode() * MAX_BYTES) == ["file-too-large"]


def test_a_file_may_be_nested_so_deep() -> None:
    assert read_yaml(nested(MAX_DEPTH - 1), "connector.yaml").data


def test_and_no_deeper() -> None:
    assert codes_of(nested(MAX_DEPTH + 2)) == ["too-deep"]


def test_aliases_may_not_multiply() -> None:
    layers = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    layers += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert codes_of("\n".join(layers)) == ["too-large"]


@pytest.mark.parametrize("text", ["a: &x [*x]", "a: &x {b: *x}", "a: &x\n  b: {c: [*x]}"])
def test_an_anchor_may_not_hold_itself(text: str) -> None:
    assert codes_of(text) == ["recursive-anchor"]


def test_of_very_many_mistakes_in_the_yaml_the_first_are_said() -> None:
    codes = codes_of("a: 1\n" * 10_000)
    assert codes == ["duplicate-key"] * MAX_MISTAKES + ["too-many-mistakes"]


def test_of_very_many_mistakes_in_the_definition_the_first_are_said() -> None:
    with pytest.raises(DefinitionError) as caught:
        parse_definition(json.dumps({f"key_{number}": 1 for number in range(10_000)}))
    assert len(caught.value.diagnostics) <= MAX_MISTAKES + 1


@pytest.mark.parametrize(
    "url", ["http://localhost", "http://localhost:80/v1", "http://127.0.0.1", "http://[::1]:8080",
            "http://127.1.2.3"],
)  # fmt: skip
def test_this_machine_is_known_by_its_names(url: str) -> None:
    assert is_loopback(url)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1.example.com", "http://127.example.com", "http://localhost.example.com",
     "http://example.com", "http://0.0.0.0", "http://[::1", "http://", "", "http://x@127.0.0.1.y"],
)  # fmt: skip
def test_another_machine_is_not_taken_for_this_one(url: str) -> None:
    assert not is_loopback(url)
