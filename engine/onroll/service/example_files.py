"""Write a recording as files, and name them in a definition. Nothing is ever written over."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from onroll.builtin import shipped
from onroll.definition.catalog import is_file_name
from onroll.definition.load import parse_definition
from onroll.diagnostics import Diagnostic
from onroll.errors import UsageError
from onroll.service.replay import replay_examples

if TYPE_CHECKING:
    from onroll.service.encoding_answers import RecordedAnswer
    from onroll.service.recording import Recording
    from onroll.service.subject import Subject

__all__ = ["ExampleFiles", "Spot", "find_spot", "lay_out", "save_example"]

_USERS: Final = "users.json"
_DESCRIPTION: Final = "Recorded; the people are made up"
#: Of a folder's name: `recorded`, `recorded-2` …
_MOST_FOLDERS: Final = 1000


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a recording goes: a new folder, and the definition that it is an example of.

    With `is_beside` the folder lies below the definition's, which may name it. `has_examples`:
    the definition names some already, and what it says of them is its author's.
    """

    folder: Path
    definition: Path
    is_beside: bool
    has_examples: bool


@dataclass(frozen=True, slots=True)
class ExampleFiles:
    """Files by their names inside the folder, and the YAML that names them."""

    spot: Spot
    contents: dict[str, bytes]
    block: str

    @property
    def is_appended(self) -> bool:
        """Whether the definition itself gets the YAML."""
        return self.spot.is_beside and not self.spot.has_examples


def find_spot(subject: Subject, text: str, into: Path | None) -> Spot:
    """Find a folder that is not there yet. `text` is what was typed, a name or a file.

    Raises `UsageError` when `into` has something in it.
    """
    file = Path(subject.definition.source.name)
    has_examples = "examples" in subject.definition.source.data
    is_shipped = file.resolve().is_relative_to(shipped("connectors").resolve())
    if into is not None:
        if into.exists() and (not into.is_dir() or any(into.iterdir())):
            raise UsageError(
                Diagnostic(
                    "file-exists",
                    f"`{into}` is there already, and examples are not written over",
                    hint="name a new folder by `--into`",
                )
            )
        is_beside = _is_beside(into, file) and (not is_shipped or is_file_name(text))
        return Spot(into, file, is_beside, has_examples)
    if is_shipped and not is_file_name(text):
        folder = Path(f"{subject.definition.name}-examples")
        return Spot(_new(folder), file, is_beside=False, has_examples=has_examples)
    folder = _new(file.parent / "examples" / "recorded")
    return Spot(folder, file, is_beside=_is_beside(folder, file), has_examples=has_examples)


def _is_beside(folder: Path, file: Path) -> bool:
    """Whether a folder lies below a definition's, and neither is a link to somewhere else."""
    is_below = folder.resolve().is_relative_to(file.parent.resolve())
    return is_below and not file.is_symlink()


def _new(folder: Path) -> Path:
    names = [folder, *(folder.with_name(f"{folder.name}-{n}") for n in range(2, _MOST_FOLDERS))]
    # A link that leads nowhere does not exist, and is in the way all the same.
    return next(one for one in names if not one.exists() and not one.is_symlink())


def lay_out(recording: Recording, spot: Spot) -> ExampleFiles:
    """Name the files of a recording, and write the YAML."""
    contents: dict[str, bytes] = {}
    responses: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    for one in recording.answers:
        counts[one.name] = counts.get(one.name, 0) + 1
    folder = spot.folder
    prefix = f"{folder.name}/"
    if spot.is_beside:
        relative = folder.resolve().relative_to(spot.definition.parent.resolve())
        prefix = "" if relative == Path() else f"{relative.as_posix()}/"
    for one in recording.answers:
        known = responses.setdefault(one.name, [])
        number = f"-{len(known) + 1}" if counts[one.name] > 1 else ""
        name = f"{one.name.replace('_', '-')}{number}.{one.format}"
        if one.body is not None:
            contents[name] = one.body
        known.append(_written(one, prefix + name))
    users = json.dumps(recording.users, ensure_ascii=False, indent=2) + "\n"
    contents[_USERS] = users.encode("utf-8", "replace")
    lines = ["examples:", f"  - description: {_DESCRIPTION}", "    responses:"]
    for name, items in responses.items():
        if len(items) == 1:
            lines.append(f"      {name}: {items[0]}")
        else:
            lines += [f"      {name}:", *(f"        - {item}" for item in items)]
    lines.append(f"    users: {_quoted(prefix + _USERS)}")
    return ExampleFiles(spot, contents, "\n".join(lines) + "\n")


def _written(one: RecordedAnswer, name: str) -> str:
    """Write an answer as an item of `responses`: what was asked, its file, and the unusual."""
    quoted = _quoted(name)
    is_usual = one.status == 200 and not one.headers and one.format == "json"
    if is_usual and one.body is not None and one.asked is None:
        return quoted
    parts: list[str] = []
    if one.asked is not None:
        parts.append(f"asked: {_quoted(one.asked.line)}")
        if one.asked.sent is not None:
            parts.append(f"sent: {json.dumps(one.asked.sent, ensure_ascii=False)}")
    if one.status != 200:
        parts.append(f"status: {one.status}")
    if one.body is not None:
        parts.append(f"body: {quoted}")
    if one.headers:
        headers = (
            f"{header}: {json.dumps(value, ensure_ascii=False)}"
            for header, value in one.headers.items()
        )
        parts.append(f"headers: {{{', '.join(headers)}}}")
    return "{" + ", ".join(parts) + "}"


def _quoted(name: str) -> str:
    is_plain = re.fullmatch(r"(?:[A-Z]+ )?[A-Za-z0-9_./?=&%+-]+", name) is not None
    return name if is_plain else json.dumps(name, ensure_ascii=False)


def save_example(files: ExampleFiles) -> None:
    """Write all files or none, and name them in the definition where it names no examples.

    Raises `UsageError` when that cannot be done; then nothing is left behind.
    """
    spot = files.spot
    try:
        _save_folder(files)
    except OSError as error:
        raise _not_writable(spot.folder, error) from None
    if not files.is_appended:
        return
    try:
        _append(spot.definition, files.block)
    except BaseException as error:
        shutil.rmtree(spot.folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise _not_writable(spot.definition, error) from None
        raise


def _save_folder(files: ExampleFiles) -> None:
    folder = files.spot.folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, content in files.contents.items():
            (made / name).write_bytes(content)
        made.chmod(0o755)
        # A folder that somebody filled meanwhile is not replaced.
        made.rename(folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise


def _append(file: Path, block: str) -> None:
    """Add the YAML to the end of a definition once it is known to hold."""
    text = file.read_bytes().decode("utf-8")
    line_end = "\r\n" if "\r\n" in text else "\n"
    gap = "" if text.endswith("\n") else line_end
    longer = text + gap + line_end + block.replace("\n", line_end)
    mistakes = replay_examples(parse_definition(longer, name=str(file), folder=file.parent))
    if mistakes:
        raise UsageError(*mistakes)
    descriptor, made = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(longer.encode())
        shutil.copymode(file, made)
        Path(made).replace(file)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise


def _not_writable(path: Path, error: OSError) -> UsageError:
    reason = error.strerror or type(error).__name__
    return UsageError(Diagnostic("file-not-writable", f"`{path}` cannot be written: {reason}"))
