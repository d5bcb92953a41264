"""Apache with mod_auth_digest in front of a list of people, in pages of 100."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from .installation import cache_folder, debian_packages, replace_file
from .people import people
from .server import HOST, Server

if TYPE_CHECKING:
    from collections.abc import Sequence

    import httpx

_PROGRAM = Path("/usr/sbin/apache2")
_MODULES = Path("/usr/lib/apache2/modules")
_REALM = "People & more"
_PAGE = 100

# The pages are files: a rewriting rule turns the query into a name.
_CONFIGURATION = """\
ServerRoot "{folder}"
ServerName {host}
Listen {host}:{port}
{user}
{modules}
PidFile "{log}.pid"
ErrorLog /dev/stderr
LogFormat "%r %s %{{WWW-Authenticate}}o" challenges
CustomLog "{challenges}" challenges
DocumentRoot "{folder}/pages"
<Directory "{folder}/pages">
  AuthType Digest
  AuthName "{realm}"
  AuthDigestDomain /
  AuthDigestQop auth
  AuthDigestNonceLifetime {nonce_seconds}
  AuthUserFile "{folder}/users"
  Require valid-user
</Directory>
RewriteEngine On
RewriteCond %{{QUERY_STRING}} (?:^|&)offset=([0-9]+)
RewriteRule ^/users$ /page-%1.json [PT]
"""


class Apache(Server):
    """The list is `/users`, for `username` with `password`; a nonce lives `nonce_seconds`."""

    name = "apache"
    count = len(people())
    username = 'reader, "the" one'
    password = "päss: wörd + 100 %"

    def __init__(self, port: int | None = None, *, nonce_seconds: int = 2) -> None:
        super().__init__(port)
        self.nonce_seconds = nonce_seconds
        self._challenges = self.log.with_suffix(".challenges")

    def install(self) -> None:
        # Programs only: the package `apache2` would start a server of the machine's own.
        debian_packages([_PROGRAM], ["apache2-bin"])

    def prepare(self) -> None:
        folder = cache_folder() / "apache"
        pages = folder / "pages"
        pages.mkdir(parents=True, exist_ok=True)
        everyone = [asdict(person) for person in people()]
        for offset in range(0, self.count + _PAGE, _PAGE):
            page = {"data": everyone[offset : offset + _PAGE], "total": self.count}
            replace_file(pages / f"page-{offset}.json", json.dumps(page))
        secret = f"{self.username}:{_REALM}:{self.password}".encode()
        hashed = hashlib.md5(secret, usedforsecurity=False).hexdigest()
        replace_file(folder / "users", f"{self.username}:{_REALM}:{hashed}\n")
        replace_file(self._configuration(), self._configured(folder))
        self._challenges.write_bytes(b"")

    def command(self) -> Sequence[str | Path]:
        return [_PROGRAM, "-D", "FOREGROUND", "-f", self._configuration()]

    def is_ready(self, client: httpx.Client) -> bool:
        return client.get(self.url).status_code == 401

    def forget(self) -> None:
        """Forget the answers until now."""
        os.truncate(self._challenges, 0)

    def challenges(self) -> list[str]:
        """Return the challenges that the list was refused with since `forget`."""
        lines = self._challenges.read_text(encoding="utf-8").splitlines()
        found = (re.fullmatch(r"GET /users\?\S* HTTP/1\.1 401 (.*)", line) for line in lines)
        return [line[1] for line in found if line is not None]

    def _configuration(self) -> Path:
        return self.log.with_suffix(".conf")

    def _configured(self, folder: Path) -> str:
        names = (
            "mpm_event", "authn_core", "authn_file", "authz_core", "authz_user", "auth_digest",
            "rewrite",
        )  # fmt: skip
        return _CONFIGURATION.format(
            folder=folder,
            host=HOST,
            port=self.port,
            # It gives root's rights away, to a user who may not read the cache in root's home.
            user="User daemon\nGroup daemon" if os.geteuid() == 0 else "",
            modules="\n".join(
                f'LoadModule {name}_module "{_MODULES}/mod_{name}.so"' for name in names
            ),
            log=self.log,
            challenges=self._challenges,
            realm=_REALM,
            nonce_seconds=self.nonce_seconds,
        )
