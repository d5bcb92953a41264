"""What a decoder reads it can write, so that it reads the same again."""

from __future__ import annotations

from typing import Any

import pytest

from onroll.model import Headers, Response
from onroll.plugins.registry import installed
from onroll.protocols import DecoderExample, DecoderKind

_KINDS = [entry.kind for entry in installed().decoder.values()]
_READABLE = [
    (kind, example) for kind in _KINDS for example in kind.examples if example.gives is not None
]


@pytest.mark.parametrize(("kind", "example"), _READABLE, ids=lambda one: getattr(one, "name", ""))
def test_an_example_is_written_so_that_it_reads_the_same(
    kind: DecoderKind, example: DecoderExample
) -> None:
    assert kind.encode is not None
    headers = Headers({"content-type": example.content_type})
    answer = Response(200, headers, example.body, "")
    written = kind.encode(example.config, example.gives, answer)
    assert kind.build(example.config)(Response(200, Headers(), written, "")) == example.gives


def _written(name: str, config: dict[str, Any], value: Any, answer: bytes) -> bytes:
    encode = installed().decoder[name].kind.encode
    assert encode is not None
    return encode(config, value, Response(200, Headers(), answer, ""))


def test_a_table_of_nobody_keeps_its_header() -> None:
    assert _written("csv", {}, [], b"id,name\n1,Ada\n") == b"id,name\r\n"


def test_titles_above_a_table_are_not_taken_along() -> None:
    found = _written("csv", {"skip_rows": 1}, [{"id": "2"}], b"People of Acme\nid\n1\n")
    assert found == b"title\r\nid\r\n2\r\n"


def test_json_is_written_in_the_charset_of_the_decoder() -> None:
    assert _written("json", {"charset": "windows-1250"}, ["Ł"], b"[]") == b'[\n  "\\u0141"\n]\n'
