"""Write an answer in the format that it came in, and read it once more to be sure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from onroll.diagnostics import Diagnostic
from onroll.errors import BlockedError
from onroll.model import Headers, Json, Response
from onroll.plugins.registry import installed
from onroll.protocols import UnreadableBody
from onroll.service.calls import templates_of

if TYPE_CHECKING:
    from onroll.definition.connector import ConnectorDefinition
    from onroll.protocols import Decoder
    from onroll.service.asked import AskedRequest
    from onroll.service.shortening import Short

__all__ = ["RecordedAnswer", "encode_answer"]


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """An answer as it may be written: nothing in it is anybody's. None is no body at all.

    `asked` is the request that it answers, where one is known.
    """

    name: str
    status: int
    headers: dict[str, str]
    body: bytes | None
    format: str
    asked: AskedRequest | None = None


def encode_answer(definition: ConnectorDefinition, one: Short) -> RecordedAnswer:
    """Write an answer in its format. Raises `BlockedError` when it would read otherwise."""
    decoder = templates_of(definition)[one.name].decoder
    form = decoder["format"]
    kind = installed().decoder[form].kind
    keys = {key: value for key, value in decoder.items() if key != "format"}
    status, headers = one.response.status, one.headers
    if not one.response.is_success or status == 204:
        # What a refusal says is for whoever asked, and nothing is read from it.
        return RecordedAnswer(one.name, status, headers, None, form)
    hint = "record more people per page (`--records`), or write the example by hand"
    if kind.encode is None:
        hint = f"the plug-in of {form} offers no `encode`: write the example by hand"
    else:
        body = kind.encode(keys, one.body, one.response)
        if _is_read_as(kind.build(keys), Response(status, Headers(headers), body, ""), one.body):
            return RecordedAnswer(one.name, status, headers, body, form)
    raise BlockedError(
        Diagnostic(
            "format-not-written",
            f"an answer of `{one.name}` cannot be written as {form} again",
            hint=hint,
        )
    )


def _is_read_as(decode: Decoder, response: Response, value: Json) -> bool:
    try:
        return bool(decode(response) == value)
    except UnreadableBody:
        return False
