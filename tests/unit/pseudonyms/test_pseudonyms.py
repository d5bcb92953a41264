"""Stand-ins of texts and numbers: their shape, and that the same gets the same."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.pseudonyms.addresses import Route
from onroll.pseudonyms.iban import is_iban
from onroll.pseudonyms.pseudonyms import Pseudonyms, words_in
from onroll.pseudonyms.substitutes import Substitutes

from .fakes import KEY, pseudonyms

_NAMES = ("Ada", "Kern", "Grace", "Hopper", "Zoë", "Łukasz", "Nguyễn", "Ольга", "李", "McDonald")


def _shape(text: str) -> str:
    """Return a text with each run of letters and of digits as one mark."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "1", text))


def test_the_same_word_gets_the_same_fake_in_any_case() -> None:
    fakes = pseudonyms()
    assert fakes.text("Kern").lower() == fakes.text("kern") == fakes.text("KERN").lower()


def test_a_full_name_is_made_of_the_fakes_of_its_parts() -> None:
    fakes = pseudonyms()
    first, last = fakes.text("Ada"), fakes.text("Kern")
    assert fakes.text("Kern, Ada") == f"{last}, {first}"


def test_an_email_address_is_made_of_the_fakes_of_a_name() -> None:
    fakes = pseudonyms()
    first, last = fakes.text("Ada"), fakes.text("Kern")
    assert fakes.text("ada.kern@acme.de") == f"{first}.{last}@example.com".lower()


def test_domains_stay_apart_and_reach_nobody() -> None:
    fakes = pseudonyms()
    told = [
        fakes.text(f"a.b@{one}").partition("@")[2]
        for one in ("acme.de", "mail.acme.de", "other.co.uk", "third.com", "fourth.com")
    ]
    assert told[0] == "example.com"
    assert told[1].endswith(".example.com")
    assert told[2:4] == ["example.net", "example.org"]
    assert told[4].endswith(".example")


@pytest.mark.parametrize(
    "text",
    ["E-1004", "007", "+49 (30) 1234-567", "Kern, Ada (Zoë)", "a_b-c.d", "12.50 EUR", "O'Neil"],
)
def test_a_fake_has_the_shape_of_what_it_stands_for(text: str) -> None:
    assert _shape(pseudonyms().text(text)) == _shape(text)


@pytest.mark.parametrize("name", _NAMES)
def test_a_name_is_replaced_and_keeps_its_case_and_script(name: str) -> None:
    found = pseudonyms().text(name)
    assert found.casefold() != name.casefold()
    assert found[:1].isupper() == name[:1].isupper()
    assert found.isascii() == name.isascii()


def test_dates_move_by_the_same_days_so_that_intervals_stay() -> None:
    fakes = pseudonyms()
    days = [date(1990, 5, 17), date(2020, 2, 29), date(2020, 3, 1)]
    moved = [date.fromisoformat(fakes.text(one.isoformat())) for one in days]
    assert [b - a for a, b in pairwise(moved)] == [b - a for a, b in pairwise(days)]
    assert moved[0] != days[0]


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("2021-05-06T07:08:09.123Z", r"\d{4}-\d\d-\d\dT07:08:09\.123Z"),
        ("06.05.2021", r"\d\d\.\d\d\.\d{4}"),
        ("6.5.2021", r"\d{1,2}\.\d{1,2}\.\d{4}"),
        ("06-May-2021", r"\d\d-[A-Z][a-z]{2}-\d{4}"),
        ("/Date(1620259200000+0000)/", r"/Date\(\d{13}\+0000\)/"),
        ("left on 2021-05-06, said X", r"[a-z]+ [a-z]+ \d{4}-\d\d-\d\d, [a-z]+ [A-Z]"),
    ],
)
def test_a_date_keeps_the_way_in_which_it_is_written(text: str, pattern: str) -> None:
    found = pseudonyms().text(text)
    assert re.fullmatch(pattern, found), found
    assert found != text


@pytest.mark.parametrize("text", ["1575547717", "1575547717000"])
def test_a_moment_in_digits_is_moved_as_dates_are(text: str) -> None:
    fakes = pseudonyms()
    moved = int(fakes.text(text, is_date=True)) - int(text)
    assert moved == fakes.days * 86_400 * (1000 if len(text) == 13 else 1)


@pytest.mark.parametrize("text", ["9999-12-31", "1900-01-01"])
def test_what_stands_for_ever_and_never_is_not_moved(text: str) -> None:
    assert pseudonyms().text(text) == text


def test_a_date_is_moved_as_the_definition_reads_it() -> None:
    fakes = pseudonyms(date_formats=("%m/%d/%Y",))
    found = fakes.text("03/04/2021", is_date=True)
    expected = pseudonyms().text("2021-03-04")
    assert found == f"{expected[5:7]}/{expected[8:]}/{expected[:4]}"


def test_a_fake_iban_has_right_check_digits_and_the_same_blanks() -> None:
    found = pseudonyms().text("DE89 3704 0044 0532 0130 00")
    assert re.fullmatch(r"DE\d\d( \d{4}){4} \d\d", found)
    assert is_iban(found)
    assert found != "DE89 3704 0044 0532 0130 00"


def test_a_phone_number_keeps_its_country_and_marks() -> None:
    found = pseudonyms().phone("+49 (30) 123-4567")
    assert re.fullmatch(r"\+49 \(\d\d\) \d{3}-\d{4}", found)
    assert found != "+49 (30) 123-4567"


def test_a_url_leads_nowhere_and_keeps_the_words_of_the_api() -> None:
    route = Route((("https://acme.hr.de/v1", "https://example.test/v1"),), frozenset({"people"}))
    fakes = pseudonyms(route=route)
    found = fakes.text("https://acme.hr.de/v1/people/4711?after=kern")
    last = fakes.text("kern")
    number = fakes.text("4711")
    assert found == f"https://example.test/v1/people/{number}?after={last}"


def test_the_host_of_any_other_url_is_a_reserved_one() -> None:
    assert re.match(
        r"https://([a-z]+\.)?example\.test/", pseudonyms().text("https://cdn.acme.de/ada.png")
    )


def test_a_number_and_the_same_digits_in_a_text_stay_one_id() -> None:
    fakes = pseudonyms()
    assert fakes.text(f"E-{4711}") == f"{fakes.text('E')}-{fakes.number(4711)}"


def test_a_salary_has_as_many_digits_before_and_behind_the_point() -> None:
    found = str(pseudonyms().number(54321.75))
    assert re.fullmatch(r"\d{5}\.\d{1,2}", found)
    assert found != "54321.75"


def test_a_long_token_is_cut_since_its_length_says_nothing() -> None:
    assert len(pseudonyms().text("iVBORw0KGgo" * 100)) == 64


@pytest.mark.parametrize("piece", ["aaa-", "a1-", "a.", "1.1.", "ab/"])
def test_a_long_text_without_blanks_is_gone_through_once(piece: str) -> None:
    # Each would take hours if each of its words looked at the whole rest.
    assert pseudonyms().text(piece * 20_000) != ""


def test_two_recordings_have_nothing_in_common() -> None:
    text = "Ada Lovelace Kern Hopper 123456789"
    assert Pseudonyms(Substitutes()).text(text) != Pseudonyms(Substitutes()).text(text)


@given(st.lists(st.integers(min_value=2, max_value=999), unique=True, max_size=300))
def test_different_numbers_never_get_the_same_fake(numbers: list[int]) -> None:
    fakes = pseudonyms()
    assert len({fakes.number(one) for one in numbers}) == len(numbers)


@given(st.lists(st.from_regex(r"[A-Z]{1,2}-?[0-9]{1,3}", fullmatch=True), unique=True))
def test_different_ids_never_get_the_same_fake(ids: list[str]) -> None:
    fakes = pseudonyms()
    assert len({fakes.text(one) for one in ids}) == len(ids)


@given(st.text(max_size=80))
def test_whatever_the_text_no_word_of_four_letters_stays(text: str) -> None:
    words = {word for word in words_in(text) if len(word) >= 4}
    found = Pseudonyms(Substitutes(KEY, avoid=words)).text(text)
    # Every mail address that is made up ends in a domain that is nobody's.
    assert not (words - {"example"}) & set(words_in(found))


@given(st.text(max_size=80))
def test_a_text_always_gets_the_same_fake(text: str) -> None:
    fakes = pseudonyms()
    assert fakes.text(text) == fakes.text(text) == pseudonyms().text(text)


@pytest.mark.parametrize("url", ["https://acme.de/p?adakern", "/p?x=1&adakern", "?ada%20kern"])
def test_a_query_without_a_name_is_replaced_too(url: str) -> None:
    assert "kern" not in pseudonyms().text(url)


@pytest.mark.parametrize("digits", ["1 " * 300, "+" + "12" * 400])
def test_a_phone_number_of_any_length_is_replaced(digits: str) -> None:
    found = pseudonyms().phone(digits)
    assert len(found) == len(digits)
    assert found != digits


@pytest.mark.parametrize("url", ["adakern://open/1", "https://acme.de/?ada.kern@acme.de=1"])
def test_what_else_of_a_url_may_be_somebodys_is_replaced(url: str) -> None:
    assert "kern" not in pseudonyms().text(url)
