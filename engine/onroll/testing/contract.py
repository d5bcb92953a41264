"""Contract suites: the laws that every kind keeps, built in or from a plug-in.

    # tests/test_contract.py of a plug-in distribution
    from onroll.testing.contract import (
        AuthContract,
        DecoderContract,
        PaginationContract,
        TransformContract,
    )

    class TestAuth(AuthContract): ...
    class TestDecoders(DecoderContract): ...
    class TestPagination(PaginationContract): ...
    class TestTransforms(TransformContract): ...

Each of these runs over every registered kind, so the plug-in is found by its entry point as users
will find it. Set `kinds` to run over some only: `class TestAuth(AuthContract): kinds = [MINE]`.
A kind's own examples are the material; the more of them, the more is checked.

`TargetContract` is another: it needs an open target, so a subclass has a fixture that opens one.

Needs pytest, and hypothesis for transforms and decoders: `pip install "onroll[testing]"`.
"""

import pytest

# Before they are imported, so that a broken law shows the values that break it.
pytest.register_assert_rewrite(
    "onroll.testing.contract_auth",
    "onroll.testing.contract_decoders",
    "onroll.testing.contract_kinds",
    "onroll.testing.contract_pagination",
    "onroll.testing.contract_target_refusals",
    "onroll.testing.contract_target_writes",
    "onroll.testing.contract_targets",
    "onroll.testing.contract_transforms",
)

from onroll.testing.contract_auth import AuthCase, AuthContract  # noqa: E402
from onroll.testing.contract_decoders import DecoderCase, DecoderContract  # noqa: E402
from onroll.testing.contract_kinds import KindContract  # noqa: E402
from onroll.testing.contract_pagination import PaginationCase, PaginationContract  # noqa: E402
from onroll.testing.contract_targets import TargetContract, TargetKindContract  # noqa: E402
from onroll.testing.contract_transforms import TransformCase, TransformContract  # noqa: E402

__all__ = [
    "AuthCase",
    "AuthContract",
    "DecoderCase",
    "DecoderContract",
    "KindContract",
    "PaginationCase",
    "PaginationContract",
    "TargetContract",
    "TargetKindContract",
    "TransformCase",
    "TransformContract",
]
