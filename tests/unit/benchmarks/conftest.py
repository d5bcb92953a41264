"""What is on the path of a script in `benchmarks/` is on the path of its tests."""

from __future__ import annotations

import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[3]

for _folder in (str(_ROOT / "benchmarks"), str(_ROOT)):
    if _folder not in sys.path:
        sys.path.append(_folder)  # behind the others: no script may hide a module of its name
