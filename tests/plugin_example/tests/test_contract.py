"""All that a plug-in needs for its tests: the laws of every registered kind."""

from onroll.testing.contract import AuthContract, PaginationContract


class TestAuth(AuthContract): ...


class TestPagination(PaginationContract): ...
