"""`xml`: elements as objects. No document type, so no entities, and nothing is fetched.

    <directory><employees>
      <employee id="1"><name>Ada</name><office/></employee>
    </employees></directory>

    decoder: {format: xml, lists: [employee]}
    list_users: {endpoint: /directory, resource_location: directory.employees.employee}

gives `{"directory": {"employees": {"employee": [{"@id": "1", "name": "Ada", "office": null}]}}}`.
Attributes are `@name`, text beside attributes is `#text`, names are without their namespace.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final
from xml.parsers import expat

from onroll.builtin import shipped_schema
from onroll.decoders.appearance import refuse_other_format
from onroll.http.charset import read_text
from onroll.plugins import hookimpl
from onroll.protocols import Decoder, DecoderExample, DecoderKind, UnreadableBody

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.model import Json, Response

#: As for JSON: deeper is no list of people.
_DEEPEST: Final = 100
#: Elements and attributes of an answer. Each of a few bytes takes hundreds once it is read.
_MOST: Final = 2_000_000
_DECLARED: Final = re.compile(rb"""\s*<\?xml[^>]{1,100}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")


def _build(config: Mapping[str, Any]) -> Decoder:
    charset = config.get("charset")
    lists = frozenset(config.get("lists", ()))

    def decode(response: Response) -> Json:
        if response.status == 204:
            return None
        text = read_text(response, charset, _declared(response.body))
        if not text.strip():
            raise UnreadableBody("empty-body", f"the answer ({response.status}) has no body")
        refuse_other_format(text, "XML")
        # Decoded once, by one rule for all formats: the parser need not know any charset.
        body = text.strip().encode()
        _refuse_danger(body)
        # Imported by whoever reads XML: most commands never do.
        import xmltodict  # noqa: PLC0415  (see above)

        return xmltodict.parse(
            body,
            encoding="utf-8",
            process_namespaces=True,
            namespaces=defaultdict(str),
            force_list=lists,
            postprocessor=_shaped,  # type: ignore[arg-type]  # its stub lacks null
        )

    return decode


def _encode(config: Mapping[str, Any], value: Json, answer: Response) -> bytes:
    import xmltodict  # noqa: PLC0415  (as above)

    written: str = xmltodict.unparse(value, pretty=True, full_document=False)
    return written.encode(config.get("charset", "utf-8"), "xmlcharrefreplace")


def _declared(body: bytes) -> str | None:
    found = _DECLARED.match(body)
    name = found.group(1).decode() if found else None
    # What reads as ASCII is in neither of these, whatever it says.
    return None if name is None or name.lower().startswith(("utf-16", "utf-32")) else name


def _refuse_danger(body: bytes) -> None:
    """Raise `UnreadableBody` for XML that is broken, deep, vast, or has a document type.

    Without a document type there are no entities but XML's own five, and no references outside.
    """
    depth = count = 0

    def open_element(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth += 1
        count += 1 + len(attributes)
        if depth > _DEEPEST:
            raise UnreadableBody("xml-too-deep", "the answer's XML is nested too deep to be read")
        if count > _MOST:
            raise UnreadableBody(
                "page-too-large",
                f"the answer's XML has more than {_MOST:,} elements and attributes",
                "ask for smaller pages (`pagination.limit`)",
            )

    def close_element(name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate("utf-8", ":")
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler = open_element
    parser.EndElementHandler = close_element
    try:
        parser.Parse(body, True)  # noqa: FBT003  (expat's own: this is all of it)
    except expat.ExpatError as error:
        message = f"the answer's XML is cut or broken (line {error.lineno})"
        if not body.startswith(b"<"):
            raise UnreadableBody("wrong-format", "the answer is not XML") from None
        raise UnreadableBody("broken-body", message) from None


def _refuse_document_type(*_: object) -> None:
    raise UnreadableBody(
        "xml-document-type",
        "the answer's XML has a document type, which may declare entities",
        "onroll reads no document types; ask the API for another format",
    )


def _shaped(path: object, key: str, value: Json) -> tuple[str, Json] | None:
    """Leave out declarations of namespaces, and make null what is said to be nil."""
    if key == "@xmlns":
        return None
    is_nil = isinstance(value, dict) and value.get("@nil") in ("true", "1")
    return key, None if is_nil else value


@hookimpl
def onroll_decoders() -> list[DecoderKind]:
    """Offer `xml`."""
    return [
        DecoderKind(
            name="xml",
            summary="XML: elements as objects, attributes as `@name`, repeated elements as lists",
            accept="application/xml, text/xml;q=0.9, */*;q=0.5",
            schema=shipped_schema("decoders/xml"),
            build=_build,
            encode=_encode,
            examples=(
                DecoderExample(
                    {"lists": ["employee"]},
                    b'<directory xmlns="urn:acme"><employee id="1"><name>Ada</name><office/>'
                    b'<phone kind="work">12</phone></employee></directory>',
                    {
                        "directory": {
                            "employee": [
                                {
                                    "@id": "1",
                                    "name": "Ada",
                                    "office": None,
                                    "phone": {"@kind": "work", "#text": "12"},
                                }
                            ]
                        }
                    },
                    content_type="text/xml",
                ),
                DecoderExample(
                    {},
                    b'<?xml version="1.0" encoding="ISO-8859-1"?>'
                    b"<people><person>Zo\xeb</person><person>Ada</person></people>",
                    {"people": {"person": ["Zoë", "Ada"]}},
                ),
                DecoderExample({}, b"<people><person>Ada</per", None),
                DecoderExample({}, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', None),
            ),
        )
    ]
