import pytest

from .definitions import GOOD, codes, findings

STATUS = "{path: state, map: {working: active, left: inactive}}"
TOKEN = 'auth: {method: bearer, token: "${settings.token}"}'
ACCEPT = "headers: {Accept: application/json}"
PAGING = "  pagination: {style: page, page_name: page, limit_name: size, limit: 100}\n"
LOGIN = """auth:
  method: login
  endpoint: /token
  json: {user: onroll, password: "${settings.token}"}
  token: data.access_token
"""


def test_nothing_is_found_in_a_good_definition() -> None:
    assert codes(folder="acme") == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("# yaml-language-server: $schema=connector.schema.json\n", "", "lint-no-modeline"),
        ("title: Acme\n", "", "lint-no-title"),
        ("documentation: https://developers.example.com/people\n", "", "lint-no-documentation"),
        ("verified: {by: documentation, date: 2026-05-31}\n", "", "lint-not-verified"),
        (", date: 2026-05-31", "", "lint-not-verified"),
        ("2026-05-31", "2024-05-01", "lint-old-verification"),
        ("2026-05-31", "2026-02-31", "lint-old-verification"),
        ("examples:\n  - {responses: {list_users: page.json}, users: users.json}\n", "",
         "lint-no-examples"),
        ("{title: Site, description: the part before .example.com}", "{title: Site}",
         "lint-unexplained-setting"),
        ("{title: Site, description: the part before .example.com}", "",
         "lint-unexplained-setting"),
        (", secret: true", "", "lint-setting-not-secret"),
        ("base_url: https://${settings.site}.example.com", "base_url: https://a.example.com",
         "lint-unused-setting"),
        (PAGING, "", "lint-no-proof"),
        (", limit_name: size, limit: 100", "", "lint-no-limit"),
        ("  id: id", "  id: email", "lint-id-is-email"),
        ("  id: id", "  id: {path: work.e-mail}", "lint-id-is-email"),
        ("last_name: family", "last_name: given", "lint-same-source"),
        (f"  status: {STATUS}\n", "", "lint-no-status"),
        (STATUS, "{path: state, map: {working: active}}", "lint-nobody-leaves"),
        (STATUS, "{value: active}", "lint-nobody-leaves"),
        (STATUS, '{path: state, map: {left: inactive, "*": active}}', "lint-unknown-is-active"),
        (STATUS, "{path: gone, map: {true: inactive}}", "lint-half-a-map"),
    ],
)  # fmt: skip
def test_one_thing_is_found(old: str, new: str, code: str) -> None:
    assert code in codes(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2026-05-31", "2024-07-01"),
        ("{by: documentation, date: 2026-05-31}", "{by: unverified, date: 2020-01-01}"),
        ("{by: documentation, date: 2026-05-31}", "{by: unverified}"),
        (PAGING, "  pagination: {style: none}\n"),
        (PAGING, "  total_count: total\n"),
        ("  id: id", "  id: id\n  employee_number: id"),
        ("  id: id", "  id: employee.id"),
        (STATUS, "{path: state}"),
        (STATUS, "{first: [{value: inactive, when: {path: gone, in: [1]}}, {value: active}]}"),
        (STATUS, "{path: gone, map: {true: inactive, false: active}}"),
        (STATUS, "{path: gone, map: {true: inactive}, default: active}"),
        (STATUS, '{path: gone, map: {true: inactive, "*": onboarding}}'),
        (ACCEPT, "headers: {Accept: application/vnd.acme.people.2026+json}"),
        (ACCEPT, "params: {sort_key: last_name, key: name}"),
        (ACCEPT, "params: {pageToken: ''}"),
        (ACCEPT, "headers: {X-Mode: token management}"),
        (TOKEN, 'auth: {method: basic, username: "${settings.token}", password: x}'),
        (TOKEN, LOGIN),
    ],
)  # fmt: skip
def test_what_is_right_is_not_found(old: str, new: str) -> None:
    assert codes(old, new) == []


def test_a_folder_of_another_name_is_found() -> None:
    assert codes(folder="acme-people") == ["lint-name-differs"]


SECRETS = [
    (TOKEN, "auth: {method: bearer, token: hunter2hunter2}"),
    (TOKEN, "auth: {method: api_key, name: X-Key, value: hunter2hunter2}"),
    (TOKEN, LOGIN.replace('"${settings.token}"', "hunter2hunter2")),
    (ACCEPT, "headers: {X-Api-Key: hunter2hunter2}"),
    (ACCEPT, "headers: {X-Auth: Bearer hunter2hunter2}"),
    (ACCEPT, "headers: {X-Signed: 'user ${settings.site}, Bearer hunter2hunter2'}"),
    (ACCEPT, "headers: {Cookie: session=hunter2hunter2}"),
    (ACCEPT, "params: {access_token: hunter2hunter2}"),
    (ACCEPT, "params: {tenant: hunter2Zq9xW4bT8mK1pQ7}"),
    (".example.com\nauth", ".example.com/hunter2Zq9xW4bT8mK1pQ7\nauth"),
    ("secret: true", "secret: true, default: ghp_hunter2hunter2hunter2"),
    ("  endpoint: /people", "  endpoint: /people\n  params: {api_key: hunter2hunter2}"),
]


@pytest.mark.parametrize(("old", "new"), SECRETS)
def test_a_secret_that_is_written_out_is_found(old: str, new: str) -> None:
    assert "lint-literal-secret" in codes(old, new)


@pytest.mark.parametrize(("old", "new"), SECRETS)
def test_no_finding_shows_a_secret(old: str, new: str) -> None:
    assert [one for one in findings(old, new) if "hunter2" in str(one) + repr(one)] == []


def test_a_plain_address_is_found() -> None:
    without_auth = GOOD.partition("auth:")[0].partition("base_url:")[2]
    assert codes(f"base_url:{without_auth}{TOKEN}", "base_url: http://people.example.com") == [
        "lint-unused-setting",
        "lint-unused-setting",
        "lint-plain-http",
    ]


@pytest.mark.parametrize(
    "style", ["{style: offset, offset_name: o}", "{style: next_link, next: n}"]
)
def test_lists_that_share_their_pagination_are_found_once(style: str) -> None:
    listing = "list_users:\n  endpoint: /people\n  resource_location: data\n"
    lookups = "lookups:\n  team: {endpoint: /teams, resource_location: d, key: id, match: team}\n"
    shared = f"pagination: {style}\n{lookups}{listing}"
    assert codes(listing + PAGING, shared) == ["lint-no-limit"]


def test_each_finding_is_a_warning_with_a_place_and_a_hint() -> None:
    found = findings("verified: {by: documentation, date: 2026-05-31}\n", "")
    assert [(one.severity, one.place is not None, bool(one.hint)) for one in found] == [
        ("warning", True, True)
    ]
