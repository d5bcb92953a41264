"""A definition with nothing to find, to be changed in one place, and what is found then."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from onroll.definition.load import compile_definition
from onroll.definition.source import read_yaml
from onroll.definition.taste.findings import about_definition
from onroll.plugins.registry import installed

if TYPE_CHECKING:
    from onroll.diagnostics import Diagnostic

TODAY = date(2026, 6, 1)

GOOD = """\
# yaml-language-server: $schema=connector.schema.json
format: 1
name: acme
title: Acme
documentation: https://developers.example.com/people
verified: {by: documentation, date: 2026-05-31}
settings:
  site: {title: Site, description: the part before .example.com}
  token: {title: Token, description: of an administrator, secret: true}
base_url: https://${settings.site}.example.com
auth: {method: bearer, token: "${settings.token}"}
headers: {Accept: application/json}
list_users:
  endpoint: /people
  resource_location: data
  pagination: {style: page, page_name: page, limit_name: size, limit: 100}
attributes:
  id: id
  email: email
  username: email
  first_name: given
  last_name: family
  status: {path: state, map: {working: active, left: inactive}}
examples:
  - {responses: {list_users: page.json}, users: users.json}
"""


def findings(old: str = "", new: str = "", *, folder: str | None = None) -> list[Diagnostic]:
    """Return what is found once `old` is `new` in the good definition."""
    assert old in GOOD
    source = read_yaml(GOOD.replace(old, new, 1) if old else GOOD, "connector.yaml")
    definition = compile_definition(source, Path(), installed())
    keys = installed().auth[definition.auth["method"]].kind.schema.get("properties", {})
    return about_definition(definition, keys, folder, TODAY)


def codes(old: str = "", new: str = "", *, folder: str | None = None) -> list[str]:
    return [one.code for one in findings(old, new, folder=folder)]
