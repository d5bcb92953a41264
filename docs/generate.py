"""Write the pages below `docs/reference/` from the program itself, or check that they are fresh.

    python docs/generate.py            writes them
    python docs/generate.py --check    names stale ones and exits with 1

The sources are the JSON Schemas, the built-in plug-ins, click's commands, the certificate's
fields and every diagnostic code that the engine's source can give.
"""

from __future__ import annotations

import sys
from pathlib import Path

from generator.pages import pages

REFERENCE = Path(__file__).resolve().parent / "reference"


def stale_pages(wanted: dict[str, str]) -> list[str]:
    """Return the names of pages that differ from what would be written, or should not be there."""
    stale = [name for name, text in wanted.items() if _read(REFERENCE / name) != text]
    return stale + [name for name in _present() if name not in wanted]


def _present() -> list[str]:
    return [file.relative_to(REFERENCE).as_posix() for file in REFERENCE.rglob("*.md")]


def _read(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.is_file() else None


def main(arguments: list[str]) -> int:
    """Write or check the pages; return the exit code."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write(__doc__ or "")
        return 2
    try:
        wanted = pages()
    except (LookupError, ValueError) as error:
        sys.stderr.write(f"the reference cannot be written: {error}\n")
        return 1
    if not arguments:
        _write(wanted)
    stale = stale_pages(wanted)
    for name in stale:
        sys.stderr.write(f"docs/reference/{name} is stale: run `python docs/generate.py`\n")
    return 1 if stale else 0


def _write(wanted: dict[str, str]) -> None:
    for name, text in wanted.items():
        (REFERENCE / name).parent.mkdir(exist_ok=True)
        (REFERENCE / name).write_text(text, encoding="utf-8")
    for name in _present():
        if name not in wanted:
            (REFERENCE / name).unlink()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
