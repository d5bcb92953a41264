"""The settings that a draft declares, as they are found one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from onroll.drafting.draft import SettingDraft
from onroll.drafting.placeholders import (
    is_placeholder,
    placeholders_in,
    reference_to,
    setting_name,
    setting_title,
)

__all__ = ["Declared"]

_TITLES: Final = {
    "email": "E-mail",
    "token": "API token",
    "username": "User name",
    "user": "User name",
    "url": "URL",
}


@dataclass(slots=True)
class Declared:
    """Settings by name, for a connector. A name stands for one value."""

    connector: str = ""
    settings: dict[str, SettingDraft] = field(default_factory=dict)

    def secret(self, value: str, name: str, description: str = "") -> str:
        """Declare a secret; return its reference. A placeholder's own name is taken over.

        An empty value is none that is known.
        """
        return self._said_or_held(value, name, SettingDraft("", description, is_secret=True))

    def open(self, value: str, name: str, description: str = "") -> str:
        """Declare a setting that is no secret; return its reference."""
        return self._said_or_held(value, name, SettingDraft("", description))

    def named(self, said: str, fallback: str, description: str = "") -> str:
        """Declare a setting for a placeholder, by what that calls itself."""
        # `$ACME_COMPANY` is the environment's; `{acmeCompany}` is the vendor's own word.
        name = setting_name(said, fallback, self.connector if said.isupper() else "")
        return self._add(name, SettingDraft("", description))

    def filled(self, text: str, fallback: str, description: str = "") -> str:
        """Return a text with each marked placeholder as a reference."""
        pieces: list[str] = []
        position = 0
        for one in placeholders_in(text):
            reference = self.named(one.name, fallback, description)
            pieces += [text[position : one.start], reference]
            position = one.end
        return "".join([*pieces, text[position:]])

    def _said_or_held(self, value: str, name: str, wanted: SettingDraft) -> str:
        said = is_placeholder(value)
        if said is not None:
            return self._add(setting_name(said, name, self.connector), wanted)
        return self._add(name, replace(wanted, value=value or None))

    def _add(self, name: str, wanted: SettingDraft) -> str:
        first, number = name, 2
        while name in self.settings and not _is_same(self.settings[name], wanted):
            name, number = f"{first}_{number}", number + 1
        known = self.settings.get(name, wanted)
        self.settings[name] = SettingDraft(
            title=_TITLES.get(first) or setting_title(name),
            description=wanted.description or known.description,
            is_secret=wanted.is_secret or known.is_secret,
            value=known.value if wanted.value is None else wanted.value,
        )
        return reference_to(name)


def _is_same(known: SettingDraft, wanted: SettingDraft) -> bool:
    return wanted.value is None or known.value is None or known.value == wanted.value
