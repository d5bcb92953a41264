"""Sign-in names that are composed of a person's names."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.errors import SettingsError
from onroll.mapping.compose import append_id, plain
from onroll.model import ABSENT

from .people import attribute, mapped, mapper, refused

INITIAL = {"attribute": "first_name", "take": "first_letter"}
LAST = {"attribute": "last_name"}
NAMES: dict[str, Any] = {"first_name": "f", "last_name": "l", "locale": "lang"}


def username(record: dict[str, Any], *, settings: Any = None, **composed: Any) -> Any:
    """What a composed user name is; by default `jdoe`."""
    written = {"compose": {"beginning": INITIAL, "end": LAST, **composed}}
    compiled = mapper(settings=settings, **NAMES, username=written)
    user = compiled.map({"id": "1", **record}).user
    assert user is not None
    return user.attributes.get("username", ABSENT)


def doe(first: str, last: str, **composed: Any) -> Any:
    return username({"f": first, "l": last}, **composed)


def test_a_name_is_an_initial_and_a_last_name() -> None:
    assert doe("John", "Doe") == "jdoe"


def test_a_domain_stands_behind_an_at_sign() -> None:
    assert doe("John", "Doe", domain="Example.com") == "jdoe@example.com"


def test_a_separator_stands_between_the_parts() -> None:
    both = {"beginning": {"attribute": "first_name", "take": "entire"}, "separator": "."}
    assert doe("John", "Doe", **both) == "john.doe"


def test_a_name_may_be_a_beginning_alone() -> None:
    written = {"compose": {"beginning": {"attribute": "first_name"}, "domain": "a.test"}}
    user = mapped({"f": "Ada"}, first_name="f", username=written).user
    assert user is not None
    assert user.attributes["username"] == "ada@a.test"


@pytest.mark.parametrize(
    ("first", "last", "composed"),
    [
        ("Đorđe", "Šarić", "dsaric"),
        ("Jörg", "Groß", "jgross"),
        ("Łukasz", "Żółć", "lzolc"),
        ("Þór", "Ægisson", "taegisson"),
        ("İbrahim", "I\u015f\u0131k", "iisik"),
        ("Ana", "O’Connor", "aoconnor"),
        ("Ana", "d'Arc", "adarc"),
        ("Ana", "de la Cruz", "adelacruz"),
        ("Ana", "Meyer-Groß", "ameyer-gross"),
        ("Ana", "Meyer - Gross", "ameyer-gross"),
        ("Ana", "Meyer\u2010Gross", "ameyer-gross"),
        ("Ana", "St. John", "astjohn"),
        ("Ana", "King Jr.", "akingjr"),
        ("'t", "-Hooft-", "thooft"),
        ("JOHN", "DOE", "jdoe"),
        ("e\u0301lodie", "x", "ex"),
    ],
)
def test_letters_are_folded_and_what_a_name_cannot_have_is_dropped(
    first: str, last: str, composed: str
) -> None:
    assert doe(first, last) == composed


@pytest.mark.parametrize(
    ("language", "composed"), [("de", "umueller"), ("de_AT", "umueller"), ("sv", "umuller")]
)
def test_letters_are_written_out_by_the_locale_of_the_name(language: str, composed: str) -> None:
    assert doe("Ute", "Müller", locale=language) == composed


def test_letters_are_written_out_by_the_person_s_own_locale() -> None:
    assert username({"f": "Ute", "l": "Müller", "lang": "de-DE"}) == "umueller"
    assert username({"f": "Ute", "l": "Müller", "lang": None}) == "umuller"


def test_the_locale_of_the_name_wins_over_the_person_s() -> None:
    assert username({"f": "Ute", "l": "Müller", "lang": "de"}, locale="fr") == "umuller"


def test_of_an_address_the_part_before_the_at_sign_is_taken() -> None:
    written = {"compose": {"beginning": {"attribute": "email"}, "domain": "corp.test"}}
    assert attribute("username", written, {"email": "Ada.King@a.test"}) == "ada.king@corp.test"


@pytest.mark.parametrize(
    ("record", "found"),
    [({"l": "Doe"}, ABSENT), ({"f": None, "l": "Doe"}, None), ({"f": "J", "l": ""}, None)],
)
def test_half_a_name_is_worse_than_none(record: Any, found: Any) -> None:
    assert username(record, domain="a.test") == found


@pytest.mark.parametrize(("first", "last"), [("伟", "Doe"), ("John", "李"), ("John", ".")])
def test_a_name_made_of_nothing_refuses_the_person(first: str, last: str) -> None:
    composed = {"compose": {"beginning": INITIAL, "end": LAST, "domain": "a.test"}}
    names = {"first_name": "f", "last_name": "l", "username": composed}
    assert refused({"f": first, "l": last}, **names) == [("username", "no-plain-letters")]


def test_the_reason_names_the_part_and_never_its_value() -> None:
    composed = {"compose": {"beginning": {"attribute": "last_name"}}}
    [reason] = mapped({"l": "李"}, last_name="l", username=composed).reasons
    assert "`last_name`" in reason.message
    assert "李" not in reason.message


LATER = {"compose": {"beginning": {"attribute": "last_name"}}}


def test_another_value_stands_in_for_a_name_of_nothing() -> None:
    written = {"first": [LATER, {"template": "user${id}"}]}
    user = mapped({"l": "李"}, last_name="l", username=written).user
    assert user is not None
    assert user.attributes["username"] == "user1"


def test_a_default_stands_in_for_a_name_of_nothing() -> None:
    user = mapped({"l": "李"}, last_name="l", team=LATER | {"default": "none"}).user
    assert user is not None
    assert user.attributes["team"] == "none"


def test_without_another_filled_value_the_person_is_refused() -> None:
    written = {"first": [LATER, "login"]}
    assert refused({"l": "李"}, last_name="l", username=written) == [
        ("username", "no-plain-letters")
    ]


def test_a_composed_name_may_be_transformed() -> None:
    written = {"compose": {"beginning": {"attribute": "email"}}, "transform": ["upper"]}
    assert attribute("display_name", written, {"email": "ada@a.test"}) == "ADA"


def test_a_custom_attribute_may_be_composed() -> None:
    user = mapped({}, custom={"login": {"compose": {"beginning": {"attribute": "email"}}}}).user
    assert user is not None
    assert user.attributes["custom"] == {"login": "ada"}


def test_a_name_is_composed_of_attributes_that_stand_below_it() -> None:
    written = {"compose": {"beginning": {"attribute": "last_name"}}}
    user = mapped({"l": "Doe"}, username=written, last_name="l").user
    assert user is not None
    assert user.attributes["username"] == "doe"


@pytest.mark.parametrize("domain", ["acme.test", " @ACME.test "])
def test_the_domain_may_be_a_setting(domain: str) -> None:
    name = doe("John", "Doe", domain="${settings.d}", settings={"d": domain})
    assert name == "jdoe@acme.test"


def test_a_domain_that_is_not_set_is_left_out() -> None:
    assert doe("John", "Doe", domain="${settings.d}", settings={"d": None}) == "jdoe"


@pytest.mark.parametrize("domain", ["https://acme.test", "a@b.test", "a b"])
def test_a_setting_that_is_no_domain_is_refused(domain: str) -> None:
    with pytest.raises(SettingsError) as caught:
        doe("John", "Doe", domain="${settings.d}", settings={"d": domain})
    assert caught.value.diagnostic.code == "wrong-setting"
    assert domain not in str(caught.value)


@given(st.text())
def test_a_plain_name_has_only_what_sign_in_names_have(text: str) -> None:
    name = plain(text)
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-")
    assert name == name.strip("._-")


@given(st.text())
def test_a_plain_name_stays_as_it_is(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(
    ("name", "source_id", "found"),
    [
        ("jdoe@example.com", "12345", "jdoe_12345@example.com"),
        ("jdoe", "12345", "jdoe_12345"),
        ("jdoe", "E 1/23", "jdoe_e123"),
        ("jdoe", "a@b", "jdoe_a-b"),
        ("jdoe", "9f1c-4e", "jdoe_9f1c-4e"),
    ],
)
def test_an_id_goes_before_the_domain(name: str, source_id: str, found: str) -> None:
    assert append_id(name, source_id) == found


def test_ids_in_letters_that_no_name_has_are_told_apart() -> None:
    assert append_id("jdoe", "李") != append_id("jdoe", "王")
    assert plain(append_id("jdoe", "李")) == append_id("jdoe", "李")
