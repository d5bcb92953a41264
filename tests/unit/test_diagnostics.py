"""One diagnostic, three renderings."""

import pytest

from onroll.diagnostics import (
    Diagnostic,
    Place,
    nearest,
    one_of,
    quoted_list,
    render_json,
    render_problem,
)

PLACE = Place("connector.yaml", 10, 3, 9, "  pagintion:", 3)
DIAGNOSTIC = Diagnostic(
    "unknown-key",
    "`pagintion` is not a key of `list_users`",
    PLACE,
    expected="one of `endpoint`, `pagination`",
    hint="did you mean `pagination`?",
)


def test_the_text_shows_code_sentence_place_expectation_and_hint() -> None:
    assert DIAGNOSTIC.text() == (
        "error[unknown-key]: `pagintion` is not a key of `list_users`\n"
        "  --> connector.yaml:10:3\n"
        "   |\n"
        "10 |   pagintion:\n"
        "   |   ^^^^^^^^^\n"
        "   = expected one of `endpoint`, `pagination`\n"
        "\n"
        "hint: did you mean `pagination`?"
    )


def test_without_a_place_the_text_is_the_sentence() -> None:
    assert Diagnostic("empty-file", "it holds nothing").text() == (
        "error[empty-file]: it holds nothing"
    )


def test_a_warning_says_so() -> None:
    warning = Diagnostic("page-cap", "pages are short", severity="warning")
    assert str(warning) == "warning[page-cap]: pages are short"


def test_a_long_list_of_names_is_wrapped_below_itself() -> None:
    names = [f"name_{number}" for number in range(20)]
    lines = Diagnostic("unknown-key", "no", expected=one_of(names)).text().splitlines()
    assert len(lines) > 2
    assert max(map(len, lines)) <= 92
    assert all(line.startswith(" " * 13) for line in lines[2:])


def test_on_a_terminal_sentences_are_broken_between_words() -> None:
    url = "https://api.example.com/v1/" + "x" * 40
    said = Diagnostic(
        "wrong-base-url",
        "a sentence that is longer than a narrow terminal is",
        Place("connector.yaml", 10, 3, 9, "  a line of the file stays as it is, however long", 3),
        expected="one of `endpoint`, `pagination`, `params`",
        hint=f"look at {url} first\n  with: YAML that stays as it is, however long it may be",
    )
    assert said.text(40) == (
        "error[wrong-base-url]: a sentence that\n"
        "    is longer than a narrow terminal is\n"
        "  --> connector.yaml:10:3\n"
        "   |\n"
        "10 |   a line of the file stays as it is, however long\n"
        "   |   ^^^^^^^^^\n"
        "   = expected one of `endpoint`,\n"
        "              `pagination`, `params`\n"
        "\n"
        "hint: look at\n"
        f"      {url}\n"
        "      first\n"
        "  with: YAML that stays as it is, however long it may be"
    )


def test_control_characters_do_not_reach_the_terminal() -> None:
    one = Diagnostic("wrong-value", "\x1b[2J", Place("a\rb", 1, 1, 1, "\x07"), hint="\x9b31m")
    assert one.text().replace("\n", "").isprintable()


def test_the_caret_stands_below_wide_letters() -> None:
    one = Diagnostic("wrong-value", "no", Place("c.yaml", 1, 6, 2, "姓名: 値値", 5))
    assert one.text().splitlines()[-1] == "  |       ^^^^"


def test_json_leaves_out_what_is_unset() -> None:
    assert render_json([Diagnostic("empty-file", "it holds nothing")]) == [
        {"code": "empty-file", "message": "it holds nothing", "severity": "error"}
    ]


def test_json_has_the_place_in_parts() -> None:
    (written,) = render_json([DIAGNOSTIC])
    assert written["place"] == {
        "file": "connector.yaml",
        "line": 10,
        "column": 3,
        "length": 9,
        "excerpt": "  pagintion:",
        "caret": 3,
    }


def test_a_problem_is_as_rfc_9457_says() -> None:
    assert render_problem(DIAGNOSTIC, 422) == {
        "type": "diagnostics#unknown-key",
        "title": "Unknown key",
        "status": 422,
        "detail": "`pagintion` is not a key of `list_users`",
        "place": "connector.yaml:10:3",
        "expected": "one of `endpoint`, `pagination`",
        "hint": "did you mean `pagination`?",
    }


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("pagintion", "pagination"),
        ("Base-URL", "base_url"),
        ("base url", "base_url"),
        ("zzzzz", None),
        ("on", None),
        ("pagination" * 10, None),
    ],
)
def test_the_nearest_name_is_found(name: str, found: str | None) -> None:
    assert nearest(name, ["pagination", "base_url", "json"]) == found


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""),
        (["a"], "`a`"),
        (["a", "b"], "`a` and `b`"),
        (["a", "b", "c"], "`a`, `b` and `c`"),
        (["a"] * 14, ", ".join(["`a`"] * 12) + " and 2 more"),
    ],
)  # fmt: skip
def test_names_are_joined_as_in_a_sentence(names: list[str], text: str) -> None:
    assert quoted_list(names) == text


@pytest.mark.parametrize(
    ("names", "text"), [([], ""), (["a"], "`a`"), (["a", "b"], "one of `a`, `b`")]
)
def test_choices_are_listed(names: list[str], text: str) -> None:
    assert one_of(names) == text
