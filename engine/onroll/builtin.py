"""Where the shipped files lie: connectors and schemas, in a wheel and in an editable install."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["shipped", "shipped_schema"]


@cache
def shipped(kind: str) -> Path:
    """Return the folder of shipped `connectors` or `schemas`.

    Raises `FileNotFoundError` with the sentence that mends it when the installation lacks them.
    """
    # `importlib.resources` would say the same of a folder, and takes longer than reading a file.
    packaged = Path(__file__).resolve().parent / "_data" / kind
    if packaged.is_dir():
        return packaged
    root = Path(__file__).resolve().parents[2]
    if (root / "pyproject.toml").is_file() and (root / kind).is_dir():
        return root / kind
    message = (
        f"onroll's shipped {kind} are missing from this installation: "
        "install it again with `pip install --force-reinstall onroll`, "
        "or, in a checkout, with `pip install -e .`"
    )
    raise FileNotFoundError(message)


@cache
def shipped_schema(name: str) -> dict[str, Any]:
    """Read a shipped JSON Schema by name, for instance `auth/bearer`."""
    text = (shipped("schemas") / f"{name}.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
