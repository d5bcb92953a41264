"""Redmine, as Debian packages it, with the administrator and 1,200 people.

Its own copy: database, logs and temporary files lie in the cache folder, and the site that the
package sets up on installation is neither read nor written. The database is filled once and used
again until the seed or the people change.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from .installation import cache_folder, debian_packages, lock, log_file, run
from .people import people
from .server import HOST, Server

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import httpx

_PROGRAM = Path("/usr/share/redmine")
_SEED = Path(__file__).with_name("redmine_seed.rb")


class Redmine(Server):
    """Redmine on puma; `/users.json` lists 1,201 people with `status=` and caps pages at 100."""

    name = "redmine"
    start_seconds = 120
    # It opens a server that listens on the loopback interface only and holds invented people.
    api_key = hashlib.sha256(b"the key of the tests' own Redmine").hexdigest()[:40]
    count = len(people()) + 1

    def install(self) -> None:
        debian_packages(
            [_PROGRAM / "config.ru", "puma", "bundle"], ["redmine", "redmine-sqlite", "puma"]
        )

    def prepare(self) -> None:
        site = self._site()
        with lock("redmine"):
            if (site / "ready").exists():
                return
            shutil.rmtree(site, ignore_errors=True)
            for folder in ("config", "log", "tmp", "files"):
                (site / folder).mkdir(parents=True)
            database = {"adapter": "sqlite3", "database": str(site / "redmine.sqlite3")}
            # JSON is YAML, and quotes whatever a path may hold.
            _write(site / "config" / "database.yml", json.dumps({"production": database}))
            _write(site / "config" / "secret_key.txt", os.urandom(32).hex())
            _write(site / "people.json", _people_as_json())
            environment = {
                **self.environment(),
                "SEED_PEOPLE": str(site / "people.json"),
                "SEED_API_KEY": self.api_key,
            }
            run(
                ["bundle", "exec", "rails", "runner", str(_SEED)],
                log_file("redmine-seed"),
                folder=_PROGRAM,
                environment=environment,
            )
            (site / "ready").touch()

    def command(self) -> Sequence[str | Path]:
        # /dev/null: the package's puma configuration belongs to the package's site.
        bind = f"tcp://{HOST}:{self.port}"
        return ["puma", "-C", "/dev/null", "-e", "production", "-t", "2:4", "-b", bind, "config.ru"]

    def folder(self) -> Path:
        return _PROGRAM

    def environment(self) -> Mapping[str, str]:
        # The package looks for a site below its own folder and takes the name as a path. Rails
        # resolves the dots in the text, the system along symbolic links: with more of them than
        # there are folders above, both come out at the root.
        site = "../" * 16 + str(self._site()).lstrip("/")
        return {
            "X_DEBIAN_SITEID": site,
            "RAILS_ENV": "production",
            "RAILS_LOG_TO_STDOUT": "1",
            "BUNDLE_FROZEN": "true",  # else bundler may rewrite the package's lock file
            "HOME": str(self._site()),
        }

    def is_ready(self, client: httpx.Client) -> bool:
        answer = client.get(
            f"{self.url}/users.json",
            params={"limit": 1, "status": ""},
            headers={"X-Redmine-API-Key": self.api_key},
        )
        return answer.status_code == 200

    def _site(self) -> Path:
        """Return the folder of this seed's site: another seed gets another one."""
        seed = _SEED.read_bytes() + _people_as_json().encode() + self.api_key.encode()
        return cache_folder() / "redmine" / hashlib.sha256(seed).hexdigest()[:12]


def _people_as_json() -> str:
    return json.dumps([asdict(person) for person in people()], ensure_ascii=False)


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
