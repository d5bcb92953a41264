"""Transforms of text."""

from typing import Any

import pytest

from .reading import refusal, run


@pytest.mark.parametrize(
    ("name", "argument", "given", "gives"),
    [
        ("trim", None, "\t Ada\u00a0\n", "Ada"),
        ("lower", None, "ÄRGER", "ärger"),
        ("upper", None, "ärger", "ÄRGER"),
        ("prefix", "E", "017", "E017"),
        ("suffix", "@example.com", "ada", "ada@example.com"),
        ("replace", {"_": " "}, "de_la_Cruz", "de la Cruz"),
        ("replace", {"a": "b", "b": "c"}, "a", "c"),
        ("replace", {".*": ""}, "a.*b", "ab"),
        ("html_unescape", None, "R&amp;D &#252;&uuml; &lt;b&gt;", "R&D üü <b>"),
        ("html_unescape", None, "plain & simple", "plain & simple"),
    ],
)
def test_text_is_changed(name: str, argument: Any, given: str, gives: str) -> None:
    assert run(name, given, argument) == gives


@pytest.mark.parametrize(
    ("given", "gives"),
    [
        ("ada lovelace", "Ada Lovelace"),
        ("ADA LOVELACE", "Ada Lovelace"),
        ("o'brien", "O'Brien"),
        ("O’BRIEN", "O’Brien"),
        ("d'arcy l'oréal", "D'Arcy L'Oréal"),
        ("dell'acqua", "Dell'Acqua"),
        ("ada's team", "Ada's Team"),
        ("it's what you're", "It's What You're"),
        ("anne-marie müller-lüdenscheidt", "Anne-Marie Müller-Lüdenscheidt"),
        ("3rd floor", "3rd Floor"),
        ("a\u030angstro\u0308m", "Ångström"),
        ("head of r&d", "Head Of R&D"),
        ("", ""),
    ],
)
def test_title_writes_names_as_people_do(given: str, gives: str) -> None:
    assert run("title", given) == gives


@pytest.mark.parametrize(
    ("given", "gives"),
    [
        ("Müller", "Muller"),
        ("Mu\u0308ller", "Muller"),
        ("Đặng", "Dang"),
        ("Guðrún Þórsdóttir", "Gudrun Thorsdottir"),
        ("Weiß", "Weiss"),
        ("Søren Ærø", "Soren Aero"),
        ("Łukasz", "Lukasz"),
        ("Işık İnan", "Isik Inan"),  # noqa: RUF001  (Turkish)
        ("Œuvré", "Oeuvre"),
        ("Ħamrun", "Hamrun"),
        ("O’Brien", "O'Brien"),
        ("ﬁx", "fix"),
        ("Ивáн", "a"),
        ("", ""),
    ],
)
def test_ascii_folds_letters_that_decompose_and_those_that_do_not(given: str, gives: str) -> None:
    assert run("ascii", given) == gives


@pytest.mark.parametrize("locale", ["de", "de-AT", "de_CH", "DE"])
def test_ascii_in_german_writes_umlauts_out(locale: str) -> None:
    assert run("ascii", "Jörg Müller-Weiß", {"locale": locale}) == "Joerg Mueller-Weiss"
    assert run("ascii", "Mu\u0308ller", {"locale": locale}) == "Mueller"


@pytest.mark.parametrize("locale", ["da", "nb", "nn", "no"])
def test_ascii_in_danish_and_norwegian_writes_their_letters_out(locale: str) -> None:
    assert run("ascii", "Åse Bjørnæs", {"locale": locale}) == "Aase Bjoernaes"


@pytest.mark.parametrize("argument", [None, {}, {"locale": "en"}, {"locale": "sv"}])
def test_ascii_elsewhere_takes_the_dots_off(argument: Any) -> None:
    assert run("ascii", "Åke Müller", argument) == "Ake Muller"


@pytest.mark.parametrize(
    ("given", "locale", "gives"),
    [("MÜLLER", "de", "MUELLER"), ("ÞÓRA", "is", "THORA"), ("Müller", "de", "Mueller")],
)
def test_ascii_keeps_text_in_capitals(given: str, locale: str, gives: str) -> None:
    assert run("ascii", given, {"locale": locale}) == gives


def test_a_number_is_taken_as_its_text() -> None:
    assert run("prefix", 17, "E") == "E17"
    assert run("suffix", 37.5, "%") == "37.5%"


def test_a_list_is_changed_item_by_item() -> None:
    assert run("upper", ["a", None, "b"]) == ["A", None, "B"]


@pytest.mark.parametrize("value", [True, {"a": 1}, [["a"]], [{"a": 1}], ["a", False]])
def test_what_is_no_text_is_refused(value: Any) -> None:
    assert refusal("upper", value) == "not-text"


def test_a_number_of_absurd_length_is_refused() -> None:
    with pytest.raises(Exception, match="too long to be read"):
        run("upper", 10**5000)


def test_a_hostile_character_reference_is_refused() -> None:
    assert refusal("html_unescape", "&#" + "9" * 5000 + ";") == "too-long"
