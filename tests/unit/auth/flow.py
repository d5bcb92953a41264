"""Drive a method as the session does, on answers given by hand."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from onroll.model import Headers, Request, Response, Token
from onroll.plugins.registry import installed
from onroll.protocols import AuthMethod, CredentialsRefused

BASE = "https://api.example.test/v1"
PEOPLE = Request("GET", f"{BASE}/people", headers={"Accept": "application/json"})


def build(method: str, **config: Any) -> AuthMethod:
    kind = installed().auth[method].kind
    return kind.build(config, lambda written: BASE + written if written[0] == "/" else written)


def answer(
    body: Any = None, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer with a JSON body, or with these bytes."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status, Headers(headers or {}), raw, f"{BASE}/token")


def grant(method: AuthMethod, *answers: Response) -> tuple[list[Request], Token]:
    waiting = list(answers)
    asked: list[Request] = []
    flow = method.grant(None)
    try:
        asked.append(next(flow))
        while True:
            asked.append(flow.send(waiting.pop(0)))
    except StopIteration as done:
        token: Token = done.value
        return asked, token


def refusal(method: AuthMethod, *answers: Response) -> CredentialsRefused:
    with pytest.raises(CredentialsRefused) as caught:
        grant(method, *answers)
    return caught.value


def applied(method: AuthMethod, request: Request = PEOPLE, *answers: Response) -> Request:
    _, token = grant(method, *answers)
    return method.apply(request, token)
