"""How-to pages of pagination and authentication show what goes over the wire, and it does.

An `http` block holds requests: a line with method and target, the headers that matter, an empty
line and a body. `…` stands for any text. The first `yaml` block behind it is the definition, and
`json` blocks between the two, and `http` blocks that begin with `HTTP/1.1`, are what the server
answers, one after the other. Everything else is answered as an empty list.
"""

from __future__ import annotations

import copy
import json
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import onroll
from onroll.definition.source import read_yaml
from onroll.errors import SourceError

from .markdown import ROOT, Block, blocks, name_of
from .whole import completed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HOW_TO = ROOT / "docs" / "how-to"
_PAGES = sorted([*_HOW_TO.glob("pagination-*.md"), *_HOW_TO.glob("auth-*.md")])
_REQUEST = re.compile(r"^(GET|POST) (\S+)$")
_NOT_RUN = "not run: "


@dataclass(frozen=True)
class Shown:
    """A request as a page shows it."""

    method: str
    target: str
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class Conversation:
    """What a page shows of one exchange."""

    requests: Block
    answers: list[Block]
    definition: Block

    def __str__(self) -> str:
        return str(self.requests)


def _is_answer(block: Block) -> bool:
    return block.language == "json" or block.text.startswith("HTTP/")


def _conversations(page: Path) -> Iterator[Conversation]:
    requests: Block | None = None
    answers: list[Block] = []
    for block in blocks(page, "http", "json", "yaml"):
        if block.language == "http" and not _is_answer(block):
            requests, answers = block, []
        elif _is_answer(block):
            answers.append(block)
        elif requests is not None:
            yield Conversation(requests, answers, block)
            requests = None


_ALL = [one for page in _PAGES for one in _conversations(page)]
_RUN = [one for one in _ALL if not one.requests.directive.startswith(_NOT_RUN)]


@pytest.mark.parametrize("page", _PAGES, ids=name_of)
def test_a_page_shows_requests_beside_the_yaml_for_them(page: Path) -> None:
    assert list(_conversations(page))


@pytest.mark.parametrize("page", sorted(_HOW_TO.glob("pagination-*.md")), ids=name_of)
def test_a_page_of_pagination_shows_the_answer_too(page: Path) -> None:
    assert next(_conversations(page)).answers


@pytest.mark.parametrize("conversation", _RUN, ids=str)
def test_what_a_page_shows_goes_over_the_wire(conversation: Conversation, tmp_path: Path) -> None:
    shown = list(_shown(conversation.requests))
    part = read_yaml(conversation.definition.text, str(conversation)).data
    definition = completed(part)
    answers = [_answer(block, definition) for block in conversation.answers]
    sent = _sent(definition, answers, tmp_path)
    assert len(sent) >= len(shown)
    for wanted, request in zip(shown, sent, strict=False):
        _compare(wanted, request)


def test_what_is_not_run_needs_a_person() -> None:
    reasons = {one.requests.directive for one in _ALL} - {""}
    assert reasons == {"not run: a person signs in"}


def _shown(block: Block) -> Iterator[Shown]:
    lines = block.text.rstrip().split("\n")
    starts = [number for number, line in enumerate(lines) if _REQUEST.match(line)]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        method, target = lines[start].split(" ")
        head, _, body = "\n".join(lines[start + 1 : end]).partition("\n\n")
        headers = dict(line.split(": ", 1) for line in head.split("\n") if line.strip())
        yield Shown(method, target, headers, body.strip())


def _answer(block: Block, definition: dict[str, Any]) -> httpx.Response:
    if block.language == "http":
        status, *lines = block.text.strip().split("\n")
        headers = dict(line.split(": ", 1) for line in lines)
        return httpx.Response(int(status.split(" ")[1]), headers=headers)
    return httpx.Response(200, json=_full(json.loads(block.text), definition["list_users"]))


def _full(answer: Any, listing: dict[str, Any]) -> Any:
    """Return the answer with as many records as the page may have; the last stays the last."""
    limit = listing.get("pagination", {}).get("limit", 1)
    records = answer
    for key in listing["resource_location"].split("."):
        records = records.get(key) if isinstance(records, dict) and key else records
    if isinstance(records, list):
        more = [
            {**copy.deepcopy(records[0]), "id": f"more-{n}"} for n in range(len(records), limit)
        ]
        records[1:1] = more
    return answer


def _sent(
    definition: dict[str, Any], answers: list[httpx.Response], folder: Path
) -> list[httpx.Request]:
    file = folder / "connector.yaml"
    file.write_text(json.dumps(definition), encoding="utf-8")
    sent: list[httpx.Request] = []
    waiting = iter(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return next(waiting, httpx.Response(200, json={}))

    # One by one: where page one is long in coming, as on a busy machine, others are asked together.
    options = onroll.Options(transport=httpx.MockTransport(answer), attempts=1, concurrency=1)
    with suppress(SourceError):  # the empty answer is no list; what was sent is what counts
        list(onroll.load(file).users(_settings(definition), options=options))
    return sent


def _settings(definition: dict[str, Any]) -> dict[str, str]:
    """Return a value for each setting: its name, or a key where a key is needed."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return {name: pem if name == "private_key" else name for name in definition["settings"]}


def _compare(shown: Shown, request: httpx.Request) -> None:
    address = str(request.url)
    if shown.target.startswith("/"):
        parts = urlsplit(address)
        address = parts.path + (f"?{parts.query}" if parts.query else "")
    _is_like(shown.target, address.replace("%24", "$"))
    assert request.method == shown.method
    for name, value in shown.headers.items():
        _is_like(value, request.headers[name])
    _is_like(shown.body, request.content.decode())


def _is_like(shown: str, sent: str) -> None:
    pattern = ".*".join(re.escape(piece) for piece in shown.split("…"))
    assert re.fullmatch(pattern, sent, re.DOTALL), f"{shown!r} is shown, {sent!r} is sent"
