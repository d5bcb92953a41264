"""The page that compares the connectors says of each what its definition says."""

from __future__ import annotations

import runpy
from typing import TYPE_CHECKING, Any

import pytest

from onroll.builtin import shipped
from onroll.definition.load import load_definition, parse_definition

from .markdown import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMPARISON: Mapping[str, Any] = runpy.run_path(str(ROOT / "docs" / "generator" / "comparison.py"))
_COLUMNS = list(_COMPARISON["_COLUMNS"])
_WHOLE = """
format: 1
name: base
base_url: https://api.example.com
auth: {method: none}
verified: {by: documentation}
list_users: {endpoint: /people, resource_location: data, pagination: PAGING, total_count: TOTAL}
attributes: {id: id, email: email, username: email, status: STATUS}
"""


def _row(name: str) -> dict[str, str]:
    definition = load_definition(shipped("connectors") / name / "connector.yaml")
    return dict(zip(_COLUMNS, _COMPARISON["cells_of"](definition), strict=True))


def _written(paging: str, total: str = "na", status: str = "state") -> dict[str, str]:
    text = _WHOLE.replace("PAGING", paging).replace("TOTAL", total).replace("STATUS", status)
    return dict(zip(_COLUMNS, _COMPARISON["cells_of"](parse_definition(text)), strict=True))


def test_every_shipped_connector_has_a_row_and_a_line_of_what_it_needs() -> None:
    page = "\n".join(_COMPARISON["comparison_page"]())
    names = [file.parent.name for file in shipped("connectors").glob("*/connector.yaml")]

    assert [name for name in names if f"| [`{name}`](" not in page] == []
    assert [name for name in names if f"/{name}/README.md#what-it-needs)**: " not in page] == []


def test_details_are_named_since_they_take_a_request_for_each_person() -> None:
    assert _row("personio-v2")["for each person"] == "`employment`"


def test_lists_for_looking_up_are_named() -> None:
    assert _row("redmine")["besides"] == "`registered`, `locked`"


def test_a_status_that_can_be_inactive_is_told_from_one_that_cannot() -> None:
    assert _row("redmine")["inactive"] == "yes"
    assert _row("n8n")["inactive"] == "no"


@pytest.mark.parametrize(
    ("paging", "total", "proof"),
    [
        ("{style: none}", "na", "single_page"),
        ("{style: offset, offset_name: o}", "na", "empty_page"),
        ("{style: offset, offset_name: o}", "total", "total"),
        ("{style: page, page_name: p, total_pages: pages}", "total", "end_marker"),
        ("{style: page, page_name: p, more: {body: more, equals: true}}", "na", "end_marker"),
        ("{style: page, page_name: p, end_statuses: [404]}", "na", "end_marker"),
        ("{style: cursor, cursor_name: c, cursor: next}", "total", "end_marker"),
        ("{style: last_id, last_id_name: after, last_id: id}", "na", "empty_page"),
    ],
)
def test_what_proves_the_end_follows_from_the_pagination(
    paging: str, total: str, proof: str
) -> None:
    assert _written(paging, total)["end"] == f"`{proof}`"


def test_a_total_in_a_header_is_said_to_be_there() -> None:
    paging = "{style: page, page_name: p}"
    assert _written(paging, "{header: X-Total}")["total"] == "header `X-Total`"
