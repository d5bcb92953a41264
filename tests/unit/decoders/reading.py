"""Decode a body as a definition names it."""

from typing import Any

import pytest

from onroll.model import Headers, Response
from onroll.plugins.registry import installed
from onroll.protocols import UnreadableBody


def decode(
    name: str, body: bytes, content_type: str = "", *, status: int = 200, **config: Any
) -> Any:
    headers = Headers({"content-type": content_type} if content_type else {})
    response = Response(status, headers, body, "https://api.example.test/people")
    return installed().decoder[name].kind.build(config)(response)


def refusal(name: str, body: bytes, content_type: str = "", **config: Any) -> UnreadableBody:
    with pytest.raises(UnreadableBody) as caught:
        decode(name, body, content_type, **config)
    return caught.value
