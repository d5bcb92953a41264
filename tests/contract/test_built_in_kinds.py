"""Every registered kind keeps the laws that plug-in authors are given."""

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
