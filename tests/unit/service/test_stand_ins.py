"""What stands for settings in a replay."""

from __future__ import annotations

from typing import Any

import pytest

from onroll.service.stand_ins import stand_ins

from .servers import connector


def _stand_in(setting: dict[str, Any] | None = None, **top: Any) -> Any:
    settings = {"site": setting or {}}
    return stand_ins(connector(**{"settings": settings, **top}).definition).values["site"]


_IN_PATH = {"endpoint": "/sites/${settings.site}/people"}


@pytest.mark.parametrize(
    "listing",
    [
        _IN_PATH,
        {"params": {"site": "${settings.site}"}},
        {"method": "POST", "json": {"in": ["${settings.site}"]}},
    ],
)
def test_a_setting_that_only_requests_hold_is_its_reference(listing: dict[str, Any]) -> None:
    assert _stand_in(list_users=listing) == "${settings.site}"


@pytest.mark.parametrize(
    "top",
    [
        {"base_url": "https://${settings.site}.example.test"},
        {"attributes": {"id": "id", "email": "email", "username": "id",
                        "company": {"value": "${settings.site}"}}},
        {"auth": {"method": "login", "endpoint": "/${settings.site}", "token": "token"}},
        {"headers": {"X-Site": "${settings.site}"}},
    ],
)  # fmt: skip
def test_one_that_stands_elsewhere_too_is_a_plain_word(top: dict[str, Any]) -> None:
    assert _stand_in(list_users=_IN_PATH, **top) == "example"


def test_a_default_and_a_choice_go_first() -> None:
    assert _stand_in({"default": "x"}, list_users=_IN_PATH) == "x"
    assert _stand_in({"enum": ["a", "b"]}, list_users=_IN_PATH) == "a"
