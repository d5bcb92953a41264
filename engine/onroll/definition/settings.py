"""Settings: what a tenant supplies, from the command line, the environment or its own file."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

# The standard library's own parser has no public name, and reading a pattern as text errs.
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any, Final

from onroll.diagnostics import Diagnostic, nearest, one_of
from onroll.errors import SettingsError
from onroll.expressions.reference import as_text
from onroll.model import ABSENT, Absent, Json
from onroll.redaction import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.definition.connector import ConnectorDefinition, Setting
    from onroll.expressions.reference import Reference, Scope

__all__ = ["Settings", "environment_name", "may_run_forever", "settle"]

#: What a pattern costs may grow with a power of the length.
_LONGEST_MATCHED: Final = 200
#: Ways to read a text of that length with a pattern: so many are tried within seconds.
_MOST_WAYS: Final = 10**8
_REPEATS: Final = (
    _constants.MAX_REPEAT,
    _constants.MIN_REPEAT,
    _constants.POSSESSIVE_REPEAT,
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Values by name. Those of secret settings are `Secret`s, which nothing prints."""

    values: Mapping[str, Json] = field(default_factory=dict)

    def scope(self) -> Scope:
        """Return the scope in which `${settings.x}` is resolved."""

        def look_up(reference: Reference) -> Json | Absent:
            if reference.namespace != "settings":
                return ABSENT
            return self.values.get(reference.name, ABSENT)

        return look_up

    def secrets(self) -> list[str]:
        """Return the secret values, for the redactor."""
        return [value.reveal() for value in self.values.values() if isinstance(value, Secret)]


def environment_name(connection: str, setting: str) -> str:
    """Return the variable that a connection's setting is read from: `ONROLL_ACME_API_KEY`."""
    return re.sub(r"[^A-Z0-9]", "_", f"ONROLL_{connection}_{setting}".upper())


def settle(
    definition: ConnectorDefinition,
    connection: str,
    *,
    given: Mapping[str, str],
    environment: Mapping[str, str],
    filed: Mapping[str, Json],
) -> Settings:
    """Choose each setting's value: `given` (`--set`) first, then the environment, then the file.

    Raises `SettingsError` naming everything that is missing, unknown or wrong at once.
    """
    mistakes = [_unknown(definition, name, "--set") for name in given]
    mistakes += [_unknown(definition, name, "the connection") for name in filed]
    values: dict[str, Json] = {}
    for setting in definition.settings.values():
        variable = environment_name(connection, setting.name)
        places = (given.get(setting.name), environment.get(variable), filed.get(setting.name))
        # An empty text is what an unset variable of a CI system looks like: it hides nothing.
        raw: Json | None = next((one for one in places if one is not None and one != ""), None)
        if raw is None:
            if setting.required:
                mistakes.append(_missing(setting, connection, variable))
            elif setting.default is not None:
                values[setting.name] = _kept(setting, setting.default)
            continue
        value, mistake = _typed(setting, raw)
        mistakes.append(mistake)
        values[setting.name] = _kept(setting, value)
    found = [one for one in mistakes if one is not None]
    if found:
        raise SettingsError(*found)
    return Settings(values)


def _kept(setting: Setting, value: Json) -> Json | Secret:
    return Secret(as_text(value)) if setting.secret else value


def _typed(setting: Setting, raw: Json) -> tuple[Json, Diagnostic | None]:
    """Return the value in the type that the setting's `enum` or `default` has."""
    if setting.enum:
        for one in setting.enum:
            if one == raw or as_text(one) == str(raw):
                return one, None
        return raw, Diagnostic(
            "wrong-setting",
            f"the setting `{setting.name}` does not have one of its values",
            expected=one_of([as_text(one) for one in setting.enum]),
        )
    if setting.pattern and not _fits(setting.pattern, str(raw)):
        return raw, Diagnostic(
            "wrong-setting",
            f"the setting `{setting.name}` does not look as it should",
            expected=f"text that matches `{setting.pattern}`, of at most "
            f"{_LONGEST_MATCHED} characters"
            if len(str(raw)) > _LONGEST_MATCHED
            else f"text that matches `{setting.pattern}`",
            hint=setting.description or None,
        )
    if isinstance(setting.default, bool) and str(raw).lower() in ("true", "false"):
        return str(raw).lower() == "true", None
    is_number = isinstance(setting.default, int) and not isinstance(setting.default, bool)
    if is_number and re.fullmatch(r"-?\d{1,18}", str(raw)):
        return int(str(raw)), None
    return raw, None


def _fits(pattern: str, text: str) -> bool:
    return len(text) <= _LONGEST_MATCHED and re.fullmatch(pattern, text) is not None


def may_run_forever(pattern: str) -> bool:
    """Whether a pattern repeats a group that itself repeats or chooses, as `(a+)+` does.

    Also one that repeats or chooses too often in a row, as `.*.*.*.*.*x`. One that is no regular
    expression is not: its format says so. `(a+)?` and `(a{2}:){5}` are not either: there is only
    one way to read a text with them.
    """
    try:
        parsed = _parser.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    if _repeats_choices(parsed, is_repeated=False):
        return True
    found = list(_choices(parsed))
    # Repetitions in a row share the text, whatever its length.
    long_ones = sum(one > 10 for one in found)
    return math.prod(found) // math.factorial(long_ones) > _MOST_WAYS


def _choices(node: Any) -> Iterator[int]:
    """Yield the number of ways in which each repetition and each choice of a pattern can go."""
    if isinstance(node, tuple) and len(node) == 2 and node[0] in _REPEATS:
        least, most, body = node[1]
        if least != most:
            yield max(1, min(int(most), _LONGEST_MATCHED) - int(least) + 1)
        yield from _choices(body)
        return
    if isinstance(node, tuple) and node and node[0] is _constants.BRANCH:
        yield len(node[1][1])
    if isinstance(node, tuple | list | _parser.SubPattern):
        for one in node:
            yield from _choices(one)


def _repeats_choices(node: Any, *, is_repeated: bool) -> bool:
    """Walk what `re` made of a pattern: sequences of an operation and its arguments."""
    if isinstance(node, tuple) and len(node) == 2 and node[0] in _REPEATS:
        least, most, body = node[1]
        if is_repeated and least != most:
            return True
        return _repeats_choices(body, is_repeated=is_repeated or most > 1)
    if is_repeated and isinstance(node, tuple) and node and node[0] is _constants.BRANCH:
        return True
    if isinstance(node, tuple | list | _parser.SubPattern):
        return any(_repeats_choices(one, is_repeated=is_repeated) for one in node)
    return False


def _unknown(definition: ConnectorDefinition, name: str, where: str) -> Diagnostic | None:
    if name in definition.settings:
        return None
    right = nearest(name, definition.settings)
    return Diagnostic(
        "unknown-setting",
        f"{where} names `{name}`, which is not a setting of `{definition.name}`",
        expected=one_of(definition.settings) if definition.settings else "no settings",
        hint=f"did you mean `{right}`?" if right else None,
    )


def _missing(setting: Setting, connection: str, variable: str) -> Diagnostic:
    described = f" ({setting.description})" if setting.description else ""
    return Diagnostic(
        "missing-setting",
        f"the setting `{setting.name}` of `{connection}` is missing: {setting.title}{described}",
        hint=f"set the environment variable {variable}, or pass `--set {setting.name}=…`"
        + (" (other users of this machine may see it there)" if setting.secret else ""),
    )
