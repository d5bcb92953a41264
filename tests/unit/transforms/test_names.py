"""Transforms that are called otherwise in other tools."""

import json

import pytest

from onroll.definition.guesses import TRANSFORM_GUESSES
from onroll.definition.load import parse_definition
from onroll.errors import DefinitionError
from onroll.plugins.registry import installed


@pytest.mark.parametrize(("guess", "right"), TRANSFORM_GUESSES.items())
def test_a_name_of_another_tool_is_answered_with_ours(guess: str, right: str) -> None:
    assert guess not in installed().transforms
    definition = {
        "format": 1,
        "name": "acme",
        "base_url": "https://api.example.test",
        "list_users": {"resource_location": "data"},
        "attributes": {
            "id": "id",
            "email": "email",
            "username": {"path": "login", "transform": [guess.upper()]},
        },
    }
    with pytest.raises(DefinitionError) as caught:
        parse_definition(json.dumps(definition))
    (found,) = caught.value.diagnostics
    assert (found.code, found.hint) == ("unknown-plugin", f"did you mean `{right}`?")
