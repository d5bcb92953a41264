"""The shipped connectors and what the tests of all of them ask for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import onroll
from onroll.builtin import shipped
from onroll.http.encoding import url_of
from onroll.http.replay import Replay
from onroll.model import Headers, Response

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from onroll.definition.connector import ConnectorDefinition
    from onroll.model import Request

NAMES = sorted(file.parent.name for file in shipped("connectors").glob("*/connector.yaml"))


def folder_of(name: str) -> Path:
    return shipped("connectors") / name


def definition_of(name: str) -> ConnectorDefinition:
    return onroll.load(folder_of(name) / "connector.yaml").definition


def readme_of(name: str) -> str:
    return (folder_of(name) / "README.md").read_text(encoding="utf-8")


def expected_users(name: str) -> list[dict[str, Any]]:
    """Return the users of all examples of a connector."""
    return [
        user
        for example in definition_of(name).examples
        for user in json.loads(example.users.read_text(encoding="utf-8"))
    ]


def answering(answer: Callable[[str], Any]) -> onroll.Options:
    """Return options under which each URL is answered with the JSON that `answer` gives."""

    def respond(request: Request) -> Response:
        url = url_of(request)
        return Response(200, Headers({}), json.dumps(answer(url)).encode(), url)

    return onroll.Options(base_url="http://127.0.0.1:1/here", transport=Replay(respond))
