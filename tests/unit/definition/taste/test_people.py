import pytest

from onroll.definition.taste.people import is_made_up, real_looking


@pytest.mark.parametrize(
    "text",
    [
        "ada@lovelace.org",
        "Ada <ada@mail.acme.de>",
        "ada@example.company",
        "DE89 3704 0044 0532 0130 00",
        "GB82WEST12345698765432",
        "+49 30 901820461",
        "+44 (20) 7946-1234",
    ],
)
def test_it_sees_what_may_be_somebodys(text: str) -> None:
    assert len(list(real_looking(f'{{"x": "{text}"}}'))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.com",
        "ada@hr.example.org",
        "ada@acme.test",
        "ada@acme.example",
        "DE89 3704 0044 0532 0130 01",
        "+1 (415) 555-0101",
        "+49 421 0001",
        "2026-01-31T08:00:00+01:00",
        "1234567890",
        "@odata.nextLink",
    ],
)
def test_it_lets_pass_what_is_made_up(text: str) -> None:
    assert list(real_looking(f'{{"x": "{text}"}}')) == []


def test_it_counts_and_says_the_first_line_and_never_what_it_saw() -> None:
    text = '{\n"a": "ada@lovelace.org",\n"b": "bob@lovelace.org"}'
    [(what, count, line)] = real_looking(text)
    assert (count, line) == (2, 2)
    assert "lovelace" not in what


@pytest.mark.parametrize(
    ("texts", "made_up"),
    [
        (["ada@example.com", "+49 30 901820461"], True),
        (["ada@example.com", "bob@lovelace.org"], False),
        (["+49 30 901820461"], False),
        ([], False),
    ],
)
def test_made_up_addresses_speak_for_their_people(texts: list[str], made_up: bool) -> None:
    assert is_made_up(texts) is made_up
