"""XML: its shape as JSON, and that it can do nothing but be read."""

from typing import Any

import pytest

from .reading import decode, refusal


@pytest.mark.parametrize(
    ("body", "gives"),
    [
        ("<a/>", None),
        ("<a></a>", None),
        ("<a> \n </a>", None),
        ("<a>1</a>", "1"),
        ("<a> Ada\n </a>", "Ada"),
        ("<a><![CDATA[<b>&amp;]]></a>", "<b>&amp;"),
        ("<a>&lt;&amp;&#233;&#x1F600;</a>", "<&é😀"),
        ("<a b='1'/>", {"@b": "1"}),
        ("<a b='1'>x</a>", {"@b": "1", "#text": "x"}),
        ("<a><b>1</b></a>", {"b": "1"}),
        ("<a><b>1</b><c/><b>2</b></a>", {"b": ["1", "2"], "c": None}),
        ("<a>x<!-- no --><?no no?>y</a>", "xy"),
        ("<a b=''/>", {"@b": ""}),
    ],
)
def test_elements_come_as_json(body: str, gives: Any) -> None:
    assert decode("xml", body.encode()) == {"a": gives}


@pytest.mark.parametrize("people", [1, 2, 3])
def test_a_list_by_name_is_a_list_of_however_many(people: int) -> None:
    body = b"<r><people>" + b"<p><id>1</id></p>" * people + b"</people></r>"
    assert decode("xml", body, lists=["p"]) == {"r": {"people": {"p": [{"id": "1"}] * people}}}


def test_names_are_without_their_namespaces() -> None:
    body = (
        b'<w:Report xmlns:w="urn:com.acme/report" xmlns="http://example.com/x">'
        b'<w:Entry w:id="1" xml:lang="en"><Name xmlns="urn:other">Ada</Name></w:Entry></w:Report>'
    )
    entry = {"@id": "1", "@lang": "en", "Name": "Ada"}
    assert decode("xml", body, lists=["Entry"]) == {"Report": {"Entry": [entry]}}


@pytest.mark.parametrize(
    "body",
    [
        b'<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><b xsi:nil="true"/></a>',
        b'<a><b type="date" nil="true"/></a>',
    ],
)
def test_what_is_said_to_be_nil_is_null(body: bytes) -> None:
    assert decode("xml", body) == {"a": {"b": None}}


@pytest.mark.parametrize("charset", ["ISO-8859-1", "windows-1252", "utf-8", "US-ASCII", "UTF-16"])
def test_the_charset_of_the_declaration_counts(charset: str) -> None:
    text = f"<?xml version='1.0' encoding='{charset}'?><a>Zoë</a>"
    codec = {"US-ASCII": "utf-8"}.get(charset, charset)
    assert decode("xml", text.encode(codec)) == {"a": "Zoë"}


def test_a_declaration_of_utf_16_in_what_is_not_is_overlooked() -> None:
    assert decode("xml", "<?xml version='1.0' encoding='UTF-16'?><a>Zoë</a>".encode()) == {
        "a": "Zoë"
    }


BILLION = (
    '<!DOCTYPE a [<!ENTITY x "ha">'
    + "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 10)).replace("&x0;", "&x;")
    + "]><a>&x9;</a>"
)


@pytest.mark.parametrize(
    "body",
    [
        BILLION,
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        '<!DOCTYPE a PUBLIC "-//X" "http://169.254.169.254/x.dtd"><a/>',
        '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:1/"> %p;]><a/>',
        '<!DOCTYPE a [<!ATTLIST a b CDATA "c">]><a/>',
        '<?xml version="1.0"?>\n<!-- c --><!DOCTYPE a><a/>',
    ],
)
def test_a_document_type_is_refused(body: str) -> None:
    assert refusal("xml", body.encode()).code == "xml-document-type"
    assert refusal("xml", body.encode("utf-16")).code == "xml-document-type"


def test_an_entity_of_nobody_is_a_broken_body() -> None:
    assert refusal("xml", b"<a>&nbsp;</a>").code == "broken-body"


def test_an_include_is_an_element_like_any_other() -> None:
    body = b'<a xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="/etc/passwd"/></a>'
    assert decode("xml", body) == {"a": {"include": {"@href": "/etc/passwd"}}}


def test_a_hundred_levels_are_read_and_one_more_is_not() -> None:
    assert decode("xml", b"<a>" * 100 + b"</a>" * 100)
    assert refusal("xml", b"<a>" * 101 + b"</a>" * 101).code == "xml-too-deep"
    assert refusal("xml", b"<a>" * 1_000_000).code == "xml-too-deep"


@pytest.mark.parametrize(
    "body", [b"<a><b>Ada</b>", b"<a>Ada</b>", b"<a/><b/>", b"<a b='1' b='2'/>", b"<a>\x00</a>"]
)
def test_broken_xml_is_a_broken_body_on_a_line(body: bytes) -> None:
    refused = refusal("xml", body)
    assert (refused.code, refused.message) == (
        "broken-body",
        "the answer's XML is cut or broken (line 1)",
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty-body"),
        (b" \n", "empty-body"),
        (b"nothing", "wrong-format"),
        (b'{"a": 1}', "wrong-format"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "wrong-format"),
        (b"<html><body>Sign in</body></html>", "wrong-format"),
    ],
)
def test_what_came_instead_of_xml_is_told(body: bytes, code: str) -> None:
    assert refusal("xml", body).code == code


def test_blanks_before_the_declaration_do_no_harm() -> None:
    assert decode("xml", b"\n <?xml version='1.0'?><a>1</a>\n") == {"a": "1"}


@pytest.mark.parametrize(
    "body",
    [
        b"<a>" + b"<b/>" * 2_000_000 + b"</a>",
        b"<a>" + b"<b c='' d='' e='' f=''/>" * 400_000 + b"</a>",
    ],
    ids=["elements", "attributes"],
)
def test_an_answer_of_millions_of_elements_is_refused(body: bytes) -> None:
    assert refusal("xml", body).code == "page-too-large"
