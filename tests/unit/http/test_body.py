"""Bodies: bounded as they come and as they grow, decompressed, and decoded whatever they are."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onroll.http.body import BodyTooLarge, UnreadableBody, decode_json, decompress, unpacked
from onroll.model import Headers, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LIMIT = 1 << 20


def _bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


_PACKED: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "identity": bytes,
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZIP ": gzip.compress,
    "deflate": zlib.compress,
}


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


@pytest.mark.parametrize("encoding", _PACKED)
@given(data=st.binary(max_size=500), size=st.integers(1, 60))
def test_a_body_comes_out_as_it_went_in(encoding: str, data: bytes, size: int) -> None:
    packed = _PACKED[encoding](data)
    assert decompress(_pieces(packed, size), encoding, _LIMIT) == data


@given(data=st.binary(max_size=500), size=st.integers(1, 60))
def test_deflate_may_come_without_its_header(data: bytes, size: int) -> None:
    assert decompress(_pieces(_bare_deflate(data), size), "deflate", _LIMIT) == data


@given(parts=st.lists(st.binary(max_size=50), max_size=5), size=st.integers(1, 60))
def test_a_gzip_body_may_have_several_members(parts: list[bytes], size: int) -> None:
    packed = b"".join(gzip.compress(part) for part in parts)
    assert decompress(_pieces(packed, size), "gzip", _LIMIT) == b"".join(parts)


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate"])
def test_an_empty_body_is_empty_in_every_encoding(encoding: str) -> None:
    assert decompress(iter(()), encoding, _LIMIT) == b""


@pytest.mark.parametrize("encoding", _PACKED)
def test_a_body_of_the_limit_is_read_and_one_byte_more_is_not(encoding: str) -> None:
    pack = _PACKED[encoding]
    assert len(decompress([pack(b"x" * 5000)], encoding, 5000)) == 5000
    with pytest.raises(BodyTooLarge):
        decompress([pack(b"x" * 5001)], encoding, 5000)


def _bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=16 + zlib.MAX_WBITS)
    blanks = b" " * (1 << 20)
    return b"".join(packer.compress(blanks) for _ in range(megabytes)) + packer.flush()


def test_a_bomb_takes_no_more_memory_than_the_limit_and_one_mebibyte() -> None:
    bomb = _bomb(100)
    limit = 4 << 20
    tracemalloc.start()
    try:
        with pytest.raises(BodyTooLarge):
            decompress(_pieces(bomb, 65536), "gzip", limit)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= limit + (1 << 20)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", ""])
def test_what_follows_a_body_without_end_is_not_read_without_end(encoding: str) -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        yield _PACKED[encoding](b"{}")
        while True:
            taken += 1
            yield gzip.compress(b"") if encoding == "gzip" else b"\0" * 20

    with pytest.raises(BodyTooLarge):
        decompress(endless(), encoding, 10_000)
    assert taken <= 501


def test_garbage_behind_a_gzip_body_is_a_broken_body() -> None:
    with pytest.raises(UnreadableBody) as caught:
        decompress([gzip.compress(b"{}") + b"garbage"], "gzip", _LIMIT)
    assert caught.value.code == "broken-body"


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@given(at=st.integers(1, 40))
def test_a_compressed_body_that_ends_too_early_is_broken(encoding: str, at: int) -> None:
    packed = _PACKED[encoding](json.dumps(list(range(100))).encode())
    with pytest.raises(UnreadableBody) as caught:
        decompress([packed[:-at]], encoding, _LIMIT)
    assert caught.value.code == "broken-body"


def test_a_body_that_is_not_compressed_as_it_says_is_broken() -> None:
    with pytest.raises(UnreadableBody, match="cannot be decompressed"):
        decompress([b'{"people": []}'], "gzip", _LIMIT)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress"])
def test_an_encoding_that_was_not_asked_for_is_named(encoding: str) -> None:
    with pytest.raises(UnreadableBody, match=f"`{encoding}`, which was not asked for"):
        decompress([b"..."], encoding, _LIMIT)


# --- JSON ---------------------------------------------------------------------------------------


def _answer(body: bytes, status: int = 200, kind: str = "application/json") -> Response:
    return Response(status, Headers({"Content-Type": kind}), body, "")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text('ab[]{}\\"'),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("k[{"), inner, max_size=4),
    max_leaves=20,
)


@given(_JSON)
def test_json_is_decoded_as_python_does_it(value: object) -> None:
    assert decode_json(_answer(json.dumps(value).encode())) == value


def test_a_byte_order_mark_is_overlooked() -> None:
    assert decode_json(_answer(b'\xef\xbb\xbf{"a": 1}')) == {"a": 1}


def test_the_content_type_does_not_matter() -> None:
    assert decode_json(_answer(b"[1]", kind="text/html")) == [1]


def test_a_204_has_nothing() -> None:
    assert decode_json(_answer(b"", 204)) is None


def test_a_large_number_stays_whole() -> None:
    assert decode_json(_answer(b"[12345678901234567890123]")) == [12345678901234567890123]


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (b"", "empty-body", "has no body"),
        (b"  \n", "empty-body", "has no body"),
        (b'{"people": [', "broken-body", "cut or broken"),
        (b'["\xff"]', "broken-body", "cut or broken"),
        (b"[" + b"1" * 5000 + b"]", "broken-body", "cut or broken"),
        (b"[1e999]", "broken-body", "cut or broken"),
        (b"<!DOCTYPE html><title>Log in</title>", "not-json", "is an HTML page, not JSON"),
        (b"\n <html>", "not-json", "is an HTML page, not JSON"),
        (b"<?xml version='1.0'?><people/>", "not-json", "looks like XML, not JSON"),
        (b"Service unavailable", "not-json", "is not JSON"),
    ],
)
def test_what_came_instead_of_json_is_named(body: bytes, code: str, words: str) -> None:
    with pytest.raises(UnreadableBody) as caught:
        decode_json(_answer(body))
    assert caught.value.code == code
    assert words in caught.value.message


def test_an_html_page_is_said_to_be_a_login_page_perhaps() -> None:
    with pytest.raises(UnreadableBody) as caught:
        decode_json(_answer(b"<html>", kind="text/html; charset=utf-8"))
    assert "text/html" in caught.value.message
    assert "login" in (caught.value.hint or "")


def test_no_person_is_in_the_message_of_a_cut_answer() -> None:
    with pytest.raises(UnreadableBody) as caught:
        decode_json(_answer(b'{"email": "ada@example.test", "x": '))
    assert "ada" not in caught.value.message


def _nested(depth: int, opening: bytes, closing: bytes) -> bytes:
    return opening * depth + b"1" + closing * depth


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}"), (b'["]",', b"]")])
@pytest.mark.parametrize("depth", [101, 500, 990, 5000, 1_000_000])
def test_json_that_is_nested_too_deep_is_refused(
    depth: int, opening: bytes, closing: bytes
) -> None:
    with pytest.raises(UnreadableBody) as caught:
        decode_json(_answer(_nested(depth, opening, closing)))
    assert caught.value.code == "json-too-deep"


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}"), (b'["]",', b"]")])
def test_json_of_a_hundred_levels_is_read(opening: bytes, closing: bytes) -> None:
    decode_json(_answer(_nested(100, opening, closing)))


def test_brackets_inside_text_are_no_depth() -> None:
    text = "[" * 1000 + "{" * 1000
    assert decode_json(_answer(json.dumps({"note": text}).encode())) == {"note": text}


def _deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Wrap JSON in one more level, beside texts made of what nesting is written with."""
    text = st.text('[]{}"\\\\ab', max_size=6).map(json.dumps)
    wrap = st.sampled_from(["[{0}]", "[{1},{0}]", "[{0},{1}]", "[{1},{0},{1}]"])
    keyed = st.sampled_from(['{{"a":{0}}}', "{{{1}:{0}}}", '{{"x":{1},"a":{0},"y":{1}}}'])
    return st.builds(lambda form, one, two: form.format(one, two), wrap | keyed, inner, text)


@st.composite
def _towers(draw: st.DrawFn) -> str:
    """Draw JSON about as deep as is allowed, its layers repeated: else it would take too long."""
    layers = draw(st.lists(_deeper(st.just("@")), min_size=1, max_size=3))
    body = "1"
    for number in range(draw(st.integers(90, 110))):
        body = layers[number % len(layers)].replace("@", body)
    return body


def _depth(value: object) -> int:
    if not isinstance(value, dict | list):
        return 0
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max((_depth(one) for one in inner), default=0)


@given(_towers())
@example("[" * 50 + '["]",' * 60 + "1" + ',"["]' * 60 + "]" * 50)
@example('["]",' * 150 + "1" + ',"["]' * 150)
@example('["\\\\","]",' * 150 + "1" + ',"\\"["]' * 150)
@example('{"}":{"a\\\\\\"}":' * 75 + '"{{"' + "}}" * 75)
@example("[" + "{}," * 500 + "[]]")
def test_the_bound_of_nesting_holds_whatever_texts_say(body: str) -> None:
    is_too_deep = _depth(json.loads(body)) > 100
    try:
        decode_json(_answer(body.encode()))
    except UnreadableBody as error:
        assert (error.code, is_too_deep) == ("json-too-deep", True)  # noqa: PT017  (both ways)
    else:
        assert not is_too_deep


def test_a_gzip_file_that_came_as_a_body_is_unpacked() -> None:
    assert unpacked(gzip.compress(b"id,name\n"), _LIMIT) == b"id,name\n"


def test_a_gzip_file_of_very_many_members_is_unpacked_in_pieces() -> None:
    # At once it would be copied at the end of each member, and take minutes.
    packed = gzip.compress(b"a") * 300_000
    assert unpacked(packed, 32 << 20) == b"a" * 300_000


@pytest.mark.parametrize("body", [b"", b"\x1f", b"\x1f\x8b", b"id,name\n", b"[]", b"\x1f\x8b\x00"])
def test_a_body_that_is_no_gzip_file_stays_as_it_is(body: bytes) -> None:
    assert unpacked(body, _LIMIT) == body


def test_a_gzip_file_as_a_body_is_bounded_like_any_other() -> None:
    with pytest.raises(BodyTooLarge):
        unpacked(gzip.compress(b"x" * 5001), 5000)
    with pytest.raises(UnreadableBody):
        unpacked(gzip.compress(b"x" * 5000)[:-1], 5000)
