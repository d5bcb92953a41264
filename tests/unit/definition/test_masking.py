"""On a line that is not YAML, only what is safe anywhere is shown."""

import pytest

from onroll.definition.masking import looks_like_words, mask_unparsed, shown_name


@pytest.mark.parametrize(
    "text",
    ["token", "limit_name", "X-Api-Key", "oauth2", "address2Line", "Access token URL", "page[size]",
     "filter[status]", "$top", "Größe", "title: Acme", "*", "", "2.0"],
)  # fmt: skip
def test_words_look_like_words(text: str) -> None:
    assert looks_like_words(text)


@pytest.mark.parametrize(
    "text",
    ["s3cr3t", "s3cr3t-value", "sk_live_51H8xY2eZv", "eyJhbGciOiJIUzI1NiJ9.e30.x", "a1b2c3",
     "AKIA2E0A8F3B244C9986", "48151623", "x" * 61, "two\nlines", "\x1b[31m", "Tr0ub4dor&3",
     "d41d8cd98f00b204e9800998ecf8427e"],
)  # fmt: skip
def test_passwords_and_tokens_do_not_look_like_words(text: str) -> None:
    assert not looks_like_words(text)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("token", "token"),
        ("token:s3cr3t", "token:…"),
        ("token=hunter2", "token=…"),
        ("s3cr3t", "…"),
        ("s3cr3t:x", "…"),
        ("a\nb", "…"),
    ],
)
def test_of_a_name_only_words_are_shown(name: str, shown: str) -> None:
    assert shown_name(name) == shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("token: s3cr3t", "token: …"),
        ("token: hunter", "token: …"),
        ("  - token: hunter", "  - token: …"),
        ("- hunter", "- …"),
        ("token:hunter", "token:…"),
        ("hunter", "…"),
        ("title: Acme: people", "title: Acme: people"),
        ("title: Acme a1b2c3", "title: …"),
        ("token: a: b {c}, [d]", "token: …"),
        ('token: "a", b: c', "token: …"),
        ("token: ${settings.token}", "token: ${settings.token}"),
        ("token: ${settings.token}hunter", "token: ${settings.token}…"),
        ("token: hunter${settings.token}", "token: …${settings.token}"),
        ("token: ${s3cr3t}", "token: …"),
        ("{token: hunter, path: a[0].b}", "{token: …, path: a[0].b}"),
        ("{'token': 'it''s, hunter', x: 1}", "{'token': …, x: 1}"),
        ('{token: "a\\", b: hunter", style: page}', "{token: …, style: page}"),
        ('{token: "hunter, unclosed', "{token: …"),
        ("hunter\", style: 'page'}", "…, style: 'page'}"),
        ("[hunter, 12, true, 1234567]", "[…, 12, true, …]"),
        ("token: hunter # hunter", "token: …"),
        ("style: page # hunter", "style: page …"),
        ("*hunter &hunter !hunter", "… … …"),
        ("-----BEGIN PRIVATE KEY-----", "… … …"),
        ("---", "---"),
        ("s3cr3t: page", "…: …"),
        ("\ttoken: hunter", " token: …"),
    ],
)
def test_a_line_is_masked(line: str, shown: str) -> None:
    assert mask_unparsed(line, 1).text == shown


def test_the_caret_stands_below_what_it_stood_below() -> None:
    line = "{token: hunter, style: page}"
    excerpt = mask_unparsed(line, line.index("style") + 1)
    assert excerpt.text[excerpt.caret - 1 :].startswith("style")


def test_a_caret_inside_of_a_secret_stands_below_its_mask() -> None:
    excerpt = mask_unparsed("{token: hunter2, style: page}", 12)
    assert excerpt.text[excerpt.caret - 1] == "…"
