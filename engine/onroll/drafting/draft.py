"""A definition to be: every part a guess with its evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.drafting.evidence import Guess
    from onroll.model import Json

__all__ = ["AuthDraft", "Draft", "SettingDraft"]


@dataclass(frozen=True, slots=True)
class SettingDraft:
    """A setting to declare. `value` is what the evidence held: for tests, never written.

    `values` are those that it may have, where a documentation lists them.
    """

    title: str
    description: str = ""
    is_secret: bool = False
    default: str | None = None
    value: str | None = field(default=None, repr=False)
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuthDraft:
    """How to authenticate: the `auth` section, and the settings and headers it takes.

    `headers` and `params` are those of the request that hold no credentials and matter to the
    API (a version, a tenant); each value may refer to `settings`.
    """

    auth: Guess[Mapping[str, Any]]
    settings: Mapping[str, SettingDraft] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that `onroll new` writes, in the order of the file.

    `params`, `json` and `form` are the list's own, without those of paging. `pagination` is None
    when nothing is known of it, and `style: none` when the answer shows that it is whole.
    `attributes` hold a guess for each attribute that was found; `unmapped` are the raw paths left.
    """

    name: str
    title: str
    base_url: Guess[str]
    endpoint: str
    access: AuthDraft
    resource_location: Guess[Json]
    pagination: Guess[Mapping[str, Any]] | None
    total_count: Guess[Json] | None
    attributes: Mapping[str, Guess[Json]]
    http_method: str = "GET"
    params: Mapping[str, Json] = field(default_factory=dict)
    json: Json = None
    form: Mapping[str, str] | None = None
    shape: Guess[Mapping[str, Any]] | None = None
    decoder: Mapping[str, Any] | None = None
    success: Guess[Mapping[str, Any]] | None = None
    documentation: str | None = None
    unmapped: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
