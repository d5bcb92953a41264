"""The tokens that the sandbox gives out: the same one for the same credentials, for its life."""

import hashlib
import math
import time
from dataclasses import dataclass
from enum import Enum
from threading import Lock

DAY_SECONDS = 86_400.0

#: Accepted without a login, and for good: for calls that are typed by hand.
DEMO_TOKEN = "demo-token"  # noqa: S105  (of made-up people)


@dataclass(frozen=True, slots=True)
class TokenRules:
    """How long a token lives, and whether each is good for one request only."""

    lifetime_seconds: float = DAY_SECONDS
    is_rotated: bool = False


class Standing(Enum):
    """What a token that was shown is worth."""

    VALID = "valid"
    ENDED = "ended"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Token:
    """A token and the whole seconds that it has left."""

    text: str
    expires_in: int


class TokenDesk:
    """Gives out tokens and looks at them again; safe to use from many threads."""

    def __init__(self, rules: TokenRules) -> None:
        self._rules = rules
        self._lock = Lock()
        self._given = 0
        self._ends: dict[str, float] = {DEMO_TOKEN: math.inf}
        self._current: dict[tuple[str, str], str] = {}

    def issue(self, client_id: str, client_secret: str) -> Token:
        """Return the credentials' token, or a new one where the last has ended."""
        pair = (client_id, client_secret)
        with self._lock:
            text = self._current.get(pair)
            if text is None or self._rules.is_rotated or self._has_ended(text):
                text = self._mint("\n".join(pair))
                self._current[pair] = text
            left = self._ends[text] - time.monotonic()
            return Token(text, max(0, round(left)))

    def standing(self, text: str) -> Standing:
        """Look at a token without using it."""
        with self._lock:
            return self._standing(text)

    def use(self, text: str) -> tuple[Standing, str]:
        """Look at a token, and return the one for the next request with what it is worth."""
        with self._lock:
            standing = self._standing(text)
            if standing is not Standing.VALID or not self._rules.is_rotated:
                return standing, text
            self._ends[text] = 0.0
            return standing, self._mint(text)

    def revoke(self, text: str) -> None:
        """End a token now."""
        with self._lock:
            if text in self._ends:
                self._ends[text] = 0.0

    def _standing(self, text: str) -> Standing:
        if text not in self._ends:
            return Standing.UNKNOWN
        return Standing.ENDED if self._has_ended(text) else Standing.VALID

    def _has_ended(self, text: str) -> bool:
        return self._ends[text] <= time.monotonic()

    def _mint(self, origin: str) -> str:
        self._given += 1
        digest = hashlib.sha256(f"{origin}\n{self._given}".encode()).hexdigest()
        text = f"papi-{digest[:32]}"
        self._ends[text] = time.monotonic() + self._rules.lifetime_seconds
        return text
