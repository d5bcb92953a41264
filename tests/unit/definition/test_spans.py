"""Every key and value knows its line and column, and an excerpt shows what is no secret."""

import pytest

from onroll.definition.source import KeyPath, Source, read_yaml
from onroll.diagnostics import Place

TEXT = """\
format: 1
list_users:
  endpoint: /users
  pagination: {style: offset, limit: 100}
  exclude:
    - path: kind
      equals: robot
    - {path: "a b"}
attributes:
  id: &id id
  email: *id
"""


@pytest.fixture(scope="module")
def source() -> Source:
    return read_yaml(TEXT, "connector.yaml")


def spot(place: Place) -> tuple[int, int, int]:
    return place.line, place.column, place.length


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("format",), (1, 1, 6)),
        (("list_users", "endpoint"), (3, 3, 8)),
        (("list_users", "pagination", "style"), (4, 16, 5)),
        (("list_users", "pagination", "limit"), (4, 31, 5)),
        (("list_users", "exclude", 0, "equals"), (7, 7, 6)),
        (("list_users", "exclude", 1, "path"), (8, 8, 4)),
    ],
)
def test_a_key_has_its_place(source: Source, path: KeyPath, expected: tuple[int, int, int]) -> None:
    assert spot(source.place(path, of_key=True)) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("format",), (1, 9, 1)),
        (("list_users", "endpoint"), (3, 13, 6)),
        (("list_users", "pagination"), (4, 15, 27)),
        (("list_users", "pagination", "limit"), (4, 38, 3)),
        (("list_users", "exclude", 0), (6, 7, 10)),
        (("list_users", "exclude", 1, "path"), (8, 14, 5)),
    ],
)
def test_a_value_has_its_place(
    source: Source, path: KeyPath, expected: tuple[int, int, int]
) -> None:
    assert spot(source.place(path)) == expected


def test_an_alias_stands_where_its_anchor_does(source: Source) -> None:
    assert source.place(("attributes", "email")).line == 10


def test_what_is_not_there_has_the_place_of_its_nearest_parent(source: Source) -> None:
    missing = source.place(("list_users", "pagination", "start"), of_key=True)
    assert spot(missing) == spot(source.place(("list_users", "pagination"), of_key=True))


def test_the_whole_file_has_the_place_of_its_first_key(source: Source) -> None:
    assert str(source.place(())) == "connector.yaml:1:1"


def test_an_excerpt_is_the_line(source: Source) -> None:
    place = source.place(("list_users", "pagination", "limit"))
    assert place.excerpt == "  pagination: {style: offset, limit: 100}"


def test_columns_count_letters_and_not_bytes() -> None:
    source = read_yaml("{title: Bücherei, name: x}", "connector.yaml")
    assert source.place(("name",)).column == 25


def test_lines_end_where_yaml_says() -> None:
    source = read_yaml("a: 1\r\nb: 2\rc: 3\n", "connector.yaml")
    assert [source.place((key,)).line for key in "abc"] == [1, 2, 3]


@pytest.mark.parametrize(
    ("line", "excerpt"),
    [
        ("auth: {method: bearer, token: hunter2}", "auth: {method: bearer, token: …}"),
        ('auth: {method: bearer, token: "a, b"}', "auth: {method: bearer, token: …}"),
        ("auth: {method: bearer, token: 12345}", "auth: {method: bearer, token: …}"),
        ('auth: {token: "${settings.token}"}', 'auth: {token: "${settings.token}"}'),
        ('headers: {A: "Bearer ${settings.t}"}', 'headers: {A: "Bearer ${settings.t}"}'),
        ('headers: {A: "Bearer x7y8z9 ${settings.t}"}', "headers: {A: …}"),
        ("auth: {method: bearer}  # hunter2", "auth: {method: bearer}"),
        ("auth: {token: &hunter2 }", "auth: {token: … }"),
        ("auth: {token:hunter2}", "auth: {token:…}"),
        ("auth: {hunter2}", "auth: {…}"),
        ("params: {hunter2}", "params: {…}"),
        ("tokn: hunter2", "tokn: …"),
        ("credentials: {pass: [hunter2, 1234]}", "credentials: {pass: […, …]}"),
        ("settings: {token: hunter2}", "settings: {token: …}"),
        ("settings: {t: {title: T, default: x}}", "settings: {t: {title: T, default: …}}"),
        ("base_url: https://a:b@acme.test", "base_url: …"),
        ("base_url: https://acme.test?key=x", "base_url: …"),
        ("base_url: https://acme.test/v1", "base_url: https://acme.test/v1"),
        ("list_users: {endpoint: /users?key=x}", "list_users: {endpoint: …}"),
        ("list_users: {params: {a: b}}", "list_users: {params: {a: …}}"),
        ("list_users: {json: {c: d}}", "list_users: {json: {c: …}}"),
        ("list_users: {pagination: {limit: 9}}", "list_users: {pagination: {limit: 9}}"),
        ("limits: {concurrency: abc7def8}", "limits: {concurrency: …}"),
        ("attributes: {id: f3a9.b}", "attributes: {id: f3a9.b}"),
        ("attributes: {pin: f3a9}", "attributes: {pin: …}"),
        ("attributes: {team: {map: {A1b2: B2}}}", "attributes: {team: {map: {A1b2: B2}}}"),
        ("connections: {a: {settings: {t: x}}}", "connections: {a: {settings: {t: …}}}"),
        ("store: postgresql://a:b@db/onroll", "store: …"),
    ],
)  # fmt: skip
def test_an_excerpt_hides_what_may_be_a_secret(line: str, excerpt: str) -> None:
    source = read_yaml(line, "connector.yaml")
    first = next(iter(source.keys))
    assert source.place(first, of_key=True).excerpt == excerpt


def test_every_line_of_a_long_text_is_hidden() -> None:
    text = "auth:\n  key: |\n    hunter\n    2: hunter\n  method: x\n"
    source = read_yaml(text, "connector.yaml")
    assert source.place(("auth", "key")).excerpt == "  key: …"


def test_a_value_is_hidden_where_an_alias_makes_it_a_secret() -> None:
    source = read_yaml("title: &t Acme\nauth: {token: *t}\n", "connector.yaml")
    assert source.place(("title",)).excerpt == "title: …"


def test_the_length_of_a_secret_is_hidden_too() -> None:
    source = read_yaml("auth: {token: hunter2hunter2}", "connector.yaml")
    assert source.place(("auth", "token")).length == 1


def test_the_caret_follows_what_was_hidden_before_it() -> None:
    source = read_yaml("auth: {token: hunter2, methud: x}", "connector.yaml")
    place = source.place(("auth", "methud"), of_key=True)
    assert place.excerpt[(place.caret or 0) - 1 :].startswith("methud")
    assert place.column == 24


def test_of_a_wide_line_the_part_at_the_caret_is_shown() -> None:
    keys = ", ".join(f"key{letter * 3}: 1" for letter in "abcdefghijklmnopqrstuvwxyz")
    source = read_yaml(f"limits: {{{keys}}}", "connector.yaml")
    place = source.place(("limits", "keymmm"), of_key=True)
    assert place.excerpt[(place.caret or 0) - 1 :].startswith("keymmm")
    assert len(place.excerpt) <= 102


def test_a_line_that_nobody_reads_has_no_excerpt() -> None:
    source = read_yaml(f"title: {'x ' * 3000}", "connector.yaml")
    assert source.place(("title",)).excerpt == ""
