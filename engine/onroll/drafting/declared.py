"""The settings that a draft declares, as they are found one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from onroll.drafting.draft import SettingDraft
from onroll.drafting.placeholders import (
    is_placeholder,
    placeholders_in,
    reference_to,
    setting_name,
    setting_title,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Declared"]

_TITLES: Final = {
    "token": "API token",
    "username": "User name",
    "user": "User name",
    "url": "URL",
    "service_url": "URL",
}


@dataclass(slots=True)
class Declared:
    """Settings by name, for a connector. A name stands for one value."""

    connector: str = ""
    settings: dict[str, SettingDraft] = field(default_factory=dict)

    def secret(self, value: str, name: str, description: str = "") -> str:
        """Declare a secret; return its reference. A placeholder's own name is taken over."""
        said = is_placeholder(value)
        if said is not None:
            return self._add(setting_name(said, name, self.connector), None, description, True)
        return self._add(name, value, description, True)

    def open(self, value: str, name: str, description: str = "") -> str:
        """Declare a setting that is no secret; return its reference."""
        said = is_placeholder(value)
        if said is not None:
            return self._add(setting_name(said, name, self.connector), None, description, False)
        return self._add(name, value, description, False)

    def filled(self, text: str, fallback: str, description: str = "") -> str:
        """Return a text with each marked placeholder as a reference."""
        pieces: list[str] = []
        position = 0
        for one in placeholders_in(text):
            name = setting_name(one.name, fallback, self.connector)
            reference = self._add(name, None, description, False)
            pieces += [text[position : one.start], reference]
            position = one.end
        return "".join([*pieces, text[position:]])

    def describe(self, known: Mapping[str, SettingDraft]) -> None:
        """Take over what a documentation says of settings that are declared here."""
        for name in self.settings.keys() & known.keys():
            self.settings[name] = known[name]

    def _add(self, name: str, value: str | None, description: str, is_secret: bool) -> str:  # noqa: FBT001  (private, and each caller says it once)
        wanted, number = name, 2
        while name in self.settings and not _is_same(self.settings[name], value):
            name, number = f"{wanted}_{number}", number + 1
        title = _TITLES.get(wanted) or setting_title(name)
        known = self.settings.get(name)
        self.settings[name] = SettingDraft(
            title=title,
            description=description or (known.description if known else ""),
            is_secret=is_secret or (known is not None and known.is_secret),
            value=value if value is not None else known.value if known else None,
        )
        return reference_to(name)


def _is_same(known: SettingDraft, value: str | None) -> bool:
    return value is None or known.value is None or known.value == value
