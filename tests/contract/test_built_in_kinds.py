"""Every registered kind keeps the laws that plug-in authors are given."""

from onroll.testing.contract import AuthContract, PaginationContract, TransformContract


class TestAuth(AuthContract): ...


class TestPagination(PaginationContract): ...


class TestTransforms(TransformContract): ...
