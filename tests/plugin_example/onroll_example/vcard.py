"""`vcard`: address cards (RFC 6350), of which each is a record. Continued lines are joined.

BEGIN:VCARD
UID:1
FN:Ada Lovelace
EMAIL;TYPE=work:ada@example.com
END:VCARD

decoder: {format: vcard}
list_users: {endpoint: /cards, resource_location: "."}
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from onroll.http.charset import read_text
from onroll.plugins import hookimpl
from onroll.protocols import Decoder, DecoderExample, DecoderKind, UnreadableBody

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.model import Json, Response

_FOLD = re.compile(r"\r?\n[ \t]")


def _cards(response: Response) -> Json:
    if response.status == 204:
        return None
    cards: list[Json] = []
    card: dict[str, str] | None = None
    lines = _FOLD.sub("", read_text(response)).splitlines()
    for number, line in enumerate(lines, 1):
        name, colon, value = line.partition(":")
        name = name.partition(";")[0].strip().lower()
        if name == "begin" and card is None:
            card = {}
        elif name == "end" and card is not None:
            cards.append(card)
            card = None
        elif colon and card is not None:
            card[name] = value
        elif line.strip():
            raise UnreadableBody("wrong-format", f"line {number} belongs to no address card")
    if card is not None:
        raise UnreadableBody("broken-body", "the last address card has no end")
    return cards


def _build(config: Mapping[str, Any]) -> Decoder:
    return _cards


@hookimpl
def onroll_decoders() -> list[DecoderKind]:
    """Offer `vcard`."""
    return [
        DecoderKind(
            name="vcard",
            summary="Address cards (RFC 6350), each of them a record",
            accept="text/vcard",
            schema={"properties": {}},
            build=_build,
            examples=(
                DecoderExample(
                    {},
                    b"BEGIN:VCARD\r\nUID:1\r\nEMAIL;TYPE=work:ada@\r\n example.com\r\n"
                    b"END:VCARD\r\n",
                    [{"uid": "1", "email": "ada@example.com"}],
                    content_type="text/vcard",
                ),
                DecoderExample({}, b"BEGIN:VCARD\r\nUID:1\r\n", None),
            ),
        )
    ]
