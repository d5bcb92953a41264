"""JSON Lines."""

import pytest

from .reading import decode, refusal


@pytest.mark.parametrize(
    "body",
    [
        b'{"id": 1}\n{"id": 2}\n',
        b'{"id": 1}\n{"id": 2}',
        b'{"id": 1}\r\n{"id": 2}\r\n',
        b'\xef\xbb\xbf\n\n{"id": 1}\n  \n\n{"id": 2}\n\n',
        b' {"id": 1} \n\t{"id": 2}',
    ],
)
def test_every_line_that_is_not_blank_is_a_record(body: bytes) -> None:
    assert decode("ndjson", body) == [{"id": 1}, {"id": 2}]


def test_a_line_separator_inside_text_ends_no_line() -> None:
    assert decode("ndjson", '{"a": "x\u2028y"}'.encode()) == [{"a": "x\u2028y"}]


@pytest.mark.parametrize("body", [b"", b"\n", b"\r\n\r\n", b"\xef\xbb\xbf"])
def test_no_line_is_an_empty_list(body: bytes) -> None:
    assert decode("ndjson", body) == []


def test_a_last_line_that_is_cut_is_a_broken_body() -> None:
    refused = refusal("ndjson", b'{"id": 1}\n{"id": 2, "name": "Ad')
    assert refused.code == "broken-body"
    assert refused.message.startswith("line 2: ")


@pytest.mark.parametrize("line", [b"[]", b"1", b"null", b'"Ada"', b"true"])
def test_a_line_that_is_no_object_is_named(line: bytes) -> None:
    refused = refusal("ndjson", b'{"id": 1}\n\n' + line)
    assert (refused.code, refused.message) == (
        "wrong-format",
        "line 3 of the answer is no JSON object",
    )


def test_a_line_that_is_nested_too_deep_is_refused() -> None:
    deep = b'{"a":' * 200 + b"1" + b"}" * 200
    assert refusal("ndjson", b'{"id": 1}\n' + deep).code == "json-too-deep"


def test_a_login_page_is_told() -> None:
    assert refusal("ndjson", b"<!doctype html><title>Sign in</title>").code == "not-json"
