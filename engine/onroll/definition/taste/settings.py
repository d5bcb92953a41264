"""Taste in settings: explained, used, and secret where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onroll.definition.taste.secrets import is_secret_name
from onroll.diagnostics import Diagnostic
from onroll.expressions.reference import references_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.definition.connector import ConnectorDefinition

__all__ = ["setting_findings"]


def setting_findings(definition: ConnectorDefinition) -> Iterator[Diagnostic]:
    """Yield what whoever connects would miss."""
    source = definition.source
    rest = {key: value for key, value in source.data.items() if key != "settings"}
    used = {one.name for one in references_in(rest) if one.namespace == "settings"}
    for name, setting in definition.settings.items():
        place = source.place(("settings", name), of_key=True)
        written = source.get(("settings", name)) or {}
        missing = [key for key in ("title", "description") if not written.get(key)]
        if missing:
            yield Diagnostic(
                "lint-unexplained-setting",
                f"the setting `{name}` has no {' and no '.join(f'`{key}`' for key in missing)}",
                place,
                hint="say what it is called at the vendor's, and where to find it",
                severity="warning",
            )
        if is_secret_name(name) and not setting.secret:
            yield Diagnostic(
                "lint-setting-not-secret",
                f"the setting `{name}` sounds like a secret, and is not declared as one",
                place,
                hint="add `secret: true`: its value is then never shown",
                severity="warning",
            )
        if name not in used:
            yield Diagnostic(
                "lint-unused-setting",
                f"the setting `{name}` is used nowhere",
                place,
                hint=f"write `${{settings.{name}}}` where it belongs, or remove it",
                severity="warning",
            )
