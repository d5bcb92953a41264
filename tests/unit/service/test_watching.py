"""Looking again: what is asked, what is kept, and what is seen when something is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from onroll.definition.settings import Settings
from onroll.errors import DefinitionError, ResponseError
from onroll.redaction import Secret
from onroll.service.subject import Subject
from onroll.service.watching import Sight, Watch, WatchedFiles

from .servers import LOGIN, asking, company, connector

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx


class Desk:
    """Somebody who edits a definition, and a server that notes what it is asked."""

    def __init__(self, serve: Callable[[httpx.Request], Any] | None = None) -> None:
        self.listed: dict[str, Any] = {}
        self.top: dict[str, Any] = {"auth": LOGIN}
        self.settings = Settings({})
        self.asked: list[str] = []
        self._serve = serve or company(5)

    def sight(self) -> Sight:
        definition = connector(self.listed, **self.top).definition
        return Sight(Subject("acme", definition), self.settings, asking(self._answer))

    def _answer(self, request: httpx.Request) -> Any:
        self.asked.append(request.url.path)
        return self._serve(request)


def test_the_same_definition_asks_once() -> None:
    desk = Desk()
    watch = Watch(desk.sight, 5)
    looks = [watch.look() for _ in range(2)]
    assert [(one.number, one.sent, one.remembered) for one in looks] == [(1, 4, 0), (2, 0, 4)]
    assert len(desk.asked) == 4


def test_another_mapping_asks_nothing_and_says_what_changed() -> None:
    desk = Desk()
    watch = Watch(desk.sight, 5)
    watch.look()
    desk.top["attributes"] = {"id": "id", "email": "email", "username": "id", "team": "id"}
    look = watch.look()
    assert look.sent == 0
    assert look.differences is not None
    assert look.differences.attributes["team"].added == 5


def test_fields_that_came_with_a_detail_are_a_change() -> None:
    def serve(request: httpx.Request) -> Any:
        if "/people/" in request.url.path:
            return {"phone": "1", "room": 2}
        return company(5)(request)

    desk = Desk(serve)
    watch = Watch(desk.sight, 5)
    watch.look()
    desk.listed["details"] = {"more": {"endpoint": "/people/${record.id}"}}
    came = watch.look().differences
    desk.listed.pop("details")
    went = watch.look().differences
    assert came is not None
    assert went is not None
    assert came.fields_came == went.fields_went == ("more.phone", "more.room")
    assert not came.is_nothing


def test_another_request_asks_for_what_is_new_only() -> None:
    desk = Desk()
    watch = Watch(desk.sight, 2)
    watch.look()
    desk.listed["params"] = {"active": "true"}
    assert (watch.look().sent, desk.asked[2:]) == (1, ["/v1/people"])


@pytest.mark.parametrize("what", ["auth", "settings"])
def test_other_credentials_ask_for_everything(what: str) -> None:
    desk = Desk()
    watch = Watch(desk.sight, 2)
    watch.look()
    if what == "auth":
        desk.top["auth"] = {**LOGIN, "json": {"key": "0ther"}}
    else:
        desk.settings = Settings({"key": Secret("0ther")})
    assert watch.look().sent == 2


def test_a_broken_definition_keeps_the_last_good_look_in_sight() -> None:
    desk = Desk()
    watch = Watch(desk.sight, 5)
    good = watch.look()
    desk.top["attributes"] = {"id": "id", "email": "email", "usrname": "id"}
    broken = watch.look()
    assert isinstance(broken.error, DefinitionError)
    assert (broken.preview, broken.seen_at) == (good.preview, good.at)
    codes = [one["code"] for one in broken.as_json()["error"]["diagnostics"]]
    assert "unknown-key" in codes
    assert "users" not in broken.as_json()
    desk.top.pop("attributes")
    mended = watch.look()
    assert mended.error is None
    assert mended.differences is not None
    assert mended.differences.is_nothing


def test_a_wrong_resource_location_is_mended_without_asking_again() -> None:
    desk = Desk()
    desk.listed["resource_location"] = "persons"
    watch = Watch(desk.sight, 5)
    assert isinstance(watch.look().error, ResponseError)
    desk.listed["resource_location"] = "people"
    look = watch.look()
    assert look.error is None
    assert look.remembered == 2  # the token and page one


def test_an_answer_that_says_no_is_not_kept() -> None:
    answers = iter([{"ok": False}, {"ok": True, "people": [], "total": 0}])
    desk = Desk(lambda _: next(answers))
    desk.top = {}
    desk.listed["success"] = {"body": "ok", "equals": True}
    watch = Watch(desk.sight, 5)
    assert watch.look().error is not None
    assert watch.look().error is None


def test_what_is_forgotten_is_asked_anew() -> None:
    desk = Desk()
    watch = Watch(desk.sight, 5)
    watch.look()
    watch.forget()
    assert watch.look().sent == 4


# ---- files ---------------------------------------------------------------------------------------

_FILE = """\
format: 1
connections:
  acme:
    connector: ./acme.yaml
    settings: {token: "${file:secrets/token}"}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secrets").mkdir()
    for name, text in (("onroll.yaml", _FILE), ("acme.yaml", "x"), ("secrets/token", "t")):
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize("name", ["onroll.yaml", "acme.yaml", "secrets/token"])
@pytest.mark.parametrize("by_rename", [False, True])
def test_a_connection_is_watched_with_its_definition_and_its_files(
    folder: Path, name: str, *, by_rename: bool
) -> None:
    files = WatchedFiles("acme", None)
    assert not files.are_changed()
    text = (folder / name).read_text() + "\n# saved"
    if by_rename:
        (folder / "new").write_text(text)
        (folder / "new").replace(folder / name)
    else:
        (folder / name).write_text(text)
    assert files.are_changed()
    assert not files.are_at_rest()
    assert files.are_at_rest()
    assert not files.are_changed()


def test_a_file_that_is_gone_is_awaited(folder: Path) -> None:
    files = WatchedFiles("./acme.yaml", None)
    (folder / "acme.yaml").unlink()
    assert not files.are_changed()
    (folder / "acme.yaml").write_text("y")
    assert files.are_changed()


def test_a_file_that_was_emptied_is_not_at_rest(folder: Path) -> None:
    files = WatchedFiles("./acme.yaml", None)
    (folder / "acme.yaml").write_text("")
    assert [files.are_at_rest() for _ in range(3)] == [False, False, False]


def test_an_onroll_yaml_that_comes_later_is_seen(folder: Path) -> None:
    (folder / "onroll.yaml").unlink()
    files = WatchedFiles("./acme.yaml", None)
    (folder / "onroll.yaml").write_text(_FILE)
    assert files.are_changed()
