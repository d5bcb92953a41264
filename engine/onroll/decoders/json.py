"""`json`: what nearly every API answers, and what counts when a definition names no decoder.

    decoder: {format: json}

A byte order mark is passed over, and the content type is not asked: many servers send a wrong one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onroll.builtin import shipped_schema
from onroll.http.body import decode_json
from onroll.plugins import hookimpl
from onroll.protocols import Decoder, DecoderExample, DecoderKind

if TYPE_CHECKING:
    from collections.abc import Mapping


def _build(config: Mapping[str, Any]) -> Decoder:
    return decode_json


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
            examples=(
                DecoderExample({}, b'{"data": [{"id": 1}]}', {"data": [{"id": 1}]}),
                DecoderExample({}, b"\xef\xbb\xbf[]", [], content_type="text/html"),
                DecoderExample({}, b'{"data": [', None, content_type="application/json"),
            ),
        )
    ]
