"""The plug-in on the page for plug-in authors keeps the laws of the contract suites."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from onroll.testing.contract import (
    AuthContract,
    DecoderContract,
    PaginationContract,
    TransformContract,
)

from .markdown import ROOT, blocks

_BLOCKS = blocks(ROOT / "docs" / "how-to" / "write-a-plugin.md", "python")


def _load() -> Any:
    module = ModuleType("onroll_example_of_the_page")
    sys.modules[module.__name__] = module  # dataclasses look their module up
    block = next(one for one in _BLOCKS if one.directive == "module: example")
    exec(compile(block.text, str(block), "exec"), module.__dict__)
    return module


_EXAMPLE = _load()


class TestAuth(AuthContract):
    kinds = _EXAMPLE.onroll_auth_methods()


class TestPagination(PaginationContract):
    kinds = _EXAMPLE.onroll_pagination_styles()


class TestDecoders(DecoderContract):
    kinds = _EXAMPLE.onroll_decoders()


class TestTransforms(TransformContract):
    kinds = _EXAMPLE.onroll_transforms()


def test_the_lines_that_try_it_hold() -> None:
    later = [block for block in _BLOCKS if block.directive == "after: example"]
    assert later
    for block in later:
        exec(compile(block.text, str(block), "exec"), {"example": _EXAMPLE})
