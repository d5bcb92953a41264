"""The real thing, in this process: definitions, sources that answer, and a directory in SQLite.

Everything between the source's pages and the directory's rows is the engine's own; only the
network is not there.
"""

from __future__ import annotations

import atexit
import json
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import httpx

from onroll.definition.targets import EMBEDDED, TargetConfig
from onroll.service.importing import ImportJob, open_import
from onroll.service.linking import link_person, unlink_person
from onroll.service.opened_places import open_place
from onroll.service.opening import Options
from onroll.service.places import Place
from onroll.service.subject import Subject, find_subject
from onroll.store import links
from onroll.store.database import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.service.opened_places import OpenPlace
    from onroll.target import Change, Draft, TargetUser

    from .model import Record, Rules
    from .model_plan import Request

__all__ = ["Fault", "Office", "Seen"]

#: What may be wrong with a source: a total that is never reached, a person who is listed twice.
Fault = str


@dataclass(frozen=True)
class Seen:
    """What an import said."""

    exit_code: int
    errors: list[str]
    counts: dict[str, int]
    applied: dict[str, int]
    items: list[dict[str, Any]] = field(repr=False)


class Office:
    """A directory, and the sources of the connections in `rules`."""

    def __init__(self, folder: Path, rules: dict[str, Rules]) -> None:
        self._store = folder / "onroll.db"
        shutil.copy(_empty_store(), self._store)
        written = {name: json.dumps(_import_block(one)) for name, one in rules.items()}
        self.subjects = {
            name: _subject(name, written[name], is_composed=one.is_composed,
                           appends_id=one.appends_id, clearable=one.clearable)
            for name, one in rules.items()
        }  # fmt: skip
        self._place = Place(str(self._store), TargetConfig(EMBEDDED, EMBEDDED, {}, Path()))

    def run(self, asked: Request, fault: Fault | None, *, is_dry_run: bool) -> Seen:
        subject = self.subjects[asked.connection]
        job = ImportJob(
            subject,
            subject.settings({}, {}),
            str(self._store),
            Options(transport=_Source(asked.records, fault).transport()),
            mode=asked.mode,  # type: ignore[arg-type]  # one of three texts
            selected=asked.selected,
            is_dry_run=is_dry_run,
            is_confirmed=asked.is_confirmed,
            allowed_suspensions=asked.allowed_suspensions,
            allows_incomplete=asked.allows_incomplete,
            clock=lambda: asked.now,
        )
        with open_import(job) as run:
            report = run.apply(run.plan())
            said = report.as_json()
            return Seen(
                report.exit_code,
                [one.code for one in report.errors],
                said["plan"],
                said["applied"],
                [dict(one) for one in report.items()],
            )

    def users(self) -> dict[str, TargetUser]:
        """Return every user by id."""
        with self._opened() as place:
            return {user.id: user for page in place.target.users() for user in page}

    def links(self) -> list[links.Link]:
        """Return the open links, oldest first."""
        with self._opened() as place, place.store.read() as db:
            return list(links.open_links(db, EMBEDDED))

    def create(self, draft: Draft) -> str:
        with self._opened(for_writing=True) as place:
            return place.target.create(draft).id

    def edit(self, user_id: str, change: Change) -> None:
        with self._opened(for_writing=True) as place:
            user = place.target.read(user_id)
            assert user is not None
            place.target.update(user, change)

    def link(self, connection: str, source_id: str, user_id: str) -> None:
        link_person(self._place, self.subjects[connection], user_id, source_id)

    def unlink(self, connection: str, source_id: str, user_id: str) -> None:
        unlink_person(self._place, self.subjects[connection], user_id, source_id)

    @contextmanager
    def _opened(self, *, for_writing: bool = False) -> Iterator[OpenPlace]:
        with open_place(self._place, for_writing=for_writing) as place:
            yield place


class _Source:
    """A source with pages of three."""

    def __init__(self, records: list[Record], fault: Fault | None) -> None:
        self._records = list(records)
        self._total = len(records) + (fault is not None)
        if fault == "twice" and records:
            self._records.append({**records[0], "job_title": "Twice"})

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        offset = int(request.url.params["offset"])
        page = self._records[offset : offset + 3]
        return httpx.Response(200, json={"people": page, "total": self._total})


@cache
def _scratch() -> Path:
    folder = mkdtemp(prefix="onroll-property-")
    atexit.register(shutil.rmtree, folder)
    return Path(folder)


@cache
def _empty_store() -> Path:
    """Make a store once: to copy it is quicker than to make another."""
    path = _scratch() / "empty.db"
    with open_store(str(path), for_writing=True):
        return path


@cache
def _subject(
    name: str, block: str, *, is_composed: bool, appends_id: bool, clearable: tuple[str, ...]
) -> Subject:
    composed = {
        "compose": {
            "beginning": {"attribute": "first_name", "take": "first_letter"},
            "end": {"attribute": "last_name"},
            "on_conflict": "append_id" if appends_id else "refuse",
        }
    }
    attributes: dict[str, Any] = {
        one: {"path": one, **({"clear": True} if one in clearable else {})}
        for one in (
            "id", "employee_number", "username", "email", "first_name", "last_name", "job_title",
            "department", "time_zone", "manager_id", "manager_email", "hire_date",
            "termination_date",
        )
    }  # fmt: skip
    statuses = {one: one for one in ("onboarding", "active", "leave", "inactive")}
    attributes["status"] = {"path": "status", "map": statuses}
    if is_composed:
        attributes["username"] = composed
    definition = {
        "format": 1,
        "name": name,
        "title": "A source",
        "base_url": f"https://{name}.example/v1",
        "auth": {"method": "none"},
        "list_users": {
            "endpoint": "/people",
            "resource_location": "people",
            "total_count": "total",
            "pagination": {
                "style": "offset", "limit_name": "limit", "limit": 3, "offset_name": "offset",
            },
        },
        "attributes": attributes,
    }  # fmt: skip
    folder = _scratch()
    (folder / f"{name}.yaml").write_text(json.dumps(definition), encoding="utf-8")
    connection = {"connector": f"./{name}.yaml", "import": json.loads(block)}
    file = folder / "onroll.yaml"
    file.write_text(json.dumps({"format": 1, "connections": {name: connection}}), encoding="utf-8")
    return find_subject(name, file)


def _import_block(rules: Rules) -> dict[str, Any]:
    count, percent = rules.suspensions
    return {
        "create_as": rules.create_as,
        "inactive_statuses": list(rules.inactive_statuses),
        "allow_reactivation": rules.allow_reactivation,
        "create_days_before": rules.create_days_before,
        "absent": rules.absent,
        "absent_after": rules.absent_after,
        "time_zone": rules.time_zone,
        "protected": {
            "ids": list(rules.protected_ids),
            "emails": list(rules.protected_emails),
            "groups": list(rules.protected_groups),
        },
        "groups": [
            {"name": group, "when": {"attribute": "department", "equals": department}}
            for department, group in rules.groups
        ],
        "limits": {"suspensions": f"max({count}, {percent}%)", **rules.limits},
    }
