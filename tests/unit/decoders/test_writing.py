"""What decoders write for examples, beside what the contract asks of all."""

from __future__ import annotations

from typing import Any

from onroll.model import Headers, Response
from onroll.plugins.registry import installed


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
