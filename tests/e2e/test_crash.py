"""`kill -9` at random moments of imports: run again, and everything is as if nothing had been.

Two hundred kills, spread over start-up, reading, planning and, most densely, the writes. A failure
names its seed, which ONROLL_CRASH_SEED repeats as far as moments can be repeated.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

import pytest

from onroll.service.importing import ImportJob, open_import
from onroll.service.opening import Options
from onroll.service.subject import find_subject
from onroll.store import tables
from onroll.sync.model import WRITES

from .company import Company, HrSystem
from .importing import CONNECTION, Contents, Site, empty_scim, ended, lies, look, scim_target
from .servers.scim import Scim

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from .conftest import Servers
    from .importing import Picture
    from .servers.postgresql import PostgreSql

_DAYS: Final = 4
_PEOPLE: Final = 36
_KILLS_A_DAY: Final = 5
_BY_HAND: Final = (1, 2, 3, 4, 99)

Phase = Literal[
    "start-up",
    "store creation",
    "reading and planning",
    "in a write",
    "between writes",
    "after the last write",
    "at the end",
]
_APPLYING: Final[tuple[Phase, ...]] = ("in a write", "between writes")


@dataclass
class Durations:
    """How long an uninterrupted import takes, in seconds, in all and once everybody was read."""

    total_seconds: float = 1.0
    rest_seconds: float = 0.4

    def learn(self, total_seconds: float, rest_seconds: float) -> None:
        self.total_seconds += (total_seconds - self.total_seconds) / 2
        self.rest_seconds += (rest_seconds - self.rest_seconds) / 2


@dataclass
class Toll:
    """How many kills there are to be, and which phases they met."""

    quota: int
    phases: Counter[Phase] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_reached(self) -> bool:
        return self.phases.total() >= self.quota

    def count(self, phase: Phase) -> None:
        with self.lock:
            self.phases[phase] += 1


@dataclass(frozen=True)
class Evening:
    """How a day ends when nothing interrupts its import."""

    picture: Picture
    exit_code: int


@dataclass
class History:
    """The days of one company at one site, with kills."""

    seed: int
    site: Site
    toll: Toll
    durations: Durations

    def play(self, evenings: list[Evening]) -> None:
        draw = random.Random(self.seed)
        company = _company(self.seed)
        self.site.hire_by_hand(*_BY_HAND) if not self.site.is_embedded else None
        with HrSystem() as hr:
            for day, evening in enumerate(evenings):
                hr.people = company.records()
                killed = self._kill_some(hr, draw, is_first=day == 0)
                if day == 0 and self.site.is_embedded and not look(self.site).users:
                    pass
                self._finish(hr, evening, f"day {day} of seed {self.seed}, killed {killed}")
                company.next_day()

    def _kill_some(self, hr: HrSystem, draw: random.Random, *, is_first: bool) -> list[Phase]:
        killed: list[Phase] = []
        for attempt in range(_KILLS_A_DAY):
            if self.toll.is_reached:
                break
            runs = len(look(self.site).table(tables.runs))
            hr.was_read.clear()
            process = self.site.start(hr.url)
            if is_first and attempt < 2:
                delay, awaited = draw.uniform(0, self.durations.total_seconds), None
            elif draw.random() < 0.3:
                delay, awaited = draw.uniform(0, self.durations.total_seconds), None
            else:
                delay, awaited = draw.uniform(0, self.durations.rest_seconds), hr.was_read
            if not _kill(process, delay, awaited):
                break  # it was faster
            phase = _phase(self.site, runs)
            self.toll.count(phase)
            killed.append(phase)
        return killed

    def _finish(self, hr: HrSystem, evening: Evening, when: str) -> None:
        began = time.monotonic()
        outcome = self.site.run(hr.url)
        now = time.monotonic()
        self.durations.learn(now - began, now - hr.read_at)
        contents = look(self.site)
        wrong = contents.picture().differences(evening.picture) + lies(contents)
        wrong += _wrong_runs(contents, outcome.exit_code)
        assert not wrong, f"{when}:\n  " + "\n  ".join(wrong)
        assert outcome.exit_code == evening.exit_code, f"{when}: {outcome}"
        again = _import(self.site, hr, is_dry_run=True)
        assert not any(again[action] for action in WRITES), f"{when}: run again, it plans {again}"
