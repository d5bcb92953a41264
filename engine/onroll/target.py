"""What a target is: the directory that people are brought into, as the import sees it.

A target plug-in registers a `TargetKind`. Opened, it gives a `Target`, which reads users page by
page and writes one user at a time. It speaks our attribute names; its own names stay inside it.

Attributes travel flat: a custom attribute `shoe_size` is the key `custom.shoe_size`. A key that
is not there is absent, None is empty. `id`, `status`, `manager_id`, `manager_email`, `groups`,
`created_at` and `updated_at` are the source's own and never among a target's attributes: state,
manager and groups have fields of their own.

A write raises `Refused` when the target says no to this one person, `Stale` when the user is no
longer what the caller saw, and a `TargetError` when the target itself cannot be used, which ends
the run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, TypeAlias

from onroll.model import ABSENT, ATTRIBUTES, Absent, Json, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import Engine

    from onroll.model import Request, Response

__all__ = [
    "STATES",
    "TARGET_FAILED",
    "WRITABLE_ATTRIBUTES",
    "Capabilities",
    "Change",
    "Draft",
    "PasswordRules",
    "Refused",
    "Send",
    "Stale",
    "State",
    "Target",
    "TargetContext",
    "TargetKind",
    "TargetUser",
]

State: TypeAlias = Literal["staged", "active", "suspended"]

STATES: Final[tuple[State, ...]] = ("staged", "active", "suspended")

#: Ours that a target may hold as plain values, in our order. `custom.NAME` besides.
WRITABLE_ATTRIBUTES: Final = tuple(
    name
    for name in ATTRIBUTES
    if name
    not in {
        "id",
        "status",
        "manager_id",
        "manager_email",
        "groups",
        "created_at",
        "updated_at",
        "custom",
    }
)


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """What a new user's password must be. `symbols` are those that it may hold."""

    length: int = 24
    symbols: str = "!#$%&*+-.:=?@_"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a target can hold, so that a plan says beforehand what will not be written.

    `unique` names attributes that no two users may share, without regard to case. `longest` bounds
    texts, in characters. `bulk` is how many writes one call may hold (1: no bulk). Without
    `passwords` a new user gets none.
    """

    attributes: frozenset[str]
    states: frozenset[State] = frozenset(STATES)
    has_custom: bool = False
    has_manager: bool = True
    has_groups: bool = True
    unique: frozenset[str] = frozenset({"username", "email"})
    longest: Mapping[str, int] = field(default_factory=dict)
    passwords: PasswordRules | None = None
    bulk: int = 1

    def can_hold(self, attribute: str) -> bool:
        """Whether a user of the target can have this attribute."""
        return attribute in self.attributes or (self.has_custom and attribute.startswith("custom."))


@dataclass(frozen=True, slots=True)
class TargetUser:
    """A user as the target has it. `version` is what a conditional write names (an ETag).

    `external_id` is the source's id where the target keeps one. `groups` are names.
    """

    id: str
    attributes: Mapping[str, Json] = field(repr=False)
    state: State
    manager_id: str | None = None
    groups: frozenset[str] = frozenset()
    external_id: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A user to create. `source_id` is the source's id, for targets that keep one.

    `manager_id` is a user of the target, when the manager is there already.
    """

    source_id: str
    attributes: Mapping[str, Json] = field(repr=False)
    state: State
    password: str | None = field(default=None, repr=False)
    manager_id: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What to change of one user, and nothing else. None clears an attribute or the manager.

    `source_id` is given when the user was just linked, for targets that keep it.
    """

    attributes: Mapping[str, Json] = field(default_factory=dict, repr=False)
    state: State | None = None
    manager_id: str | Absent | None = ABSENT
    join: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()
    source_id: str | None = None


#: The code of a refusal that may be the target's own failure: several in a row end the run.
TARGET_FAILED: Final = "target_failed"


class Refused(Exception):
    """The target says no to this person.

    `code` is for instance `not_unique`, `invalid_value`, `not_found` or `TARGET_FAILED`. `message`
    is shown and kept: it names attributes, never a person's values.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Stale(Exception):
    """The user is no longer what the caller saw: somebody else wrote it in between."""


class Target(Protocol):
    """An open target. Used by one thread."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can hold and do."""
        ...

    def users(self) -> Iterator[Sequence[TargetUser]]:
        """Yield every user, a page at a time, in any order.

        Raises `TargetError` rather than leave anybody out: who is missing would be created anew.
        """
        ...

    def read(self, user_id: str) -> TargetUser | None:
        """Return one user as it is now; None when there is none."""
        ...

    def find(self, attribute: str, value: str) -> Sequence[TargetUser]:
        """Return the users with this `username`, `email` or `external_id`, case aside."""
        ...

    def objections(self, attributes: Mapping[str, Json]) -> Sequence[Reason]:
        """Return what the target would refuse in these values, as far as is known unasked."""
        ...

    def create(self, draft: Draft) -> TargetUser:
        """Create a user. Raises `Refused` with `not_unique` when somebody has its names."""
        ...

    def update(self, user: TargetUser, change: Change) -> TargetUser:
        """Change a user that is still as `user` says, and return it as it is then."""
        ...


#: Sends a request with the target's credentials on it, and brings the answer, whatever its status.
Send: TypeAlias = Callable[["Request"], "Response"]


@dataclass(frozen=True, slots=True)
class TargetContext:
    """What a target is given to work with.

    `engine` is the state store's database, for a target that keeps its users there. `connect`
    opens a client for a base URL with an `auth` section as in connector definitions: credentials
    go to that origin only, answers are bounded, and refusals that pass are tried again.
    """

    name: str
    engine: Engine
    connect: Callable[[str, Mapping[str, Any]], Send]


@dataclass(frozen=True, slots=True)
class TargetKind:
    """A kind of target as a plug-in registers it.

    `schema` has `properties` and `required` for the keys beside `kind`. `open` gets those keys
    with references resolved. `is_in_store` says that its users are kept in the state store.
    """

    name: str
    summary: str
    schema: Mapping[str, Any]
    open: Callable[[Mapping[str, Any], TargetContext], AbstractContextManager[Target]]
    is_in_store: bool = False
