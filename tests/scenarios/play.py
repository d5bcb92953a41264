"""Plays a scenario: writes its files, changes its source day by day, and runs the imports.

Each day has a dry run before the import and, where all went well, another one after it. What
every day must hold, whatever the scenario is about, is in `invariants`.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from onroll.definition.source import read_yaml
from onroll.errors import OnrollError
from onroll.service.importing import ImportJob, open_import
from onroll.service.linking import link_person, unlink_person
from onroll.service.opening import Options
from onroll.service.subject import find_subject
from onroll.sync.saved_plan import write_plan

from .claims import broken_claims
from .hr import TOKEN, Account
from .invariants import Evening, broken_invariants, broken_rehearsal, is_settled
from .scenario import DEFAULT_CONNECTION, ConnectionEdit, Run
from .stage import TARGET

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.service.subject import Subject

    from .hr import HrSystem
    from .scenario import Act, Day, Scenario
    from .stage import Stage

__all__ = ["Outcome", "play"]

_FIRST_DAY = datetime(2025, 3, 3, 9, tzinfo=UTC)
_SOURCE = Path(__file__).with_name("source.yaml")


@dataclass(frozen=True)
class Outcome:
    """How a run ended. Without a report, an error ended it."""

    exit: int
    errors: tuple[str, ...]
    report: Mapping[str, Any] | None = None
    items: tuple[Mapping[str, Any], ...] = ()
    status: str = "failed"


def play(scenario: Scenario, stage: Stage, hr: HrSystem) -> None:
    """Play all days. Raises `AssertionError` with everything that is wrong on the first bad one."""
    actors = _Actors(scenario, stage, hr)
    for name, written in scenario.users.items():
        stage.create(name, written)
    for number, day in enumerate(scenario.days, 1):
        problems = actors.play_day(day)
        assert not problems, f"day {number} of {scenario.title!r}:\n  " + "\n  ".join(problems)


class _Actors:
    """The source, the connections and the operator of one scenario."""

    def __init__(self, scenario: Scenario, stage: Stage, hr: HrSystem) -> None:
        self._stage, self._hr = stage, hr
        written = scenario.connections or {DEFAULT_CONNECTION: scenario.connection}
        self._connections = {name: _laid_over(_plain(), one) for name, one in written.items()}
        self._accounts = {name: f"{name}-{uuid.uuid4().hex}" for name in written}
        hr.accounts.update({account: Account() for account in self._accounts.values()})
        self._now = _FIRST_DAY - timedelta(days=1)
        self._subjects: dict[str, Subject] = {}
        self._written = ""
        self._write_files()

    def play_day(self, day: Day) -> list[str]:
        name = day.of or next(iter(self._connections))
        self._now = datetime.fromisoformat(day.at) if day.at else self._now + timedelta(days=1)
        self._connections[name] = _laid_over(self._connections[name], day.reconfigure)
        self._write_files()
        account = self._hr.accounts[self._accounts[name]]
        account.faults = day.source
        _change_people(account.people, day)
        for act in day.by_hand:
            self._act(act, name)
        morning, contents = self._stage.look(), self._stage.contents()
        rehearsal = outcome = self._run(name, day, day.run, is_dry_run=True)
        problems = []
        if self._stage.contents() != contents:
            problems.append("the dry run changed the store")
        if self._stage.is_elsewhere and self._stage.look() != morning:
            problems.append("the dry run changed the target")
        if not day.run.dry_run:
            outcome = self._run(name, day, day.run, is_dry_run=False)
            problems += broken_rehearsal(rehearsal, outcome)
        after = self._stage.look()
        evening = Evening(self._stage, account, morning, after, day, outcome)
        problems += broken_invariants(evening)
        problems += broken_claims(day.expect, outcome, after, name)
        if not problems and is_settled(evening):
            again = self._run(name, day, day.run, is_dry_run=True)
            problems += [
                f"run again, it would {one['action']} {one['id']}: {one['changes']}"
                for one in again.items
                if one["outcome"] == "planned" and one["reason"] != "absent"
            ]
        return problems

    # ---- what happens by hand --------------------------------------------------------------------

    def _act(self, act: Act, name: str) -> None:
        for user, written in act.create.items():
            self._stage.create(user, written)
        for user, written in act.edit.items():
            self._stage.edit(user, written)
        for user in act.delete:
            self._stage.delete(user)
        if (link := act.link) is not None:
            subject = self._subjects[link.connection or name]
            link_person(self._stage.place, subject, link.user, link.id)
        if (link := act.unlink) is not None:
            subject = self._subjects[link.connection or name]
            unlink_person(self._stage.place, subject, link.user, link.id)

    # ---- the import ------------------------------------------------------------------------------

    def _run(self, name: str, day: Day, run: Run, *, is_dry_run: bool) -> Outcome:
        account = self._accounts[name]
        self._hr.accounts[account].readings = 0
        subject = self._subjects[name]
        job = ImportJob(
            subject=subject,
            settings=subject.settings({}, {}),
            store=self._stage.store,
            options=Options(
                base_url=self._hr.url_of(account, has_moved=day.source.has_moved),
                filters=subject.filters({}),
                attempts=1,
            ),
            mode=run.mode,
            selected=run.select,
            is_dry_run=is_dry_run,
            is_confirmed=run.confirm_source,
            updated_since=_moment(run.updated_since),
            allowed_suspensions=run.allow_suspensions,
            allows_incomplete=run.allow_incomplete,
            saved_plan=self._plan_file(run.plan, run.take_out) if run.plan else None,
            clock=lambda: self._now,
        )
        try:
            return self._imported(job, run.keep_plan)
        except OnrollError as error:
            return Outcome(error.exit_code, tuple(one.code for one in error.diagnostics))

    def _imported(self, job: ImportJob, keep_as: str | None) -> Outcome:
        with open_import(job) as run:
            planned = run.plan()
            if keep_as is not None:
                path = self._stage.folder / f"{keep_as}.json"
                with path.open("w", encoding="utf-8") as stream:
                    write_plan(stream, planned.head, planned.writes())
            report = run.apply(planned)
            return Outcome(
                report.exit_code,
                tuple(one.code for one in report.errors),
                report.as_json(),
                tuple(dict(one) for one in report.items()),
                report.status,
            )

    def _plan_file(self, name: str, take_out: tuple[str, ...]) -> Path:
        path = self._stage.folder / f"{name}.json"
        if take_out:
            plan = json.loads(path.read_text(encoding="utf-8"))
            plan["items"] = [one for one in plan["items"] if one["id"] not in take_out]
            path.write_text(json.dumps(plan, ensure_ascii=False), encoding="utf-8")
        return path

    # ---- the files -------------------------------------------------------------------------------

    def _write_files(self) -> None:
        """Write onroll.yaml and the definitions, and read them again if they changed."""
        config = self._stage.folder / "onroll.yaml"
        connections: dict[str, Any] = {}
        for name, one in self._connections.items():
            definition = dict(read_yaml(_SOURCE.read_bytes(), _SOURCE.name).data)
            definition["list_users"] = definition["list_users"] | one["list_users"]
            path = self._stage.folder / f"{name}.yaml"
            path.write_text(json.dumps(definition), encoding="utf-8")
            kept = {key: one[key] for key in ("settings", "filters", "attributes", "import")}
            connections[name] = {"connector": f"./{path.name}", **kept}
        written = {
            "format": 1,
            "targets": {TARGET: dict(self._stage.target)},
            "connections": connections,
        }
        text = json.dumps([written, self._connections])
        if text == self._written:
            return
        self._written = text
        config.write_text(json.dumps(written), encoding="utf-8")
        self._subjects = {name: find_subject(name, config) for name in connections}


def _plain() -> dict[str, dict[str, Any]]:
    return {
        "settings": {"token": TOKEN},
        "filters": {},
        "attributes": {},
        "import": {},
        "list_users": {},
    }


def _laid_over(
    below: Mapping[str, Mapping[str, Any]], edit: ConnectionEdit
) -> dict[str, dict[str, Any]]:
    above = {
        "settings": edit.settings,
        "filters": edit.filters,
        "attributes": edit.attributes,
        "import": edit.import_,
        "list_users": edit.list_users,
    }
    return {
        part: {
            key: value
            for key, value in {**written, **above[part]}.items()
            # In an overlay of attributes null has a meaning of its own: it removes one.
            if value is not None or part == "attributes"
        }
        for part, written in below.items()
    }


def _change_people(people: dict[str, dict[str, Any]], day: Day) -> None:
    if day.people is not None:
        people.clear()
    for source_id, written in {**(day.people or {}), **day.join}.items():
        people[source_id] = _person(written)
    for source_id in day.leave:
        del people[source_id]
    for source_id, changes in day.edit.items():
        people[source_id] = _without(people[source_id] | dict(changes))


def _person(written: str | Mapping[str, Any]) -> dict[str, Any]:
    """Fill in what a scenario leaves out: `Ada` alone is a person too."""
    given = {"first_name": written} if isinstance(written, str) else dict(written)
    first_name = str(given.get("first_name") or "nobody")
    person = {
        "last_name": "Example",
        "email": f"{first_name.lower()}@example.com",
        "status": "active",
        **given,
    }
    return _without(person)


def _without(person: dict[str, Any]) -> dict[str, Any]:
    absent = person.pop("without", ())
    return {key: value for key, value in person.items() if key not in absent}


def _moment(written: str | None) -> datetime | Literal["last"] | None:
    if written is None or written == "last":
        return written  # type: ignore[return-value]  # the comparison says which text it is
    return datetime.fromisoformat(written)
