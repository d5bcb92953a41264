"""Faults of the people, of their records, and of the page that holds them."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from onroll.testing.sandbox.account import Effect
from onroll.testing.sandbox.exchange import json_text
from onroll.testing.sandbox.faults.fault import Fault, Setting
from onroll.testing.sandbox.people import Person

_DEPTH = 5000
_WITHHELD = ("status", "department", "org_units")


def _attributes(record: dict[str, Any]) -> dict[str, Any]:
    """Return where a record has its attributes: v1 nests them, v2 does not."""
    attributes: dict[str, Any] = record.get("attributes", record)
    return attributes


def _on_record(change: Callable[[dict[str, Any]], None], only: int | None = None) -> Effect:
    """Change the attributes of everybody's records, or of one person's."""

    def changed(text: str, index: int) -> str:
        if only is not None and index != only:
            return text
        record = json.loads(text)
        change(_attributes(record))
        return json_text(record)

    return Effect(record=changed)


def _no_id(setting: Setting) -> Effect:
    def drop_id(attributes: dict[str, Any]) -> None:
        attributes.pop("id", None)

    return _on_record(drop_id, only=setting.middle)


def _null_id(setting: Setting) -> Effect:
    def clear_id(attributes: dict[str, Any]) -> None:
        if isinstance(attributes.get("id"), dict):
            attributes["id"]["value"] = None
        else:
            attributes["id"] = None

    return _on_record(clear_id, only=setting.middle)


def _missing_attributes(_setting: Setting) -> Effect:
    def withhold(attributes: dict[str, Any]) -> None:
        for key in _WITHHELD:
            attributes.pop(key, None)

    return _on_record(withhold)


def _on_person(**changes: Any) -> Callable[[Setting], Effect]:
    """Change one person before they are written in any shape."""

    def build(setting: Setting) -> Effect:
        def changed(person: Person) -> Person:
            return person._replace(**changes) if person.place == setting.middle else person

        return Effect(person=changed)

    return build


def _no_data(_setting: Setting) -> Effect:
    return Effect(page=lambda page: replace(page, records_key="people"))


def _with_member(key: str, text: str) -> Effect:
    """Add a top-level member to every page."""
    return Effect(page=lambda page: replace(page, extras=(*page.extras, (key, text))))


def _deep_json(_setting: Setting) -> Effect:
    return _with_member("nested", "[" * _DEPTH + "]" * _DEPTH)


def _fat_page(setting: Setting) -> Effect:
    return _with_member("padding", '"' + "x" * (setting.count * 1_000_000) + '"')


FAULTS = (
    Fault("no-id", None, "One person's record has no id.", _no_id),
    Fault("null-id", None, "One person's id is null.", _null_id),
    Fault(
        "bad-date",
        None,
        "One person's hire date cannot be read: it is 2021-02-30.",
        _on_person(hire_date="2021-02-30"),
    ),
    Fault(
        "status-unknown",
        None,
        "One person has the status `sabbatical`, which is not documented.",
        _on_person(status="sabbatical"),
    ),
    Fault(
        "missing-attributes",
        None,
        "No record has a status or department, as when the credentials may not read them.",
        _missing_attributes,
    ),
    Fault(
        "no-data",
        None,
        "The records stand under `people`, and the documented key is missing.",
        _no_data,
    ),
    Fault("deep-json", None, f"Pages hold a value nested {_DEPTH:,} deep.", _deep_json),
    Fault("fat-page", "MEGABYTES", "Pages are padded to more than MEGABYTES.", _fat_page),
)
