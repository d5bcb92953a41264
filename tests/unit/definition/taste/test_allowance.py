import pytest

from .definitions import codes, findings

ID = "  id: id\n"


@pytest.mark.parametrize(
    "lines",
    [
        "  id: email  # lint: allow id-is-email the vendor says it never changes\n",
        "  id: email  # lint: allow lint-id-is-email the vendor says it never changes\n",
        "  # lint: allow id-is-email the vendor says it never changes\n  id: email\n",
        "  # lint: allow id-is-email the vendor says it\n  # never changes\n  id: email\n",
        "  # lint: allow id-is-email: the vendor says it never changes\n  id: email\n",
    ],
)
def test_a_comment_on_the_line_or_above_allows_a_finding(lines: str) -> None:
    assert codes(ID, lines) == []


def test_a_finding_about_the_whole_file_is_allowed_above_its_first_key() -> None:
    assert codes("title: Acme\n", "") == ["lint-no-title"]
    allowed = "# lint: allow no-title the name says it all\nformat: 1\nname: acme\n"
    assert codes("format: 1\nname: acme\ntitle: Acme\n", allowed) == []


def test_a_comment_does_not_allow_another_finding() -> None:
    assert codes(ID, "  id: email  # lint: allow no-status not this one\n") == [
        "lint-id-is-email",
        "lint-unused-allowance",
    ]


def test_a_comment_further_up_does_not_allow_a_finding() -> None:
    lines = "  # lint: allow id-is-email it never changes\n  locale: language\n  id: email\n"
    assert codes(ID, lines) == ["lint-unused-allowance", "lint-id-is-email"]


def test_a_comment_needs_a_reason() -> None:
    assert codes(ID, "  id: email  # lint: allow id-is-email\n") == [
        "lint-allowance-without-reason"
    ]


def test_a_comment_that_allows_nothing_is_found_where_it_stands() -> None:
    [one] = findings(ID, "  id: id     # lint: allow id-is-email it never changes\n")
    assert one.place is not None
    assert (one.code, one.place.column) == ("lint-unused-allowance", 14)
