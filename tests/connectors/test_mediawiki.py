"""The connector for MediaWiki: how it goes on, what its errors look like, and who is blocked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

import onroll

from .connectors import answering, folder_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_SETTINGS = {"access_token": "token-of-the-tests"}


def _users(folder: Path, answer: Callable[[str], Any]) -> onroll.Users:
    """Return the people of a wiki whose addresses a connection would make."""
    text = (folder_of("mediawiki") / "connector.yaml").read_text(encoding="utf-8")
    whole, _, _ = text.replace("email: null", "email: name").partition("\nexamples:")
    file = folder / "connector.yaml"
    file.write_text(whole, encoding="utf-8")
    return onroll.load(file).users(_SETTINGS, options=answering(answer))


def test_all_that_stands_in_continue_goes_into_the_next_request(tmp_path: Path) -> None:
    asked: list[dict[str, list[str]]] = []

    def answer(url: str) -> dict[str, Any]:
        asked.append(parse_qs(urlsplit(url).query))
        number = len(asked)
        found = {"query": {"allusers": [{"userid": number, "name": f"U{number}"}]}}
        return {**found, "continue": {"aufrom": "U2", "continue": "-||"}} if number == 1 else found

    users = _users(tmp_path, answer)

    assert len(list(users)) == 2
    assert users.report.complete
    assert (asked[1]["aufrom"], asked[1]["continue"]) == (["U2"], ["-||"])
    assert asked[1]["list"] == ["allusers"]


def test_an_error_with_the_status_200_is_an_error(tmp_path: Path) -> None:
    error = {"code": "readapidenied", "info": "You need read permission to use this module."}

    with pytest.raises(onroll.SourceError, match="read permission"):
        list(_users(tmp_path, lambda _url: {"error": error}))


@pytest.mark.parametrize(
    ("block", "status"),
    [
        ({}, "active"),
        ({"blockid": 1, "blockexpiry": "infinite", "blockpartial": False}, "inactive"),
        ({"blockid": 1, "blockexpiry": "infinite", "blockpartial": True}, "active"),
        ({"blockid": 1, "blockexpiry": "infinite"}, "inactive"),
        ({"blockid": None, "blockexpiry": "infinite", "blockpartial": False}, "inactive"),
    ],
    ids=["not at all", "everywhere", "in part", "before partial blocks", "twice"],
)
def test_who_is_blocked_everywhere_is_inactive(
    block: dict[str, Any], status: str, tmp_path: Path
) -> None:
    found = {"query": {"allusers": [{"userid": 1, "name": "Ada", **block}]}}

    [user] = _users(tmp_path, lambda _url: found)

    assert user.attributes["status"] == status
