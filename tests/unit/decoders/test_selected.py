"""Parts of JSON: what is decoded of an answer alone is what the whole has there."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from onroll.decoders.selected import selected_json
from onroll.expressions.path import walk
from onroll.fetch.learning import Learned
from onroll.http.body import decode_json
from onroll.model import ABSENT, Headers, Response
from onroll.protocols import Unlike, UnreadableBody

if TYPE_CHECKING:
    from onroll.outline import Keys

PLACES: list[Keys] = [
    ("ok",),
    ("meta", "total"),
    *(("people", at, *keys) for at in (0, 1) for keys in (("id",), ("mail", "value"), ("", "b"))),
    ("people", 0, "tags", 0, "name"),
]
BODY = {
    "ok": True,
    "meta": {"total": 12, "took": 0.25},
    "people": [
        {"id": 1, "mail": {"type": "work", "value": "ü"}, "": {"b": 1e3}, "tags": [{"name": "a"}]},
        {"id": 2, "mail": {"type": "home", "value": None}, "": {"b": [1]}, "tags": []},
    ],
}
#: What is put into an answer somewhere.
JUNK = [
    b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"0", b"1", b"-", b".", b"e", b"null", b"{}",
    b"[]", b'""', b" ", b"\n", b"\x00", b"\xff", b"\xc3\xa9", b"\xed\xa0\x80", b"1e999",
    b"9" * 5000,    b"\\u0061", b"\\ud800", b'"id":', b'"value":', b'"type":3,', b'{"type":1},',
]  # fmt: skip


def response(body: bytes, content_type: str = "application/json") -> Response:
    headers = Headers({"content-type": content_type})
    return Response(200, headers, body, "https://api.example.test")


def selecting(*bodies: Any, places: Any = PLACES) -> Any:
    learned = Learned(places)
    for body in bodies:
        learned.see(body)
    return selected_json(learned.outline())


def spoiled(dice: Random, body: bytes) -> bytes:
    for _ in range(dice.randint(0, 3)):
        at, size = dice.randrange(len(body)), dice.randint(0, 4)
        taken = dice.choice([*JUNK, b"", b"", body[at : at + 9 * size]])
        body = body[:at] + taken + body[at + size * dice.randint(0, 1) :]
    return body


def tried(answer: Response) -> tuple[str | None, Any]:
    try:
        return None, decode_json(answer)
    except UnreadableBody as error:
        return error.message, None


def test_whatever_the_bytes_are_a_part_is_what_the_whole_has_there() -> None:
    decode = selecting(BODY)
    dice = Random(1)
    both = 0
    for _ in range(4000):
        answer = response(spoiled(dice, json.dumps(BODY, ensure_ascii=False).encode()))
        try:
            part = decode(answer)
        except Unlike:
            continue
        refusal, whole = tried(answer)
        if refusal is not None:
            # Of what nobody reads this is not checked.
            assert "UTF-8" in refusal or "out of range" in refusal, answer.body
            continue
        both += 1
        for place in PLACES:
            assert repr(walk(part, place)) == repr(walk(whole, place)), answer.body
    assert both > 1000


def deep(levels: int) -> Any:
    return "leaf" if levels == 0 else {"below": deep(levels - 1)}


def test_a_value_may_be_eight_levels_deep() -> None:
    decode = selecting({"room": deep(1)}, places=[("room",)])
    body = {"room": deep(8)}
    assert walk(decode(response(json.dumps(body).encode())), ("room",)) == body["room"]
    with pytest.raises(Unlike):
        decode(response(json.dumps({"room": deep(9)}).encode()))


def test_lists_may_hold_what_was_seen_in_them_though_nobody_reads_it() -> None:
    body = {"id": 7, "mail": [{"type": "x"}, [1]]}
    decode = selecting(body, places=[("id",), ("mail", "value")])
    part = decode(response(json.dumps(body).encode()))
    assert walk(part, ("mail", "value")) is ABSENT
    assert walk(part, ("id",)) == 7


def test_of_a_key_that_stands_there_twice_the_last_counts() -> None:
    decode = selecting({"id": 1, "mail": {"value": 1}}, places=[("id",), ("mail", "value")])
    part = decode(response(b'{"mail":{"value":1},"id":1,"\\u0069d":2,"mail":{"value":3}}'))
    assert (walk(part, ("id",)), walk(part, ("mail", "value"))) == (2, 3)


def test_a_byte_order_mark_is_passed_over() -> None:
    assert (
        walk(selecting({"id": 1}, places=[("id",)])(response(b'\xef\xbb\xbf{"id":7}')), ("id",))
        == 7
    )


@pytest.mark.parametrize("charset", ["iso-8859-1", "utf-16", "windows-1252"])
def test_what_is_in_another_charset_is_left_to_the_whole(charset: str) -> None:
    decode = selecting({"id": 1}, places=[("id",)])
    with pytest.raises(Unlike):
        decode(response(b'{"id":7}', f"application/json; charset={charset}"))
    with pytest.raises(Unlike):
        decode(response('{"id":7}'.encode("utf-16")))


@pytest.mark.parametrize("charset", ["utf-8", "us-ascii", "nonsense"])
def test_what_is_utf8_is_decoded_in_part(charset: str) -> None:
    decode = selecting({"id": 1}, places=[("id",)])
    answer = response(b'{"id":7}', f"application/json; charset={charset}")
    assert walk(decode(answer), ("id",)) == 7


@pytest.mark.parametrize("body", [b"", b"{", b'{"id":{}}', b'{"id":[[]]}', b'{"of":1}', b"{}"])
def test_what_is_unlike_anything_seen_is_left_to_the_whole(body: bytes) -> None:
    decode = selecting({"id": 1}, {"id": ["a"]}, places=[("id",)])
    with pytest.raises(Unlike):
        decode(response(body))
