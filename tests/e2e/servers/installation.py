"""Install what the servers need: Debian packages, Python environments and npm packages.

Each step is idempotent and is done under a lock, so that tests in several processes share one
installation. Everything but Debian packages goes into the cache folder.
"""

from __future__ import annotations

import fcntl
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

REPOSITORY = Path(__file__).resolve().parents[3]
NODE_VERSION = (24, 18)  # Prism refuses to run on less


class InstallationError(Exception):
    """A program is missing and cannot be installed from here; the text says what to do."""


def cache_folder() -> Path:
    """Return the folder that `ONROLL_E2E_CACHE` names, else `.cache/e2e` in the repository."""
    folder = Path(os.environ.get("ONROLL_E2E_CACHE") or REPOSITORY / ".cache" / "e2e").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def log_file(name: str) -> Path:
    folder = cache_folder() / "logs"
    folder.mkdir(exist_ok=True)
    return folder / f"{name}.log"


def forget_old_logs(days: int = 7) -> None:
    """Delete logs that nobody will look at: each run leaves some of its own."""
    oldest = time.time() - days * 86_400
    for file in log_file("any").parent.iterdir():
        if file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)


def replace_file(file: Path, content: str | bytes) -> None:
    """Write a file so that others see the old one or the new one, never half of it."""
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    part.write_bytes(content.encode() if isinstance(content, str) else content)
    part.replace(file)


def last_lines(log: Path, count: int = 15) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(lines[-count:])


@contextmanager
def lock(name: str) -> Iterator[None]:
    """Keep other processes out; the lock goes when its holder dies."""
    folder = cache_folder() / "locks"
    folder.mkdir(exist_ok=True)
    with (folder / name).open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def run(
    command: Sequence[str | Path],
    log: Path,
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    timeout_seconds: float = 900,
) -> None:
    """Run a step of an installation to its end, its words into `log`."""
    words = [str(word) for word in command]
    with log.open("w", encoding="utf-8") as output:
        try:
            subprocess.run(
                words,
                check=True,
                cwd=folder,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=timeout_seconds,
            )
        except (OSError, subprocess.SubprocessError) as error:
            output.flush()
            raise InstallationError(
                f"`{' '.join(words[:6])}` failed: {error}\n{last_lines(log)}\n(whole log: {log})"
            ) from error


def debian_packages(present: Sequence[Path | str], packages: Sequence[str]) -> None:
    """Install Debian packages, unless every file or program in `present` is there."""
    if all(_is_present(thing) for thing in present):
        return
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    apt_get = shutil.which("apt-get")
    if apt_get is None or os.geteuid() != 0:
        raise InstallationError(
            f"these packages are missing: {', '.join(packages)}; "
            f"on Debian or Ubuntu run: sudo {' '.join(install)}"
        )
    with lock("apt"):
        log = log_file("apt")
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        try:
            run(install, log, environment=quiet)
        except InstallationError:
            # An image often comes without package lists, or with old ones.
            run(["apt-get", "update"], log_file("apt-update"), environment=quiet)
            run(install, log, environment=quiet)


def _is_present(thing: Path | str) -> bool:
    return thing.exists() if isinstance(thing, Path) else shutil.which(thing) is not None


def python_environment(name: str, *requirements: str) -> Path:
    """Return the folder of programs of a virtual environment that holds `requirements`."""
    folder = cache_folder() / "python" / name
    wanted = "\n".join([sys.version, *requirements])
    with lock(f"python-{name}"):
        if not _is_done(folder, wanted):
            folder.parent.mkdir(exist_ok=True)
            run([sys.executable, "-m", "venv", "--clear", folder], log_file(f"venv-{name}"))
            pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
            run([*pip, "install", "--quiet", *requirements], log_file(f"pip-{name}"))
            _mark_done(folder, wanted)
    return folder / "bin"


def npm_package(name: str, *packages: str) -> Path:
    """Return the folder of a private npm project whose `node_modules` holds `packages`."""
    folder = cache_folder() / "npm" / name
    wanted = "\n".join(packages)
    with lock(f"npm-{name}"):
        if not _is_done(folder, wanted):
            debian_packages(["npm"], ["npm"])
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            (folder / "package.json").write_text('{"private": true}\n', encoding="utf-8")
            command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"]
            run([*command, *packages], log_file(f"npm-{name}"), folder=folder)
            _mark_done(folder, wanted)
    return folder


def node() -> Path:
    """Return a Node.js that is new enough: the system's, else one from npm."""
    found = shutil.which("node")
    if found and _node_version(Path(found)) >= NODE_VERSION:
        return Path(found)
    architecture = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine())
    if sys.platform != "linux" or architecture is None:
        raise InstallationError(f"Node.js {NODE_VERSION[0]}.{NODE_VERSION[1]} or later is needed")
    package = f"node-linux-{architecture}"
    folder = npm_package("node", f"{package}@{NODE_VERSION[0]}")
    return folder / "node_modules" / package / "bin" / "node"


def _node_version(program: Path) -> tuple[int, ...]:
    said = subprocess.run([program, "--version"], check=False, capture_output=True, text=True)
    return tuple(int(number) for number in re.findall(r"\d+", said.stdout)[:2])


def _is_done(folder: Path, wanted: str) -> bool:
    marker = folder / ".installed"
    return marker.exists() and marker.read_text(encoding="utf-8") == wanted


def _mark_done(folder: Path, wanted: str) -> None:
    # Written last: an installation that was interrupted is begun anew.
    (folder / ".installed").write_text(wanted, encoding="utf-8")
