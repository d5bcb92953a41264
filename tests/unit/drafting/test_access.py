"""Credentials of a request become an `auth` section and settings; values are never written."""

import base64
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.definition.load import parse_definition
from onroll.drafting.access import find_access, split_url, strip_access
from onroll.drafting.curl import read_curl
from onroll.drafting.draft import AuthDraft
from onroll.drafting.evidence import Call
from onroll.errors import UsageError
from onroll.model import Headers

URL = "https://api.example.com/v1/employees"


def accessed(options: str, url: str = URL) -> AuthDraft:
    call = read_curl(f"curl '{url}' {options}")
    access = find_access(call, "acme")
    check(access, strip_access(call, "acme"))
    return access


def check(access: AuthDraft, call: Call) -> None:
    """Parse a definition that holds the draft: `DefinitionError` says what is wrong in it."""
    base_url, endpoint = split_url(call.url or URL)
    listing = {"endpoint": endpoint, "method": call.method, "resource_location": "."}
    extra = {"params": dict(call.params), "json": call.json, "form": call.form}
    listing |= {key: value for key, value in extra.items() if value}
    settings = {
        name: {"title": one.title, "description": one.description, "secret": one.is_secret}
        for name, one in access.settings.items()
    }
    attributes = {"id": "id", "email": "email", "username": "email"}
    definition = {
        "format": 1, "name": "acme", "settings": settings, "base_url": base_url,
        "auth": dict(access.auth.value), "headers": dict(access.headers),
        "params": dict(access.params), "list_users": listing, "attributes": attributes,
    }  # fmt: skip
    parse_definition(json.dumps(definition, ensure_ascii=False))


def test_a_bearer_token_becomes_a_secret_setting() -> None:
    access = accessed("-H 'Authorization: Bearer t-123'")
    assert access.auth.value == {"method": "bearer", "token": "${settings.token}"}
    assert access.auth.is_sure
    assert access.settings["token"].is_secret
    assert access.settings["token"].value == "t-123"


@pytest.mark.parametrize("scheme", ["SSWS", "Token", "Zoho-oauthtoken", "AfasToken"])
def test_another_word_before_the_token_is_kept(scheme: str) -> None:
    access = accessed(f"-H 'Authorization: {scheme} t-123'")
    assert access.auth.value["scheme"] == scheme


def test_what_names_the_token_is_kept() -> None:
    access = accessed("""-H 'Authorization: Token token="t-123"'""")
    assert access.auth.value["token"] == 'token="${settings.token}"'
    assert access.settings["token"].value == "t-123"


def test_a_token_without_a_word_is_not_sure_when_it_is_a_placeholder() -> None:
    access = accessed("-H 'Authorization: {{api_token}}'")
    assert access.auth.value == {
        "method": "bearer", "token": "${settings.api_token}", "scheme": "",
    }  # fmt: skip
    assert not access.auth.is_sure
    assert access.settings["api_token"].value is None


def test_a_user_name_and_a_password_are_basic() -> None:
    access = accessed("-u ada:pw")
    assert access.auth.value["method"] == "basic"
    assert not access.settings["username"].is_secret
    assert access.settings["password"].is_secret


@pytest.mark.parametrize("password", ["", "x", "X", "unused"])
def test_a_key_as_user_name_is_explained(password: str) -> None:
    access = accessed(f"-u k-123:{password}")
    assert access.auth.value["username"] == "${settings.api_key}"
    assert access.auth.value["password"] == password
    assert "counts for nothing" in access.auth.evidence


def test_the_header_of_basic_is_decoded() -> None:
    encoded = base64.b64encode(b"apikey:s-1").decode()
    access = accessed(f"-H 'Authorization: Basic {encoded}'")
    assert access.auth.value["username"] == "apikey"
    assert access.settings["api_key"].value == "s-1"


def test_a_user_name_with_a_suffix_keeps_it() -> None:
    access = accessed("-u ada@example.com/token:s-1")
    assert access.auth.value["username"] == "${settings.email}/token"


def test_digest_is_digest() -> None:
    assert accessed("--digest -u ada:pw").auth.value["method"] == "digest"


def test_a_signature_cannot_be_copied() -> None:
    access = accessed("-H 'Authorization: AWS4-HMAC-SHA256 Credential=a'")
    assert (access.auth.value, access.auth.is_sure) == ({"method": "none"}, False)


@pytest.mark.parametrize(
    ("header", "setting"),
    [("X-Api-Key", "api_key"), ("PRIVATE-TOKEN", "token"), ("apikey", "api_key"),
     ("X-Acme-Access-Token", "token"), ("Ocp-Apim-Subscription-Key", "api_key"),
     ("X-App-Secret", "app_secret")],
)  # fmt: skip
def test_a_key_in_a_header_is_an_api_key(header: str, setting: str) -> None:
    access = accessed(f"-H '{header}: k-1'")
    assert access.auth.value["method"] == "api_key"
    assert access.auth.value["name"].lower() == header.lower()
    assert list(access.settings) == [setting]
    assert access.settings[setting].is_secret


@pytest.mark.parametrize("name", ["api_key", "token", "key", "hapikey", "access_token"])
def test_a_key_in_the_query_leaves_the_lists_parameters(name: str) -> None:
    call = read_curl(f"curl '{URL}?{name}=k-1&limit=5'")
    access = find_access(call, "acme")
    assert access.auth.value["in"] == "query"
    assert strip_access(call, "acme").params == {"limit": "5"}


@pytest.mark.parametrize("name", ["page_token", "nextToken", "cursor", "starting_after"])
def test_what_pages_is_no_key(name: str) -> None:
    call = read_curl(f"curl '{URL}?{name}=abc1234567890defabc1234567890'")
    assert find_access(call, "acme").settings == {}
    assert list(strip_access(call, "acme").params) == [name]


def test_a_key_to_sort_by_is_no_secret() -> None:
    call = read_curl(f"curl '{URL}?sort_key=last_name'")
    assert strip_access(call, "acme").params == {"sort_key": "last_name"}


def test_several_keys_are_sent_together() -> None:
    access = accessed("-H 'x-api-key: k-1' -H 'x-api-secret: k-2'")
    assert [key["name"] for key in access.auth.value["keys"]] == ["X-API-Key", "X-API-Secret"]


def test_a_key_beside_a_token_is_a_header_that_a_setting_fills() -> None:
    access = accessed("-H 'Authorization: Bearer t' -H 'X-Api-Key: k-1'")
    assert access.auth.value["method"] == "bearer"
    assert access.headers == {"X-API-Key": "${settings.api_key}"}


def test_tenants_become_settings_and_versions_stay() -> None:
    options = "-H 'Authorization: Bearer t' -H 'X-Company-Id: 77' -H 'Accept-Version: 2024-01'"
    access = accessed(options, f"{URL}?tenant_id=9&api-version=7.1")
    assert access.headers == {
        "X-Company-ID": "${settings.company_id}", "Accept-Version": "2024-01",
    }  # fmt: skip
    assert access.params == {"tenant_id": "${settings.tenant_id}", "api-version": "7.1"}
    assert access.settings["company_id"].value == "77"


def test_a_browsers_noise_is_dropped_and_its_cookies_told() -> None:
    noise = "-H 'User-Agent: x' -H 'Accept-Encoding: gzip' -H 'sec-fetch-mode: cors' -b 'a=b'"
    access = accessed(f"{noise} -H 'Content-Type: application/json' -H 'Accept: */*'")
    assert (access.headers, access.settings) == ({}, {})
    assert "cookies" in access.auth.evidence
    assert not access.auth.is_sure


def test_a_vendors_own_format_is_asked_for() -> None:
    access = accessed("-H 'Accept: application/vnd.acme.v2+json'")
    assert access.headers == {"Accept": "application/vnd.acme.v2+json"}


def test_a_key_in_the_body_becomes_a_setting_there() -> None:
    call = read_curl(f"curl {URL} --json " + """'{"APIKey": "k-1", "Action": "All"}'""")
    access = find_access(call, "acme")
    stripped = strip_access(call, "acme")
    check(access, stripped)
    assert stripped.json == {"APIKey": "${settings.api_key}", "Action": "All"}
    assert access.settings["api_key"].value == "k-1"
    assert "`APIKey`" in access.auth.evidence


@pytest.mark.parametrize(
    ("url", "base_url", "names"),
    [
        ("https://{company}.example.com/api", "https://${settings.company}.example.com",
         ["company"]),
        ("https://<subdomain>.example.com/v1/a", "https://${settings.subdomain}.example.com/v1",
         ["subdomain"]),
        ("https://YOUR_DOMAIN.example.com/v2/a", "https://${settings.domain}.example.com/v2",
         ["domain"]),
        ("https://yourcompany.example.com/v2/a", "https://${settings.company}.example.com/v2",
         ["company"]),
        ("https://$ACME_HOST/v1/a", "https://${settings.host}/v1", ["host"]),
        ("{{base_url}}/users", "${settings.url}", ["url"]),
        ("https://api.example.com/%7Btenant%7D/v1/a",
         "https://api.example.com/${settings.tenant}/v1", ["tenant"]),
    ],
)  # fmt: skip
def test_placeholders_of_an_address_become_settings(
    url: str, base_url: str, names: list[str]
) -> None:
    call = read_curl(f"curl '{url}'")
    access, stripped = find_access(call, "acme"), strip_access(call, "acme")
    check(access, stripped)
    assert split_url(stripped.url or "")[0] == base_url
    assert list(access.settings) == names


def test_an_id_in_the_path_is_named_after_what_it_is_of() -> None:
    call = strip_access(read_curl("curl https://api.example.com/companies/:id/employees"), "acme")
    assert split_url(call.url or "") == (
        "https://api.example.com", "/companies/${settings.company_id}/employees",
    )  # fmt: skip


def test_placeholders_of_paging_are_known_parameters_and_no_settings() -> None:
    call = read_curl(f"curl '{URL}?page={{page}}&limit=<limit>&status=all'")
    stripped = strip_access(call, "acme")
    assert stripped.params == {"status": "all"}
    assert [one.name for one in stripped.known_params] == ["page", "limit"]
    assert find_access(call, "acme").settings == {}


def jwt(lifetime: int) -> str:
    claims = json.dumps({"iat": 1_700_000_000, "exp": 1_700_000_000 + lifetime}).encode()
    return f"eyJhbGciOiJub25lIn0.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.c2ln"


def test_a_token_of_an_hour_is_told() -> None:
    access = accessed(f"-H 'Authorization: Bearer {jwt(3600)}'")
    assert "lives for 60 minutes" in access.auth.evidence
    assert not access.auth.is_sure


def test_a_token_of_a_year_is_not() -> None:
    assert accessed(f"-H 'Authorization: Bearer {jwt(31_536_000)}'").auth.is_sure


def test_no_value_of_a_secret_is_in_what_is_written_or_shown() -> None:
    secret = "s3cr3t9f2a77"
    call = read_curl(
        f"curl '{URL}?token={secret}' -H 'X-Key: {secret}' -u 'a:{secret}' "
        f'--json \'{{"password": "{secret}"}}\''
    )
    access, stripped = find_access(call, "acme"), strip_access(call, "acme")
    assert secret not in repr(access)
    assert secret not in str((stripped.url, stripped.params, stripped.json))


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        (URL, ("https://api.example.com/v1", "/employees")),
        ("https://h.example.com/scim/v2/Users", ("https://h.example.com/scim/v2", "/Users")),
        ("https://h.example.com/api/users/active", ("https://h.example.com/api", "/users/active")),
        ("https://h.example.com/users.json", ("https://h.example.com", "/users.json")),
        ("https://h.example.com/api/gateway.php/${settings.company}/v1/employees/directory",
         ("https://h.example.com/api/gateway.php/${settings.company}/v1", "/employees/directory")),
        ("https://h.example.com/a/api/2024-01/people", ("https://h.example.com/a/api/2024-01",
                                                        "/people")),
        ("https://h.example.com/v1", ("https://h.example.com/v1", "")),
        ("https://h.example.com", ("https://h.example.com", "")),
        ("https://h.example.com/people/", ("https://h.example.com", "/people/")),
        ("${settings.url}/people", ("${settings.url}", "/people")),
    ],
)  # fmt: skip
def test_the_base_url_keeps_the_version(url: str, parts: tuple[str, str]) -> None:
    assert split_url(url) == parts


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(UsageError) as raised:
        split_url("people")
    assert raised.value.diagnostic.code == "address-not-usable"


NAMES = st.sampled_from(
    ["authorization", "x-api-key", "x-tenant", "token", "accept", "cookie", "x-foo", "id", "page"]
)
VALUES = st.one_of(
    st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20),
    st.sampled_from(["Bearer t", "Basic !!", "Digest", "${X}", "<a b>", "{x}", "$${", "Token a=b"]),
)


@given(
    headers=st.dictionaries(NAMES, VALUES),
    params=st.dictionaries(NAMES, VALUES),
    form=st.none() | st.dictionaries(NAMES, VALUES, min_size=1),
    credentials=st.none() | st.tuples(VALUES, VALUES),
    path=st.lists(st.sampled_from(["v1", "{id}", ":id", "<a>", "YOUR_ID", "a", "$count", "{{}}"])),
)
def test_whatever_a_request_holds_its_draft_is_a_valid_definition(
    headers: dict[str, str],
    params: dict[str, str],
    form: dict[str, str] | None,
    credentials: tuple[str, str] | None,
    path: list[str],
) -> None:
    call = Call(
        url="/".join(["https://{x}.example.com", *path]),
        method="GET" if form is None else "POST",
        params=params,
        headers=Headers(headers),
        form=form,
        credentials=credentials,
    )
    check(find_access(call, "acme"), strip_access(call, "acme"))


def test_a_key_in_a_header_of_one_word_becomes_a_setting() -> None:
    found = accessed("-H 'ACMEAPIKEY: 8hT3vLq0pXz1'")
    assert found.auth.value["method"] == "api_key"
    assert "8hT3vLq0pXz1" not in str((found.auth.value, found.headers))


def test_a_token_of_paging_in_one_word_is_no_credential() -> None:
    found = accessed("", URL + "?nextpagetoken=abc")
    assert found.auth.value == {"method": "none"}


def test_a_key_among_the_arguments_of_a_remote_call_becomes_a_setting() -> None:
    body = {"params": {"args": ["acme", 2, "4f1c9a7be03d5526c8a1", "hr.employee", [[]]]}}
    found = accessed(f"-d '{json.dumps(body)}' -H 'Content-Type: application/json'")
    call = strip_access(read_curl(f"curl '{URL}' -d '{json.dumps(body)}'"), "acme")
    assert "4f1c9a7be03d5526c8a1" not in str((found, call.json, call.form))
    assert [one.is_secret for one in found.settings.values()] == [True]
    assert not found.auth.is_sure


@pytest.mark.parametrize(
    "line",
    [
        "curl https://api.acme.test/v1/hooks/0123456789abcdef0123456789abcdef/people",
        "curl https://api.acme.test/v1/companies/7f3c1c1e-1111-4222-8333-444455556666/people",
        "curl https://api.acme.test/v1/companies/48213/people",
        "curl https://api.acme.test/v1/people -H 'X-Foo: SecretPw99'",
        "curl https://api.acme.test/v1/people -H 'X-User: ann@acme.test'",
        "curl https://api.acme.test/v1/people -H 'X-Foo: 7f3c1c1e-1111-4222-8333-444455556666'",
        "curl 'https://api.acme.test/v1/people?foo=0123456789abcdef0123456789abcdef'",
        "curl https://api.acme.test/v1/people -d foo=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjMifQ.c2ln",
        """curl https://api.acme.test/v1/people --json '{"foo": "q8Fk2LmZp7Rt5Xv9Bn3Cw1"}'""",
    ],
)
def test_what_may_be_a_credential_or_an_accounts_own_is_never_written(line: str) -> None:
    words = re.split(r"[\s/'?=:\"{},]+", line)
    secrets = {one for one in words if any(c.isdigit() for c in one) or "@" in one} - {"v1"}
    call = read_curl(line)
    access = find_access(call, "acme")
    left = strip_access(call, "acme")
    written = repr((left.url, dict(left.params), left.json, left.form, access.headers))
    written += repr((access.params, access.auth.value))
    assert not [one for one in secrets if one in written]
    assert secrets <= {one.value for one in access.settings.values()}


def test_words_of_the_api_stay_in_their_headers() -> None:
    line = "curl https://a.test/v1/people -H 'ConsistencyLevel: eventual' -H 'Prefer: minimal'"
    access = find_access(read_curl(line), "acme")
    assert set(access.headers.values()) == {"eventual", "minimal"}
