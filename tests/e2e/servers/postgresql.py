"""PostgreSQL as Debian packages it, in a cluster of its own; each test gets a new database.

A cluster is made once and copied for each server. It is as durable as a real one (`fsync` is on),
so that what a killed import leaves behind is what it would leave in production. It never runs as
root: started by root, it runs as the user `postgres`.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from .installation import (
    InstallationError,
    cache_folder,
    debian_packages,
    lock,
    log_file,
    run,
)
from .server import HOST, Server

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import httpx

_USER = "onroll"
# It opens a server that listens on the loopback interface only and holds invented people. The
# letters must be percent-encoded in a URL.
_PASSWORD = "pass/word of@the:tests"
_PASSWORD_IN_URLS = "pass%2Fword%20of%40the%3Atests"
_DEBIAN = Path("/usr/lib/postgresql")


class PostgreSql(Server):
    """One cluster; `database()` makes a database in it. `url` is the administrator's."""

    name = "postgresql"
    start_seconds = 60  # it may have to recover first

    def __init__(self, port: int | None = None) -> None:
        super().__init__(port)
        self._cluster: Path | None = None

    @property
    def url(self) -> str:
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        return f"postgresql://{_USER}:{_PASSWORD_IN_URLS}@{HOST}:{self.port}/{database}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """Make an empty database, give its URL, and drop it whoever is still connected."""
        name = f"test_{secrets.token_hex(6)}"
        quoted = sql.Identifier(name)
        self._execute(sql.SQL("CREATE DATABASE {}").format(quoted))
        try:
            yield self.url_of(name)
        finally:
            self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(quoted))

    def install(self) -> None:
        try:
            _programs()
        except InstallationError:
            debian_packages([_DEBIAN / "bin"], ["postgresql"])

    def prepare(self) -> None:
        _forget_dead_clusters()
        _template()

    def command(self) -> Sequence[str | Path]:
        self._cluster = self._cluster or self._copy_cluster()
        settings = {
            "port": self.port,
            "listen_addresses": HOST,
            "unix_socket_directories": "",  # their paths may be too long
            "max_connections": 50,
            "log_min_error_statement": "panic",  # statements hold people
        }
        command: list[str | Path] = [*_as_its_user(), _programs() / "postgres"]
        command += ["-D", self._cluster]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return command

    def folder(self) -> Path:
        return _home()

    def is_ready(self, client: httpx.Client) -> bool:
        try:
            with psycopg.connect(self.url, connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def kill(self) -> None:
        """End it as a crash would; `start_again` recovers from its log of writes."""
        if (postmaster := self._postmaster()) is not None:
            os.kill(postmaster, signal.SIGKILL)
        super().stop()

    def start_again(self) -> None:
        """Start it on the cluster that `kill` left behind."""
        self._launch()

    def stop(self) -> None:
        # SIGTERM, which the leash sends, would wait for everybody to leave.
        if self._process is not None and (postmaster := self._postmaster()) is not None:
            with suppress(ProcessLookupError):
                os.kill(postmaster, signal.SIGINT)
        super().stop()
        if self._cluster is not None:
            shutil.rmtree(self._cluster, ignore_errors=True)

    def _postmaster(self) -> int | None:
        return _postmaster(self._cluster) if self._cluster else None

    def _copy_cluster(self) -> Path:
        cluster = _home() / f"cluster-{self.port}"
        shutil.rmtree(cluster, ignore_errors=True)  # of a server that was killed
        copy = [*_as_its_user(), "cp", "-r", "--preserve=mode", str(_template()), str(cluster)]
        run(copy, log_file(f"postgresql-copy-{self.port}"), folder=_home())
        return cluster

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


def _programs() -> Path:
    """Return the folder of the newest PostgreSQL's programs."""
    found = [folder / "bin" for folder in _DEBIAN.glob("*") if (folder / "bin/initdb").exists()]
    if found:
        return max(found, key=lambda folder: int(folder.parent.name))
    initdb = shutil.which("initdb")
    if initdb is None:
        raise InstallationError("PostgreSQL is not installed")
    return Path(initdb).resolve().parent


def _template() -> Path:
    """Return a cluster that was never started, and make it the first time."""
    template = _home() / f"template-{_programs().parent.name}"
    with lock("postgresql"):
        if not template.exists():
            _make_cluster(template)
    return template


def _postmaster(cluster: Path) -> int | None:
    """Return the process that the cluster says it is run by."""
    try:
        text = (cluster / "postmaster.pid").read_text(encoding="utf-8")
        return int(text.split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _is_running(process: int | None) -> bool:
    if process is None:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _forget_dead_clusters(hours: float = 1) -> None:
    """Delete the clusters of servers that were killed; a young one may be about to start."""
    for cluster in _home().glob("cluster-*"):
        if (
            not _is_running(_postmaster(cluster))
            and cluster.stat().st_mtime < time.time() - hours * 3600
        ):
            shutil.rmtree(cluster, ignore_errors=True)


def _make_cluster(folder: Path) -> None:
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    with tempfile.NamedTemporaryFile("w", dir=_home(), suffix=".password") as password:
        password.write(_PASSWORD)
        password.flush()
        if os.geteuid() == 0:
            os.chown(password.name, *_owner())
        initdb: list[str | Path] = [_programs() / "initdb", "-D", part, "-U", _USER]
        initdb += ["--pwfile", password.name]
        initdb += ["-E", "UTF8", "--locale", "C.UTF-8", "-A", "scram-sha-256"]
        log = log_file("postgresql-initdb")
        run([*_as_its_user(), *initdb], log, folder=_home())
    part.rename(folder)


def _home() -> Path:
    """Return the folder of all clusters, which the server's user can enter and write."""
    home = cache_folder() / "postgresql"
    home.mkdir(exist_ok=True)
    if os.geteuid() != 0:
        return home
    os.chown(home, *_owner())
    entered = subprocess.run([*_as_its_user(), "test", "-x", home], check=False, cwd="/")
    if entered.returncode:
        raise InstallationError(
            f"PostgreSQL runs as the user `postgres`, who may not enter {home}; "
            "name another folder in ONROLL_E2E_CACHE"
        )
    return home


def _owner() -> tuple[int, int]:
    user = pwd.getpwnam("postgres")
    return user.pw_uid, user.pw_gid


def _as_its_user() -> list[str]:
    """Return what stands before a command so that it does not run as root, which it refuses."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
