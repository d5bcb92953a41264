"""All pages of the reference, by file name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator import catalogue, comparison, definition, diagnostics, hooks, imports, kinds, program
from onroll.plugins.host import create_host
from onroll.plugins.registry import build_registry

if TYPE_CHECKING:
    from onroll.plugins.registry import Registry

_NOTE = "<!-- Written by docs/generate.py. Change its sources, not this page. -->\n\n"


def built_in() -> Registry:
    """Return the registry of the built-in plug-ins alone, whatever else is installed."""
    return build_registry(create_host(with_installed=False))


def pages() -> dict[str, str]:
    """Return the text of every page."""
    registry = built_in()
    written = {
        "definition.md": definition.definition_page(),
        "connection-file.md": definition.connection_page(),
        "auth.md": kinds.auth_page(registry),
        "pagination.md": kinds.pagination_page(registry),
        "decoders.md": kinds.decoders_page(registry),
        "hooks.md": hooks.hooks_page(),
        "targets.md": kinds.targets_page(registry),
        "transforms.md": kinds.transforms_page(registry),
        "commands.md": program.commands_page(),
        "diagnostics.md": diagnostics.diagnostics_page(),
        "report.md": program.report_page(),
        "import.md": imports.import_page(),
        "connectors.md": catalogue.connectors_page(),
        "connectors-compared.md": comparison.comparison_page(),
    }
    titles = {name: lines[0].removeprefix("# ") for name, lines in written.items()}
    written |= diagnostics.code_pages(titles)
    return {
        name: _NOTE + "\n".join(line.rstrip() for line in lines).strip() + "\n"
        for name, lines in written.items()
    }
