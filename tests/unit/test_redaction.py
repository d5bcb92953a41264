"""A secret is hidden by its type, and by its value in every form in which it travels."""

import base64
import json
import pickle

import pytest

from onroll.redaction import HIDDEN, Redactor, Secret

VALUE = 'sé"cr+t/x y'


@pytest.fixture
def secret() -> Secret:
    return Secret(VALUE)


def test_a_secret_has_no_repr(secret: Secret) -> None:
    assert repr(secret) == "Secret([hidden])"


def test_a_secret_has_no_text(secret: Secret) -> None:
    assert str(secret) == HIDDEN


@pytest.mark.parametrize("form", ["{}", "{!r}", "{!s}", "{:>40}", "{!a}"])
def test_a_secret_formats_to_nothing(secret: Secret, form: str) -> None:
    assert VALUE not in form.format(secret)


def test_a_secret_is_not_seen_in_what_holds_it(secret: Secret) -> None:
    assert VALUE not in repr({"key": [secret]})


def test_a_secret_is_not_json(secret: Secret) -> None:
    with pytest.raises(TypeError):
        json.dumps({"key": secret})


def test_a_secret_is_not_pickled(secret: Secret) -> None:
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(secret)


def test_a_secret_has_no_dictionary_of_attributes(secret: Secret) -> None:
    with pytest.raises(TypeError):
        vars(secret)


def test_a_secret_is_revealed_on_request(secret: Secret) -> None:
    assert secret.reveal() == VALUE


def test_secrets_of_one_value_are_equal(secret: Secret) -> None:
    assert secret == Secret(VALUE)
    assert len({secret, Secret(VALUE)}) == 1


def test_a_secret_is_not_its_text(secret: Secret) -> None:
    assert secret != VALUE


@pytest.mark.parametrize(
    "form",
    [
        VALUE,
        "s%C3%A9%22cr%2Bt%2Fx%20y",
        "s%C3%A9%22cr%2Bt%2Fx+y",
        's\\u00e9\\"cr+t/x y',
        'sé\\"cr+t/x y',
        base64.b64encode(VALUE.encode()).decode(),
    ],
    ids=["plain", "percent", "form", "json", "json-utf-8", "base64"],
)
def test_a_form_is_taken_out(form: str) -> None:
    assert Redactor([VALUE]).clean(f"<{form}>") == f"<{HIDDEN}>"


def test_every_occurrence_is_taken_out() -> None:
    assert Redactor(["token"]).clean("token, token") == f"{HIDDEN}, {HIDDEN}"


def test_the_longest_secret_goes_first() -> None:
    assert Redactor(["token", "token-of-mine"]).clean("token-of-mine") == HIDDEN


def test_a_secret_that_is_learned_later_is_taken_out_too() -> None:
    redactor = Redactor()
    redactor.add("renewed")
    assert redactor.clean("a renewed token") == f"a {HIDDEN} token"


@pytest.mark.parametrize("short", ["", "a", "abc"])
def test_what_is_too_short_to_hide_blanks_no_page(short: str) -> None:
    assert Redactor([short]).clean("abc and a half") == "abc and a half"


def test_text_without_secrets_stays() -> None:
    assert Redactor(["token"]).clean("nothing here") == "nothing here"


@pytest.mark.parametrize("name", ["Authorization", "cookie", "SET-COOKIE", "X-Api-Key"])
def test_a_header_that_is_a_credential_is_hidden_whatever_it_holds(name: str) -> None:
    assert Redactor().clean_header(name, "anything") == HIDDEN


def test_another_header_loses_its_secrets_only() -> None:
    assert Redactor(["token"]).clean_header("X-Trace", "id token") == f"id {HIDDEN}"
