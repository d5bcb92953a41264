"""Each peer's own environment: a virtual environment with exactly its pinned requirements."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "bench"
PEERS = ROOT / "benchmarks" / "peers"


def python_of(peer: str) -> Path:
    """Return the peer's interpreter; make its environment anew if its requirements changed."""
    wanted = PEERS / peer / "requirements.txt"
    return _made(peer, wanted.read_text(), ["-r", str(wanted)])


@cache
def onroll() -> Path:
    """Return the program as a user has it: this tree's package, installed anew for each run."""
    python = _made("onroll", (ROOT / "pyproject.toml").read_text(), [str(ROOT)])
    _install(python, ["--no-deps", "--force-reinstall", str(ROOT)])
    return python.with_name("onroll")


def _made(name: str, requirements: str, install: list[str]) -> Path:
    folder = CACHE / "environments" / name
    python, made_from = folder / "bin" / "python", folder / "requirements.txt"
    written = f"# Python {sys.version}\n{requirements}"
    if made_from.is_file() and made_from.read_text() == written:
        return python
    print(f"making the environment of {name}", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    _install(python, install)
    made_from.write_text(written)
    return python


def _install(python: Path, what: list[str]) -> None:
    command = [python, "-m", "pip", "install", "--disable-pip-version-check", *what]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"pip cannot install {' '.join(what)}:\n{done.stderr[-2_000:]}")
