"""Pages whose shape would make a listing look whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

import onroll
from onroll.definition.load import parse_definition
from onroll.errors import DefinitionError, ResponseError
from onroll.service.connector import Connector, Users

if TYPE_CHECKING:
    from collections.abc import Callable

DEFINITION = """
format: 1
name: acme
base_url: https://api.example.test
list_users:
  resource_location: LOCATION
  may_be_absent: true
  pagination: {style: offset, offset_name: offset, limit_name: limit, limit: 3}
attributes: {id: id, email: email, username: email}
"""


def users(answer: Callable[[int], dict[str, Any]], location: str = "data") -> Users:
    def respond(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=answer(int(request.url.params["offset"])))

    options = onroll.Options(transport=httpx.MockTransport(respond))
    text = DEFINITION.replace("LOCATION", location)
    return Connector(parse_definition(text)).users(options=options)


def people(offset: int, count: int) -> list[dict[str, str]]:
    return [{"id": str(number)} for number in range(offset, offset + count)]


def test_an_error_in_a_200_is_not_the_empty_page_of_a_list_that_may_be_absent() -> None:
    stream = users(lambda at: {"data": people(at, 3)} if at < 6 else {"error": "slow down"})
    with pytest.raises(ResponseError):
        list(stream)
    assert not stream.report.complete


def test_a_list_that_is_left_out_of_an_answer_of_the_same_shape_is_empty() -> None:
    stream = users(lambda at: {"at": at, **({"data": people(at, 3)} if at < 6 else {})})
    assert len(list(stream)) == 6
    assert stream.report.proof == "empty_page"


def test_a_filter_in_the_location_of_a_paged_list_is_refused() -> None:
    stream = users(lambda at: {"data": people(at, 3)}, '"$.data[?(@.active==true)]"')
    with pytest.raises(DefinitionError) as raised:
        list(stream)
    assert raised.value.diagnostic.code == "filtered-location"
