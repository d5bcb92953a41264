"""`json`: what nearly every API answers, and what counts when a definition names no decoder.

    decoder: {format: json}

A byte order mark is passed over, and the content type is not asked: many servers send a wrong one.
Only its charset counts, for what is not UTF-8. `charset` is for an answer that does not say it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from onroll.builtin import shipped_schema
from onroll.decoders.selected import selected_json
from onroll.http.body import decode_json
from onroll.http.charset import read_text
from onroll.plugins import hookimpl
from onroll.protocols import Decoder, DecoderExample, DecoderKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.model import Json, Response
    from onroll.outline import Outline


class _Json:
    """JSON in UTF-8, of which a part can be decoded alone."""

    def __call__(self, response: Response) -> Json:
        return decode_json(response)

    def selecting(self, outline: Outline) -> Decoder:
        return selected_json(outline)


def _build(config: Mapping[str, Any]) -> Decoder:
    charset = config.get("charset")
    if charset is None:
        return _Json()

    def decode(response: Response) -> Json:
        return decode_json(replace(response, body=read_text(response, charset).encode()))

    return decode


def _encode(config: Mapping[str, Any], value: Json, answer: Response) -> bytes:
    # Whatever the charset, it has the letters of ASCII, by which JSON can write all others.
    charset = config.get("charset")
    text = json.dumps(value, ensure_ascii=charset is not None, indent=2) + "\n"
    return text.encode(charset or "utf-8", "replace")


@hookimpl
def onroll_decoders() -> list[DecoderKind]:
    """Offer `json`."""
    return [
        DecoderKind(
            name="json",
            summary="JSON (RFC 8259)",
            accept="application/json",
            schema=shipped_schema("decoders/json"),
            build=_build,
            encode=_encode,
            examples=(
                DecoderExample({}, b'{"data": [{"id": 1}]}', {"data": [{"id": 1}]}),
                DecoderExample({}, b"\xef\xbb\xbf[]", [], content_type="text/html"),
                DecoderExample(
                    {},
                    b'[{"name": "Zo\xeb"}]',
                    [{"name": "Zoë"}],
                    content_type="application/json; charset=ISO-8859-1",
                ),
                DecoderExample(
                    {"charset": "windows-1250"},
                    b'[{"name": "\x8aimon"}]',
                    [{"name": "Šimon"}],
                ),
                DecoderExample({}, b'{"data": [', None, content_type="application/json"),
            ),
        )
    ]
