"""`ndjson`: one JSON object a line, as exports and streams write it. Gives the list of them.

    {"id": 1, "name": "Ada"}
    {"id": 2, "name": "Grace"}

    decoder: {format: ndjson}
    list_users: {endpoint: /export, resource_location: "."}

Blank lines are passed over. No line at all is an empty list. See https://jsonlines.org.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from onroll.builtin import shipped_schema
from onroll.http.body import decode_json
from onroll.http.charset import read_text
from onroll.model import Headers
from onroll.plugins import hookimpl
from onroll.protocols import Decoder, DecoderExample, DecoderKind, UnreadableBody

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.model import Json, Response


def _build(config: Mapping[str, Any]) -> Decoder:
    charset = config.get("charset")

    def decode(response: Response) -> Json:
        if response.status == 204:
            return None
        body = read_text(response, charset).encode()
        # What is left has no charset to be asked for once more.
        plain = replace(response, body=b"", headers=Headers())
        lines = enumerate(body.split(b"\n"), 1)
        return [_object(plain, line, number) for number, line in lines if line.strip()]

    return decode


def _encode(config: Mapping[str, Any], value: Json, answer: Response) -> bytes:
    charset = config.get("charset")
    is_ascii = charset is not None
    lines = (json.dumps(one, ensure_ascii=is_ascii) + "\n" for one in value or ())
    return "".join(lines).encode(charset or "utf-8", "replace")


def _object(plain: Response, line: bytes, number: int) -> Json:
    try:
        found = decode_json(replace(plain, body=line))
    except UnreadableBody as error:
        message = f"line {number}: {error.message}"
        raise UnreadableBody(error.code, message, error.hint) from None
    if not isinstance(found, dict):
        raise UnreadableBody(
            "wrong-format",
            f"line {number} of the answer is no JSON object",
            "for one JSON value over all lines leave `decoder` out",
        )
    return found


@hookimpl
def onroll_decoders() -> list[DecoderKind]:
    """Offer `ndjson`."""
    return [
        DecoderKind(
            name="ndjson",
            summary="JSON Lines: one object a line",
            accept="application/x-ndjson, application/jsonl, */*;q=0.5",
            schema=shipped_schema("decoders/ndjson"),
            build=_build,
            encode=_encode,
            examples=(
                DecoderExample(
                    {},
                    b'{"id": 1, "name": "Ada"}\r\n\r\n{"id": 2, "name": "Grace"}\r\n',
                    [{"id": 1, "name": "Ada"}, {"id": 2, "name": "Grace"}],
                    content_type="application/x-ndjson",
                ),
                DecoderExample({}, b"", []),
                DecoderExample({}, b'{"id": 1}\n{"id": 2, "na', None),
                DecoderExample({}, b"[\n]", None),
            ),
        )
    ]
