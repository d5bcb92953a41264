"""A tap as Meltano's SDK describes one: RESTStream, a JSONPath to the records, post_process.

Chosen in its favor: the SDK's own msgspec writer instead of the default one, log level WARNING,
and a post_process by plain access. Reading until a page is empty is leaner than looking at the
total, for which its paginators decode each answer a second time; both are measured. Arguments:
address, token, folder (not used), and perhaps `by-total`.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, ClassVar

from employees import user
from singer_sdk import RESTStream, Tap
from singer_sdk import typing as th
from singer_sdk.authenticators import BearerTokenAuthenticator
from singer_sdk.contrib.msgspec import MsgSpecWriter
from singer_sdk.pagination import OffsetPaginator

if TYPE_CHECKING:
    import requests

LIMIT = 200
ATTRIBUTES = (
    *("id", "email", "first_name", "last_name", "job_title", "department", "team", "location"),
    *("manager_id", "status", "hire_date", "termination_date"),
)


class Offsets(OffsetPaginator):
    """The SDK's documented way to end by a total."""

    def has_more(self, response: requests.Response) -> bool:
        following: int = self.current_value + self.page_size
        more: bool = following < response.json()["metadata"]["total_elements"]
        return more


class Employees(RESTStream[int]):
    name = "employees"
    path = "/company/employees"
    records_jsonpath = "$.data[*]"
    primary_keys = ("id",)
    schema: ClassVar[dict[str, Any]] = th.PropertiesList(
        *(th.Property(name, th.StringType) for name in ATTRIBUTES)
    ).to_dict()

    @property
    def url_base(self) -> str:
        return str(self.config["address"])

    @property
    def authenticator(self) -> BearerTokenAuthenticator:
        return BearerTokenAuthenticator(token=self.config["token"])

    def get_new_paginator(self) -> OffsetPaginator:
        return (Offsets if "by-total" in sys.argv else OffsetPaginator)(0, LIMIT)

    def get_url_params(self, context: Any, next_page_token: int | None) -> dict[str, Any]:  # noqa: ARG002 (the SDK's signature)
        return {"limit": LIMIT, "offset": next_page_token or 0}

    def post_process(self, row: dict[str, Any], context: Any = None) -> dict[str, Any]:  # noqa: ARG002 (the SDK's signature)
        return user(row)


class TapEmployees(Tap):
    name = "tap-employees"
    message_writer_class = MsgSpecWriter
    config_jsonschema: ClassVar[dict[str, Any]] = th.PropertiesList(
        th.Property("address", th.StringType, required=True),
        th.Property("token", th.StringType, required=True),
    ).to_dict()

    def discover_streams(self) -> list[Employees]:
        return [Employees(self)]


if __name__ == "__main__":
    os.environ["TAP_EMPLOYEES_LOGLEVEL"] = "WARNING"
    TapEmployees(config={"address": sys.argv[1], "token": sys.argv[2]}).sync_all()
