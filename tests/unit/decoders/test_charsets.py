"""Every format is read in the charset that the answer says, or the definition for it."""

import json
from typing import Any

import pytest

from onroll.builtin import shipped_schema
from onroll.http.charset import CHARSETS

from .reading import decode, refusal

TEXTS = {
    "json": '[{"name": "Zoë Šimková"}]',
    "ndjson": '{"name": "Zoë Šimková"}\n',
    "csv": "name\nZoë Šimková\n",
    "xml": "<name>Zoë Šimková</name>",
}
FORMATS = pytest.mark.parametrize("name", TEXTS)


def read(name: str, body: bytes, content_type: str = "", **config: Any) -> bool:
    """Whether the person's name comes out as it is."""
    return "Zoë Šimková" in json.dumps(
        decode(name, body, content_type, **config), ensure_ascii=False
    )


@FORMATS
def test_utf_8_needs_no_word_about_it(name: str) -> None:
    assert read(name, TEXTS[name].encode())


@FORMATS
@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("content_type", ["", "text/plain; charset=iso-8859-1"])
def test_a_byte_order_mark_is_believed_first_and_is_no_text(
    name: str, codec: str, content_type: str
) -> None:
    assert read(name, TEXTS[name].encode(codec), content_type)
    assert "\ufeff" not in json.dumps(decode(name, TEXTS[name].encode(codec)), ensure_ascii=False)


@FORMATS
@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_utf_16_and_utf_32_are_told_by_their_zero_bytes(name: str, codec: str) -> None:
    assert read(name, TEXTS[name].encode(codec))


@FORMATS
@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain; charset=windows-1250",
        'text/plain; CHARSET="Windows-1250"; header=present',
        "text/plain;charset = cp1250",
    ],
)
def test_the_charset_of_the_content_type_counts(name: str, content_type: str) -> None:
    assert read(name, TEXTS[name].encode("cp1250"), content_type)


@FORMATS
def test_the_charset_of_the_definition_counts_before_the_content_type(name: str) -> None:
    body = TEXTS[name].encode("cp1250")
    assert read(name, body, "text/plain; charset=utf-8", charset="windows-1250")


@FORMATS
def test_what_is_called_latin_1_is_what_windows_calls_so(name: str) -> None:
    assert read(name, TEXTS[name].encode("cp1252"), "text/plain; charset=latin1")


@FORMATS
def test_what_is_called_ascii_may_be_utf_8(name: str) -> None:
    assert read(name, TEXTS[name].encode(), "text/plain; charset=us-ascii")


@FORMATS
@pytest.mark.parametrize("charset", ["rot13", "zlib", "idna", "utf8mb4", "unicode_escape", "\x00"])
def test_what_is_no_charset_is_overlooked(name: str, charset: str) -> None:
    assert read(name, TEXTS[name].encode(), f"text/plain; charset={charset}")


def test_json_that_is_utf_8_stays_so_whatever_its_content_type_says() -> None:
    assert read("json", TEXTS["json"].encode(), "application/json; charset=iso-8859-1")


@pytest.mark.parametrize("name", ["csv", "xml", "ndjson"])
def test_bytes_that_fit_no_charset_are_refused_with_the_key_that_mends_it(name: str) -> None:
    refused = refusal(name, TEXTS[name].encode("cp1250"))
    assert refused.code == "wrong-charset"
    assert refused.message == "the answer is no text in utf-8"
    assert "`charset: windows-1252`" in (refused.hint or "")


def test_json_in_no_known_charset_shows_not_a_byte() -> None:
    refused = refusal("json", b'[{"name": "Zo\xeb"}]')
    assert refused.code == "broken-body"
    assert "not UTF-8" in refused.message
    assert "eb" not in refused.message


def test_the_charsets_of_the_schema_are_those_that_are_read() -> None:
    assert shipped_schema("common")["$defs"]["charset"]["enum"] == list(CHARSETS)
    for charset in CHARSETS:
        assert decode(
            "csv", "id\n1\n".encode(charset.replace("windows-874", "cp874")), charset=charset
        )
