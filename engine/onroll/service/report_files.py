"""Write an import's report as JSON or CSV while its items come, and files that only we may read."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from onroll.diagnostics import Diagnostic
from onroll.errors import UsageError
from onroll.service.import_report import NOTHING_APPLIED, ImportReport
from onroll.service.results import write_results
from onroll.sync.ledger import utc_now
from onroll.sync.model import Counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import TextIO

    from _typeshed import SupportsWrite

    from onroll.errors import OnrollError

__all__ = [
    "check_output",
    "open_private",
    "report_without_run",
    "save_results",
    "write_json",
    "write_json_array",
    "write_report",
]


def write_report(report: ImportReport, stream: SupportsWrite[str]) -> None:
    """Write what `onroll import --json` prints: one object, its items last and one a line."""
    write_json({**report.as_json(), "exit_code": report.exit_code}, report.items(), stream)


def write_json(head: Mapping[str, Any], items: Iterable[Any], stream: SupportsWrite[str]) -> None:
    """Write an object with its `items` as they come. Half surrogate pairs become `?`."""
    text = json.dumps(head, ensure_ascii=False, indent=2)
    stream.write(_writable(text[: text.rindex("\n")]) + ',\n  "items": ')
    write_json_array(items, stream, indent="  ")
    stream.write("\n}\n")


def write_json_array(items: Iterable[Any], stream: SupportsWrite[str], indent: str = "") -> None:
    """Write an array as its values come, one a line."""
    separator = "["
    for item in items:
        line = _writable(json.dumps(item, ensure_ascii=False))
        stream.write(f"{separator}\n{indent}  {line}")
        separator = ","
    stream.write("[]" if separator == "[" else f"\n{indent}]")


def _writable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def save_results(report: ImportReport, path: Path) -> None:
    """Write the results to a file that only we may read: CSV, or JSON, as its name ends."""
    with open_private(path) as stream:
        if path.suffix.lower() == ".csv":
            write_results(report.items(), stream)
        else:
            write_report(report, stream)


@contextmanager
def open_private(path: Path) -> Iterator[TextIO]:
    """Open a file to be written anew, which only we may read. Raises `UsageError`."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        if path.is_file():
            path.chmod(0o600)
        with open(descriptor, "w", encoding="utf-8", newline="") as stream:  # noqa: PTH123  (a descriptor)
            yield stream
    except OSError as error:
        raise _not_writable(path, error) from None


def check_output(*paths: Path | None) -> None:
    """Find out whether files can be written, and leave none behind. Raises `UsageError`."""
    for path in paths:
        if path is None:
            continue
        is_new = not path.exists()
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
            if is_new:
                path.unlink()
        except OSError as error:
            raise _not_writable(path, error) from None


def _not_writable(path: Path, error: OSError) -> UsageError:
    reason = error.strerror or type(error).__name__
    return UsageError(Diagnostic("file-not-writable", f"`{path}` cannot be written: {reason}"))


def report_without_run(
    error: OnrollError, *, connector: str, target: str, mode: str, is_dry_run: bool
) -> ImportReport:
    """Return the report of an import that an error kept from becoming a run."""
    now = utc_now()
    return ImportReport(
        run="",
        connector=connector,
        target=target,
        mode=mode,
        is_dry_run=is_dry_run,
        status="failed",
        exit_code=error.exit_code,
        listing={},
        counts=Counts(),
        applied=NOTHING_APPLIED,
        started_at=now,
        finished_at=now,
        items=lambda: iter(()),
        errors=error.diagnostics,
    )
