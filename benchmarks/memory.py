"""Peak memory and time of `onroll fetch` against the number of people, as whole processes.

    python benchmarks/memory.py 10000 100000 1000000

The sandbox runs in a process of its own. Memory must stay flat but for at most 24 bytes a
person, by which ids are known again; the bound for a million people is 120 MB.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

BOUND_MB = 120


def serve(users: int) -> tuple[subprocess.Popen[str], str]:
    """Start a sandbox and return it with its base URL."""
    code = (
        "from onroll.testing.sandbox import Sandbox\n"
        f"s = Sandbox(users={users})\n"
        "print(s.url, flush=True)\n"
        "s.wait()\n"
    )
    sandbox = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert sandbox.stdout is not None
    return sandbox, sandbox.stdout.readline().strip() + "/v1"


def fetch(base_url: str) -> tuple[float, float, float]:
    """Fetch everybody; return seconds, CPU seconds and the peak resident size in MB."""
    command = [
        *(sys.executable, "-m", "onroll", "fetch", "personio", "--base-url", base_url),
        *("--no-rate-limit", "--set", "client_id=demo", "--set", "client_secret=demo-secret"),
    ]
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, process.returncode
    cpu = usage.ru_utime + usage.ru_stime
    return time.monotonic() - started, cpu, usage.ru_maxrss * 1024 / 1_000_000


def main() -> None:
    """Print a line for each number of people that was asked for."""
    counts = [int(one) for one in sys.argv[1:]] or [10_000, 100_000]
    print(f"{'people':>10} {'seconds':>9} {'CPU µs/person':>14} {'peak MB':>9}")
    for users in counts:
        sandbox, base_url = serve(users)
        try:
            seconds, cpu, peak = fetch(base_url)
        finally:
            sandbox.terminate()
            sandbox.wait()
        print(f"{users:>10,} {seconds:>9.1f} {cpu / users * 1e6:>14.1f} {peak:>9.1f}", flush=True)
        assert peak < BOUND_MB, f"more than {BOUND_MB} MB"


if __name__ == "__main__":
    main()
