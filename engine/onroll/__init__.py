"""onroll brings the people of any company out of any HR API into a directory.

import onroll

connector = onroll.load("personio")
users = connector.users({"client_id": "…", "client_secret": "…"})
for user in users:
    print(user.id, user.attributes.get("email"))
assert users.report.complete, users.report.reasons

with connector.importing({"client_id": "…", "client_secret": "…"}, store="onroll.db") as run:
    planned = run.plan()
    print(planned.counts)
    report = run.apply(planned)
    for item in report.items():
        print(item["email"], item["action"], item["outcome"])

A connection of onroll.yaml is imported by an `ImportJob`, for which `find_subject` finds it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onroll.version import __version__

if TYPE_CHECKING:
    from onroll.errors import (
        AuthenticationError,
        BlockedError,
        DefinitionError,
        MailError,
        OnrollError,
        ResponseError,
        SettingsError,
        SourceError,
        TargetError,
        TransportError,
        UsageError,
    )
    from onroll.model import ListingReport, User
    from onroll.service.authoring import Drafted, Question, Wishes, draft_connector
    from onroll.service.connector import Connector, Users, load
    from onroll.service.import_report import ImportReport, Planned
    from onroll.service.importing import Import, ImportJob, open_import
    from onroll.service.linting import lint_file
    from onroll.service.materials import Shown
    from onroll.service.opening import Options
    from onroll.service.recording import Recording, RecordJob, record
    from onroll.service.replay import replay_examples
    from onroll.service.subject import Subject, find_subject
    from onroll.sync.model import Counts, Item
    from onroll.sync.saved_plan import write_plan

__all__ = [
    "AuthenticationError",
    "BlockedError",
    "Connector",
    "Counts",
    "DefinitionError",
    "Drafted",
    "Import",
    "ImportJob",
    "ImportReport",
    "Item",
    "ListingReport",
    "MailError",
    "OnrollError",
    "Options",
    "Planned",
    "Question",
    "RecordJob",
    "Recording",
    "ResponseError",
    "SettingsError",
    "Shown",
    "SourceError",
    "Subject",
    "TargetError",
    "TransportError",
    "UsageError",
    "User",
    "Users",
    "Wishes",
    "__version__",
    "draft_connector",
    "find_subject",
    "lint_file",
    "load",
    "open_import",
    "record",
    "replay_examples",
    "write_plan",
]

#: Where each public name lives. They are imported on first use: `onroll --version` needs none.
_HOMES = {
    **dict.fromkeys(("Connector", "Users", "load"), "onroll.service.connector"),
    **dict.fromkeys(("ListingReport", "User"), "onroll.model"),
    "Options": "onroll.service.opening",
    **dict.fromkeys(("Import", "ImportJob", "open_import"), "onroll.service.importing"),
    **dict.fromkeys(("ImportReport", "Planned"), "onroll.service.import_report"),
    **dict.fromkeys(("Subject", "find_subject"), "onroll.service.subject"),
    **dict.fromkeys(("Counts", "Item"), "onroll.sync.model"),
    **dict.fromkeys(
        ("Drafted", "Question", "Wishes", "draft_connector"), "onroll.service.authoring"
    ),
    "Shown": "onroll.service.materials",
    **dict.fromkeys(("RecordJob", "Recording", "record"), "onroll.service.recording"),
    "lint_file": "onroll.service.linting",
    "replay_examples": "onroll.service.replay",
    "write_plan": "onroll.sync.saved_plan",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'onroll' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415  (only when a name is first used)

    return getattr(import_module(_HOMES.get(name, "onroll.errors")), name)
