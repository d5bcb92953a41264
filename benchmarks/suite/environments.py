"""Each peer's own environment: a virtual environment with exactly its pinned requirements."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "bench"
PEERS = ROOT / "benchmarks" / "peers"


def python_of(peer: str) -> Path:
    """Return the peer's interpreter; make its environment anew if its requirements changed."""
    folder = CACHE / "environments" / peer
    python, made_from = folder / "bin" / "python", folder / "requirements.txt"
    wanted = PEERS / peer / "requirements.txt"
    written = f"# Python {sys.version}\n{wanted.read_text()}"
    if made_from.is_file() and made_from.read_text() == written:
        return python
    print(f"making the environment of {peer}", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    install = [python, "-m", "pip", "install", "--disable-pip-version-check", "-r", wanted]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"cannot install {peer}:\n{done.stderr[-2_000:]}")
    made_from.write_text(written)
    return python
