"""Recorded answers of any format become a call's answer; nothing of them is shown in an error."""

import gzip
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.drafting.evidence import Answer, Call, FieldFacts, ParameterFacts
from onroll.drafting.recording import merge, read_recording, read_recordings
from onroll.errors import UsageError
from onroll.model import Headers, Json

PEOPLE = [{"id": 1, "email": "ada@example.com"}, {"id": 2, "email": "ben@example.com"}]
BODY = json.dumps({"data": PEOPLE}).encode()


def answer_of(raw: bytes, name: str = "answer.txt") -> Answer:
    answer = read_recording(raw, name).answer
    assert answer is not None
    return answer


def refused(raw: bytes, name: str = "answer.json") -> UsageError:
    with pytest.raises(UsageError) as raised:
        read_recordings(raw, name)
    return raised.value


@pytest.mark.parametrize(
    "raw",
    [BODY, b"\xef\xbb\xbf" + BODY, BODY.decode().encode("utf-16"), gzip.compress(BODY, mtime=0)],
)
def test_json_is_read_whatever_it_is_saved_as(raw: bytes) -> None:
    answer = answer_of(raw)
    assert (answer.body, answer.decoder, answer.status) == ({"data": PEOPLE}, None, 200)


def test_the_head_that_curl_prints_gives_status_and_headers() -> None:
    head = b"HTTP/2 200 \r\ncontent-type: application/json\r\nX-Total-Count: 2\r\n"
    answer = answer_of(head + b"set-cookie: sid=s3cr3t\r\nlink: <a>; rel=next\r\n\r\n" + BODY)
    assert answer.headers["x-total-count"] == "2"
    assert answer.headers["link"] == "<a>; rel=next"
    assert "set-cookie" not in answer.headers
    assert answer.body == {"data": PEOPLE}


@pytest.mark.parametrize(
    "before",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 301 Moved\r\nLocation: /x\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 5\r\n\r\nmoved\n",
        b"HTTP/1.1 200 Connection established\r\n\r\n",
        b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=x\r\n\r\n",
    ],
)
def test_heads_in_front_of_the_last_one_are_passed_over(before: bytes) -> None:
    answer = answer_of(before + b"HTTP/1.1 200 OK\nX-A: 1\n\n" + BODY)
    assert (answer.status, answer.headers["x-a"]) == (200, "1")
    assert answer.body == {"data": PEOPLE}


def test_lines_of_json_are_decoded_by_their_format() -> None:
    answer = answer_of(b"\n".join(json.dumps(one).encode() for one in PEOPLE))
    assert (answer.body, answer.decoder) == (PEOPLE, {"format": "ndjson"})


@pytest.mark.parametrize(
    ("delimiter", "decoder"),
    [
        (",", {"format": "csv"}),
        (";", {"format": "csv", "delimiter": ";"}),
        ("\t", {"format": "csv", "delimiter": "tab"}),
        ("|", {"format": "csv", "delimiter": "|"}),
    ],
)
def test_a_table_is_decoded_by_its_delimiter(delimiter: str, decoder: Json) -> None:
    rows = [["id", "email"], ["1", "ada@example.com"], ["2", "ben@example.com"]]
    answer = answer_of("\r\n".join(delimiter.join(row) for row in rows).encode(), "people.csv")
    assert answer.decoder == decoder
    assert answer.body[1] == {"id": "2", "email": "ben@example.com"}


def test_an_old_programs_table_has_its_charset_told() -> None:
    answer = answer_of("id,name\n1,Zoë\n".encode("windows-1252"))
    assert answer.decoder == {"format": "csv", "charset": "windows-1252"}
    assert answer.body == [{"id": "1", "name": "Zoë"}]


def test_xml_is_decoded() -> None:
    answer = answer_of(b"<people><person><id>1</id></person></people>")
    assert (answer.decoder, answer.body) == (
        {"format": "xml"}, {"people": {"person": {"id": "1"}}},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"", "no body"),
        (b"HTTP/1.1 401 Unauthorized\r\n\r\n{}", "status 401"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "no body"),
        (b"<!doctype html><title>Sign in</title>", "HTML page"),
        (b'{"data": [', "cut or broken"),
        (b'"only text"', "one value"),
        (b'{"openapi": "3.0.0", "paths": {}}', "OpenAPI"),
        (b'{"info": {"_postman_id": "x"}}', "Postman"),
    ],
)
def test_what_holds_no_list_is_refused_with_a_reason(raw: bytes, word: str) -> None:
    error = refused(raw)
    assert error.diagnostic.code == "recording-not-usable"
    assert word in error.diagnostic.message


def test_an_error_shows_nothing_of_the_recording() -> None:
    assert "s3cr3t" not in str(refused(b'{"token": "s3cr3t", "data": [s3cr3t'))


def test_merging_takes_the_request_from_who_knows_it() -> None:
    asked = Call(url="https://a.example.com/p", params={"limit": "5"}, headers=Headers({"a": "1"}))
    recorded = Call(answer=Answer([{"id": 1}]))
    for one in (merge(asked, recorded), merge(recorded, asked)):
        assert (one.url, one.params, one.headers["a"]) == (asked.url, {"limit": "5"}, "1")
        assert one.answer == recorded.answer


def test_a_recorded_answer_counts_more_than_a_made_up_one() -> None:
    made_up = Call(
        url="https://a.example.com/p", answer=Answer([{"id": 9}], is_described=True),
        known_params=(ParameterFacts("limit", 10, 50),), fields={"id": FieldFacts("integer")},
    )  # fmt: skip
    merged = merge(made_up, Call(answer=Answer([{"id": 1}])))
    assert merged.answer is not None
    assert merged.answer.body == [{"id": 1}]
    assert merged.known_params == made_up.known_params
    assert merged.fields == made_up.fields


def test_the_body_of_a_post_stays_with_its_address() -> None:
    curl = Call(url="https://a.example.com/q", method="POST", json={"page": 1})
    other = Call(url="https://a.example.com/other", params={"x": "1"}, credentials=("a", "b"))
    merged = merge(curl, other)
    assert (merged.method, merged.json, merged.params) == ("POST", {"page": 1}, {})
    assert merged.credentials == ("a", "b")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    for whole in (raw, b"HTTP/1.1 200 OK\r\n\r\n" + raw, b"id,name\n" + raw, b"{" + raw):
        with suppress(UsageError):
            assert all(call.answer is not None for call in read_recordings(whole, "some.txt"))
