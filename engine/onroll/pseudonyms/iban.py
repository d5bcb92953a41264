"""International bank account numbers and their check digits (ISO 13616, ISO 7064 mod 97-10)."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["IBAN", "is_iban", "with_check_digits"]

IBAN: Final = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![A-Za-z0-9])"
)


def is_iban(text: str) -> bool:
    """Whether the check digits are right."""
    bare = text.replace(" ", "")
    return IBAN.fullmatch(bare) is not None and _remainder(bare) == 1


def with_check_digits(bare: str) -> str:
    """Return an IBAN whose third and fourth character are the right ones."""
    check = 98 - _remainder(f"{bare[:2]}00{bare[4:]}")
    return f"{bare[:2]}{check:02d}{bare[4:]}"


def _remainder(bare: str) -> int:
    moved = bare[4:] + bare[:4]
    return int("".join(str(int(one, 36)) for one in moved)) % 97
