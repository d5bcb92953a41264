"""Options and arguments that several commands share."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from onroll.cli.completion import complete_subject, complete_target
from onroll.diagnostics import Diagnostic
from onroll.errors import UsageError
from onroll.http.retry import ATTEMPTS
from onroll.service.opening import Options
from onroll.service.store_place import find_store
from onroll.service.subject import Subject, find_connections, find_subject
from onroll.service.token_keeping import TokenPlace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from onroll.definition.settings import Settings
    from onroll.service.places import Place

__all__ = [
    "Chosen",
    "Moment",
    "choose",
    "chosen_place",
    "config_option",
    "json_option",
    "named_values",
    "source_options",
    "store_option",
    "store_options",
    "subject_argument",
]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a command is run on, and with which settings and options."""

    subject: Subject
    given: dict[str, str]
    options: Options

    def settings(self) -> Settings:
        """Settle the settings from `--set`, the environment and the connection file."""
        return self.subject.settings(self.given, os.environ)


json_option: Final = click.option("--json", "as_json", is_flag=True, help="JSON instead of words.")

config_option: Final = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The connection file; ./onroll.yaml when left out.",
)


subject_argument: Final = click.argument(
    "name", metavar="NAME|FILE|CONNECTION", shell_complete=complete_subject
)

store_option: Final = click.option(
    "--store",
    metavar="URL|FILE",
    help="Where state is kept; else ONROLL_STORE, onroll.yaml's `store`, ./onroll.db.",
)


class Moment(click.ParamType[Any]):
    """A point in time as ISO 8601 writes it, a date for its beginning; UTC unless it says more."""

    name = "moment"

    def __init__(self, *words: str) -> None:
        self._words = words

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime | str:
        """Read the text. A word of the option's own stays a word."""
        if isinstance(value, datetime) or value in self._words:
            return value  # type: ignore[no-any-return]  # one of the two
        try:
            moment = datetime.fromisoformat(value)
            aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
            return aware.astimezone(UTC)
        except (ValueError, OverflowError):  # in UTC it may be before the year 1
            words = "".join(f", or `{word}`" for word in self._words)
            self.fail(f"it takes 2026-11-01 or 2026-11-01T08:00:00Z{words}", param, ctx)


def store_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say where people are kept."""
    for option in (
        store_option,
        click.option(
            "--target",
            metavar="NAME",
            shell_complete=complete_target,
            help="A target that onroll.yaml declares.",
        ),
    ):
        command = option(command)
    return command


def chosen_place(
    target: str | None, store: str | None, config: Path | None, subject: Subject | None = None
) -> Place:
    """Find the store and the target that are meant. Raises `OnrollError` for what is unknown."""
    # Most commands have nothing to do with targets.
    from onroll.service.places import Place, find_target  # noqa: PLC0415  (see above)

    file = find_connections(config) if subject is None else subject.file
    if target is None and subject is not None:
        target = subject.import_rules.target
    return Place(find_store(store, file, os.environ), find_target(target, file), os.environ)


def source_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the argument and the options of commands that ask a source."""
    for option in (
        click.option(
            "--no-rate-limit", is_flag=True, help="Leave out the definition's rate limits."
        ),
        click.option(
            "--auth-base-url", metavar="URL", help="Where login and token calls go instead."
        ),
        click.option(
            "--base-url", metavar="URL", help="Where requests go instead (a mock, a proxy)."
        ),
        config_option,
        click.option(
            "--set", "settings", metavar="KEY=VALUE", multiple=True, help="A setting; repeatable."
        ),
        subject_argument,
    ):
        command = option(command)
    return command


def named_values(texts: Iterable[str], sign: str, option: str) -> dict[str, str]:
    """Read texts such as `name=value`. Raises `UsageError` for one without a name or a sign."""
    values: dict[str, str] = {}
    for text in texts:
        name, found, value = text.partition(sign)
        if not found or not name.strip():
            # The text may be a secret given without its name, so it is not shown.
            message = f"`{option}` takes a name and a value"
            expected = f"`{option} name{sign}value`"
            raise UsageError(Diagnostic("wrong-option", message, expected=expected))
        values[name.strip()] = value
    return values


def choose(
    name: str,
    *,
    settings: tuple[str, ...],
    config: Path | None,
    base_url: str | None,
    auth_base_url: str | None,
    no_rate_limit: bool,
    store: str | None = None,
    updated_since: datetime | None = None,
    attempts: int = ATTEMPTS,
) -> Chosen:
    """Find the subject and read the options. Raises `OnrollError` for anything unknown.

    The store is where tokens are kept; nothing of it is looked at before one is needed.
    """
    given = named_values(settings, "=", "--set")
    subject = find_subject(name, config)
    filters = subject.filters(os.environ)
    options = Options(
        base_url=base_url,
        auth_base_url=auth_base_url,
        use_rate_limits=not no_rate_limit,
        filters=filters,
        updated_since=updated_since,
        secrets=subject.secrets_in(filters),
        attempts=attempts,
        tokens=TokenPlace(
            partial(find_store, store, subject.file, os.environ), subject.name, typed=name
        ),
        allow_private_network=subject.allows_private_network(os.environ),
    )
    return Chosen(subject, given, options)
