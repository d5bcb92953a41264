"""A new connector as files: the definition, and the schema that editors read beside it."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from onroll.definition.bundle import bundle
from onroll.definition.catalog import connector_files, file_argument, is_file_name
from onroll.definition.load import parse_definition
from onroll.diagnostics import Diagnostic
from onroll.drafting.writing import write_definition
from onroll.errors import BlockedError, UsageError
from onroll.plugins.registry import installed
from onroll.redaction import Redactor
from onroll.transforms.folding import fold

if TYPE_CHECKING:
    from onroll.drafting.draft import Draft

__all__ = ["NewFile", "save_new", "where_new"]

_SCHEMA: Final = "connector.schema.json"
#: Of a credential that is looked for in what is written.
_FEWEST_LETTERS: Final = 8
_NAME: Final = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class NewFile:
    """Where a new connector goes, how commands call it, and where its schema is.

    `makes_schema` is false where one is there already.
    """

    name: str
    file: Path
    argument: str
    schema: Path
    makes_schema: bool


def _named_after(text: str) -> str:
    """Return a connector's name after a file's: `Acme_HR` gives `acme-hr`."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower())) or text


def where_new(text: str, folder: Path | None = None) -> NewFile:
    """Return where `onroll new` writes: a name goes below `./connectors`, a file where it says.

    Raises `UsageError` when something is there already, or the name is a shipped connector's.
    """
    root = folder or Path()
    if is_file_name(text):
        file = root / text
        name = _named_after(file.parent.name if file.name == "connector.yaml" else file.stem)
        argument, schema = file_argument(Path(text)), file.parent / _SCHEMA
    else:
        if not _NAME.fullmatch(text):
            raise UsageError(_wrong_name(text))
        name = argument = text
        file = root / "connectors" / text / "connector.yaml"
        schema = root / "connectors" / _SCHEMA
        if text in dict(connector_files(folder)) and not file.exists():
            raise UsageError(
                Diagnostic(
                    "connector-clash",
                    f"`{text}` is a shipped connector",
                    hint=f"run it (`onroll explain {text}`), or choose another name",
                )
            )
    if file.exists():
        raise UsageError(_exists(file))
    if file.suffix not in (".yaml", ".yml"):
        message = f"{file} is no name of a definition"
        raise UsageError(Diagnostic("wrong-option", message, expected="a file ending in .yaml"))
    ours = root / "schemas" / _SCHEMA
    if ours.exists() and not is_file_name(text):
        schema = ours  # a project that keeps its schemas as onroll's own does
    # A link that leads nowhere is in the way too: the definition would stand there alone.
    is_there = schema.exists() or schema.is_symlink()
    return NewFile(name, file, argument, schema, makes_schema=not is_there)


def _wrong_name(text: str) -> Diagnostic:
    right = _named_after(fold(text))
    return Diagnostic(
        "wrong-name",
        f"{text!r} cannot be a connector's name",
        expected="lower-case letters, digits and single `-`, starting with a letter",
        hint=f"`onroll new {right} …`" if _NAME.fullmatch(right) else None,
    )


def save_new(draft: Draft, new: NewFile) -> str:
    """Write a draft, and the schema where there is none; return the definition's text.

    Raises `UsageError` when somebody wrote a file there meanwhile, or nothing can be written,
    `BlockedError` when a credential would stand in it.
    """
    schema = os.path.relpath(new.schema, new.file.parent).replace(os.sep, "/")
    text = write_definition(draft, schema if "/" in schema else f"./{schema}")
    parse_definition(text, name=str(new.file))  # nothing is written that does not validate
    _refuse_secrets(draft, text)
    try:
        new.file.parent.mkdir(parents=True, exist_ok=True)
        with new.file.open("x", encoding="utf-8") as file:
            file.write(text)
        if new.makes_schema:
            with new.schema.open("x", encoding="utf-8") as file:
                file.write(json.dumps(bundle(installed()), ensure_ascii=False, indent=2) + "\n")
    except FileExistsError as error:
        raise UsageError(_exists(Path(error.filename))) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = f"{error.filename or new.file} cannot be written: {reason}"
        raise UsageError(Diagnostic("file-not-writable", message)) from None
    return text


def _refuse_secrets(draft: Draft, text: str) -> None:
    """Raise `BlockedError` where a credential is in the text, as an API may name a key after it."""
    for name, one in draft.access.settings.items():
        value = one.value or ""
        # What is short, or a mere word, may stand there for another reason.
        is_telling = len(value) >= _FEWEST_LETTERS and any(letter.isdigit() for letter in value)
        if one.is_secret and is_telling and Redactor([value]).clean(text) != text:
            raise BlockedError(
                Diagnostic(
                    "secret-left",
                    f"the value of the secret `{name}` would stand in the definition",
                    hint="the API uses it as a name: draft from a recorded answer without it",
                )
            )


def _exists(file: Path) -> Diagnostic:
    return Diagnostic(
        "file-exists",
        f"{file.as_posix()} is there already, and nothing is overwritten",
        hint="choose another name, or move the file away",
    )
