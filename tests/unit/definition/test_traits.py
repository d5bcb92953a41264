"""What an import asks of a mapping."""

from pathlib import Path
from typing import Any

import pytest

from onroll.definition.traits import appends_id, clearable

from .files import definition_of, load

NAME = {"beginning": {"attribute": "first_name"}}


@pytest.mark.parametrize(
    ("username", "appends"),
    [
        ("login", False),
        ({"compose": NAME}, False),
        ({"compose": {**NAME, "on_conflict": "refuse"}}, False),
        ({"compose": {**NAME, "on_conflict": "append_id"}}, True),
        ({"first": ["login", {"compose": {**NAME, "on_conflict": "append_id"}}]}, True),
    ],
)
def test_an_id_is_appended_where_the_user_name_says_so(
    tmp_path: Path, username: Any, appends: bool
) -> None:
    assert appends_id(definition_of(load(tmp_path, attributes={"username": username}))) is appends


def test_only_what_says_so_may_be_cleared(tmp_path: Path) -> None:
    assert clearable(definition_of(load(tmp_path))) == {"team", "custom.size"}


def test_a_connection_says_what_may_be_cleared(tmp_path: Path) -> None:
    attributes = {"team": "team", "first_name": {"path": "first", "clear": True}}
    file = load(tmp_path, attributes=attributes)
    assert clearable(definition_of(file)) == {"first_name", "custom.size"}
