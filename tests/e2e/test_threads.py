"""Eight threads that share one token, against a server whose tokens live for five seconds."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from onroll.definition.load import load_definition
from onroll.definition.settings import Settings
from onroll.redaction import Secret
from onroll.service.opening import Options, open_source

if TYPE_CHECKING:
    from pathlib import Path

    from .servers.oidc import Oidc

SECONDS = 13.0


def test_eight_threads_ask_for_one_token_per_expiry(oidc: Oidc, definitions: Path) -> None:
    definition = load_definition(definitions / "oauth-users.yaml")
    client_id, client_secret = oidc.clients["odd"]
    settings = Settings({"client_id": client_id, "client_secret": Secret(client_secret)})
    before = oidc.token_requests()
    with open_source(definition, settings, Options(base_url=f"{oidc.url}/api")) as opened:
        request = replace(opened.plan.base, params=(("limit", "1"),))
        until = time.monotonic() + SECONDS

        def ask() -> list[int]:
            statuses = []
            while time.monotonic() < until:
                statuses.append(opened.source.ask(request).response.status)
                time.sleep(0.02)
            return statuses

        with ThreadPoolExecutor(8) as threads:
            answers = [thread.result() for thread in [threads.submit(ask) for _ in range(8)]]
        retries = opened.source.client.counts.retries

    assert all(status == 200 for statuses in answers for status in statuses)
    assert all(len(statuses) > 50 for statuses in answers)
    assert retries == 0
    # The server rounds a life of five seconds down to four at times; we renew a tenth early.
    tokens = oidc.token_requests() - before
    assert SECONDS / oidc.token_seconds <= tokens <= SECONDS / 3.5 + 1
