"""Tables in text, as RFC 4180 and the exports of vendors have them."""

import csv
import gzip
import io
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.errors import ResponseError
from onroll.http.client import HttpClient
from onroll.model import Limits, Request
from onroll.plugins.registry import installed

from .reading import decode, refusal


@pytest.mark.parametrize(
    ("body", "config"),
    [
        (b"id,name\n1,Ada\n", {}),
        (b"id,name\r\n1,Ada\r\n", {}),
        (b"id,name\n1,Ada", {}),
        (b"\n\nid,name\n\n1,Ada\n\n", {}),
        (b"\xef\xbb\xbfid,name\n1,Ada", {}),
        (b'"id","name"\n"1","Ada"', {}),
        (b" id , name \n1,Ada", {}),
        (b"id;name\n1;Ada", {"delimiter": ";"}),
        (b"id\tname\n1\tAda", {"delimiter": "tab"}),
        (b"id\tname\n1\tAda", {"delimiter": "\t"}),
        (b"id|'name'\n1|'Ada'", {"delimiter": "|", "quote": "'"}),
        (b"1,Ada", {"columns": ["id", "name"]}),
        (b"number,full name\n1,Ada", {"columns": ["id", "name"], "skip_rows": 1}),
        (b'All "people"" of us\n\nid,name\n1,Ada', {"skip_rows": 2}),
    ],
)
def test_a_table_is_a_list_of_objects(body: bytes, config: dict[str, Any]) -> None:
    assert decode("csv", body, **config) == [{"id": "1", "name": "Ada"}]


def test_values_stay_text_and_empty_cells_are_null() -> None:
    body = b'id,b,c,d,e\n007,,"",true, \n'
    assert decode("csv", body) == [{"id": "007", "b": None, "c": None, "d": "true", "e": " "}]


def test_a_quoted_cell_may_hold_anything() -> None:
    body = b'id,note\n1,"a, ""b""\r\nc"\n'
    assert decode("csv", body) == [{"id": "1", "note": 'a, "b"\r\nc'}]


def test_without_quotes_a_quote_is_text() -> None:
    body = b'id,nick\n1,"Ada\n2,6" tall\n'
    found = decode("csv", body, quote="none")
    assert [one["nick"] for one in found] == ['"Ada', '6" tall']


_CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)


@given(st.lists(st.tuples(_CELLS, _CELLS), max_size=5))
def test_what_another_program_writes_is_read(rows: list[tuple[str, str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows([("id", "name"), *rows])
    found = decode("csv", file.getvalue().encode(), "text/csv; charset=utf-8")
    assert [(one["id"], one["name"]) for one in found] == [(a or None, b or None) for a, b in rows]


@pytest.mark.parametrize(
    ("body", "config"), [(b"id,name\n", {}), (b"id", {}), (b"", {"columns": ["id"]})]
)
def test_a_table_without_rows_is_an_empty_list(body: bytes, config: dict[str, Any]) -> None:
    assert decode("csv", body, **config) == []


def test_an_answer_without_its_header_row_is_empty() -> None:
    assert refusal("csv", b"").code == "empty-body"
    assert refusal("csv", b"\n\n").code == "empty-body"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"id,name\n1,Ada\n2\n", "row 3 of the CSV has 1 cells where 2 are expected"),
        (b"id,name\n\n1,Ada,x\n", "row 3 of the CSV has 3 cells where 2 are expected"),
        (b"Title\nid,name\n1\n", "row 3 of the CSV has 1 cells where 2 are expected"),
    ],
)
def test_a_row_of_another_length_is_named_by_its_number(body: bytes, said: str) -> None:
    skipped = 1 if body.startswith(b"Title") else 0
    refused = refusal("csv", body, skip_rows=skipped)
    assert (refused.code, refused.message) == ("wrong-columns", said)


@pytest.mark.parametrize("body", [b'id,name\n1,"Ada', b'id,name\n1,"A"da\n', b'id,"name\n1,x\n'])
def test_quotes_that_do_not_close_are_a_broken_body(body: bytes) -> None:
    assert refusal("csv", body).code == "broken-body"


def test_an_endless_cell_is_a_broken_body() -> None:
    refused = refusal("csv", b"id,name\n1," + b"x" * 200_000)
    assert (refused.code, refused.message[:5]) == ("broken-body", "row 2")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"id,name,id\n", "columns 1 and 3 of the CSV's header row have the same name"),
        (b"id, id\n", "columns 1 and 2 of the CSV's header row have the same name"),
        (b"id,,name\n", "column 2 of the CSV's header row has no name"),
        (b"id,name,\n1,Ada,\n", "column 3 of the CSV's header row has no name"),
    ],
)
def test_a_header_row_that_names_no_columns_is_refused(body: bytes, said: str) -> None:
    refused = refusal("csv", body)
    assert (refused.code, refused.message) == ("wrong-columns", said)
    assert "columns" in (refused.hint or "")


@pytest.mark.parametrize(("mark", "shown"), [(";", ";"), ("\t", "tab"), ("|", "|")])
def test_another_delimiter_is_proposed(mark: str, shown: str) -> None:
    refused = refusal("csv", f"id{mark}name\n1{mark}Ada\n".encode())
    assert refused.hint == f'it holds `{shown}`: try `delimiter: "{shown}"`'


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"<!DOCTYPE html>\n<html>", "an HTML page"),
        (b"\n <html><head>", "an HTML page"),
        (b'<?xml version="1.0"?><a/>', "XML"),
        (b"<error>no</error>", "XML"),
        (b'{"error": "no"}', "JSON"),
        (b'[ {"id": 1}]', "JSON"),
    ],
)
@pytest.mark.parametrize("config", [{}, {"columns": ["id"]}])
def test_another_format_is_no_table(body: bytes, what: str, config: dict[str, Any]) -> None:
    refused = refusal("csv", body, **config)
    assert refused.code == "wrong-format"
    assert what in refused.message


def _answered(body: bytes, limit: int) -> Any:
    """What a source answers as a file, read by the client as the fetcher reads it."""

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=body, headers={"content-type": "application/gzip"})

    read = installed().decoder["csv"].kind.build({})
    limits = Limits(page_bytes=limit)
    with HttpClient(limits, transport=httpx.MockTransport(answer)) as client:
        return client.send(Request("GET", "https://api.example.test/people.csv.gz"), read)[1]


def test_an_export_that_is_a_gzip_file_is_read() -> None:
    assert _answered(gzip.compress(b"id,name\n1,Ada\n"), 1000) == [{"id": "1", "name": "Ada"}]


def test_an_export_that_is_a_bomb_is_refused_at_the_limit_of_a_page() -> None:
    with pytest.raises(ResponseError) as caught:
        _answered(gzip.compress(b"id\n" + b"1\n" * 10_000), 1000)
    assert caught.value.diagnostics[0].code == "page-too-large"
