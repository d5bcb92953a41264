"""Install or run the servers by hand: `python -m tests.e2e.servers --help`."""

from __future__ import annotations

import argparse
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from .apache import Apache
from .editor import language_server
from .fault_proxy import FaultProxy
from .httpbin import Httpbin
from .installation import InstallationError, node
from .oidc import Oidc
from .postgresql import PostgreSql
from .prism import Prism, personio_specification
from .redmine import Redmine
from .scim import Scim
from .server import Server, ServerError
from .smtp import Smtp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _prism(part: str) -> Callable[[int | None], Server]:
    return lambda port: Prism(getattr(personio_specification(), part), port)


_SERVERS: Mapping[str, Callable[[int | None], Server]] = {
    "redmine": Redmine,
    "scim": Scim,
    "scim-cursor": lambda port: Scim(port, cursor=True),
    "oidc": lambda port: Oidc(port, token_seconds=5),
    "postgresql": PostgreSql,
    "smtp": Smtp,
    "prism-employees": _prism("employees"),
    "prism-auth": _prism("auth"),
    "apache": Apache,
    "httpbin": Httpbin,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.servers", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("install", help="install and prepare everything, start nothing")
    run = commands.add_parser("run", help="run one server until Ctrl-C")
    run.add_argument("name", choices=_SERVERS)
    run.add_argument("--port", type=int)
    arguments = parser.parse_args()
    try:
        if arguments.command == "install":
            _install()
        else:
            _run(_SERVERS[arguments.name](arguments.port))
    except (InstallationError, ServerError) as error:
        _say(str(error))
        return 1
    return 0


def _install() -> None:
    for server in [*(make(None) for make in _SERVERS.values()), FaultProxy("http://127.0.0.1")]:
        server.install()
        server.prepare()
        _say(f"{server.name} is installed")
    node()
    language_server()
    _say("the YAML language server is installed")


def _run(server: Server) -> None:
    with server, suppress(KeyboardInterrupt):
        _say(f"{server.name} is at {server.url}; its log is {server.log}")
        threading.Event().wait()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
