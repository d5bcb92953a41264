"""The results of an import as CSV (RFC 4180): one line a person, for a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from _typeshed import SupportsWrite

__all__ = ["RESULT_COLUMNS", "csv_cell", "results_csv", "write_results"]

RESULT_COLUMNS: Final = ("id", "email", "action", "outcome", "reason", "message", "changes")

#: What makes a spreadsheet take a cell for a formula: its first character, also in full width.
#: Behind a semicolon or a line break too, for where those part cells the rest is a cell as well.
_FORMULA: Final = re.compile(
    r"^(?=[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])|(?<=[;\t\r\n])(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20])"
)


def write_results(items: Iterable[Mapping[str, Any]], stream: SupportsWrite[str]) -> None:
    """Write items as `onroll import --json` has them, as they come, with a line of titles.

    Lines end in CRLF, so open a file with `newline=""`. A cell that a spreadsheet would take for a
    formula gets an apostrophe in front.
    """
    writer = csv.writer(stream)
    writer.writerow(RESULT_COLUMNS)
    writer.writerows(_row(item) for item in items)


def results_csv(items: Iterable[Mapping[str, Any]]) -> str:
    """Return what `write_results` writes."""
    stream = io.StringIO(newline="")
    write_results(items, stream)
    return stream.getvalue()


def csv_cell(value: Any) -> str:
    """Return a value as the text of a cell that no spreadsheet calculates with."""
    return _FORMULA.sub("'", _text(value))


def _row(item: Mapping[str, Any]) -> list[str]:
    cells = [item.get(column) for column in RESULT_COLUMNS[:-1]]
    return [csv_cell(cell) for cell in (*cells, _changes(item.get("changes") or {}))]


def _changes(changes: Mapping[str, Any]) -> str:
    return "; ".join(
        f"{attribute}: {_text(old) or '(none)'} → {_text(new) or '(none)'}"
        for attribute, (old, new) in changes.items()
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        # Half of a surrogate pair, which JSON can hold and no file can.
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return ", ".join(_text(one) for one in value)
    return json.dumps(value, ensure_ascii=False)
