"""An OpenAPI file becomes calls with made-up answers: lists of people first."""

import json
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.definition.load import parse_definition
from onroll.drafting.access import split_url, strip_access
from onroll.drafting.curl import read_curl
from onroll.drafting.openapi import Described, described_as, read_openapi
from onroll.errors import UsageError
from onroll.model import Json

PERSON = {
    "allOf": [
        {"$ref": "#/components/schemas/Base"},
        {
            "type": "object",
            "properties": {
                "firstName": {"type": "string"},
                "lastName": {"type": "string"},
                "email": {"type": ["string", "null"], "format": "email"},
                "status": {"type": "string", "enum": ["ACTIVE", "ON_LEAVE", "LEFT", "HIRED"]},
                "startDate": {"type": "string", "format": "date", "description": "First  day."},
                "isContractor": {"type": "boolean"},
                "manager": {"$ref": "#/components/schemas/Person"},
                "urn:x:Cost": {"type": "string", "example": "C-1"},
                "pin": {"type": "string", "writeOnly": True},
            },
        },
    ]
}
LIST = {
    "type": "object",
    "properties": {
        "items": {"type": "array", "items": {"$ref": "#/components/schemas/Person"}},
        "total": {"type": "integer"},
        "hasMore": {"type": "boolean"},
        "links": {
            "type": "object",
            "properties": {"next": {"type": "string", "format": "uri"}, "prev": {"type": "string"}},
        },
    },
}


def specification(**changes: Json) -> dict[str, Json]:
    listed = {"description": "ok", "content": {"application/json": {"schema": LIST}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Acme People", "version": "1"},
        "servers": [{"url": "https://api.example.com/v2"}],
        "security": [{"bearer": []}],
        "paths": {
            "/teams": {"get": {"responses": {"200": {"content": {"application/json": {"schema": {
                "type": "array", "items": {"type": "object", "properties": {
                    "id": {"type": "string"}, "title": {"type": "string"}}}}}}}}}},
            "/employees/{id}": {"get": {"responses": {"200": listed}}},
            "/employees": {
                "parameters": [{"$ref": "#/components/parameters/Limit"}],
                "get": {
                    "summary": "List employees",
                    "parameters": [
                        {"name": "page", "in": "query",
                         "schema": {"type": "integer", "default": 1}},
                        {"name": "X-Tenant-Id", "in": "header", "required": True,
                         "schema": {"type": "string"}},
                        {"name": "include", "in": "query", "required": True,
                         "schema": {"type": "string", "enum": ["all", "none"]}},
                    ],
                    "responses": {"200": listed},
                },
                "post": {"operationId": "createEmployee", "responses": {"200": listed}},
            },
        },
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "parameters": {
                "Limit": {"name": "limit", "in": "query", "description": "How many.",
                          "schema": {"type": "integer", "default": 20, "maximum": 100}},
            },
            "schemas": {
                "Base": {"type": "object", "properties": {"id": {"type": "string",
                                                                "format": "uuid"}}},
                "Person": PERSON,
            },
        },
        **changes,
    }  # fmt: skip
    # Tests change it, and the schemas above are everybody's.
    return deepcopy(document)


def read(document: Json) -> list[Described]:
    return read_openapi(json.dumps(document).encode(), "api.json")


def first(**changes: Json) -> Described:
    described = read(specification(**changes))[0]
    check(described)
    return described


def body_of(described: Described) -> Json:
    assert described.call.answer is not None
    assert described.call.answer.is_described
    return described.call.answer.body


def check(described: Described) -> None:
    """Parse a definition with each way to authenticate."""
    call = strip_access(described.call, "acme")
    base_url, endpoint = split_url(call.url or "")
    for access in described.access:
        settings = {
            name: {"title": one.title, "secret": one.is_secret}
            | ({"default": one.default} if one.default else {})
            | ({"enum": list(one.values)} if one.values else {})
            for name, one in access.settings.items()
        }
        listing = {"endpoint": endpoint, "method": call.method, "resource_location": "items"}
        definition = {
            "format": 1, "name": "acme", "settings": settings, "base_url": base_url,
            "auth": dict(access.auth.value), "headers": dict(access.headers),
            "params": dict(access.params), "list_users": listing,
            "attributes": {"id": "id", "email": "email", "username": "email"},
        }  # fmt: skip
        parse_definition(json.dumps(definition))


def test_the_list_of_people_comes_first_with_its_title_and_likeness() -> None:
    described = first()
    assert described.operation == "GET /employees: List employees"
    assert described.title == "Acme People"
    assert described.call.url == "https://api.example.com/v2/employees"
    assert described.likeness > 0.5


def test_what_creates_people_is_no_list() -> None:
    assert all(one.call.method == "GET" for one in read(specification()))


def test_records_show_each_documented_value_and_differ_in_their_ids() -> None:
    records = body_of(first())["items"]
    assert {one["status"] for one in records} == {"ACTIVE", "ON_LEAVE", "LEFT", "HIRED"}
    assert {one["isContractor"] for one in records} == {True, False}
    assert len({one["id"] for one in records}) == len(records)
    assert len({one["email"] for one in records}) == len(records)
    assert all("@" in one["email"] for one in records)


def test_what_is_only_written_is_in_no_record() -> None:
    assert "pin" not in body_of(first())["items"][0]


def test_a_person_within_a_person_ends_somewhere() -> None:
    text = json.dumps(body_of(first())["items"][0])
    assert 1 <= text.count('"manager"') <= 6


def test_signs_of_a_further_page_are_plausible() -> None:
    body = body_of(first())
    assert body["total"] > len(body["items"])
    assert body["hasMore"] is True
    assert body["links"]["next"].startswith("https://api.example.com/v2/employees?page=")
    assert body["links"]["prev"] is None


def test_facts_of_fields_stand_at_their_written_paths() -> None:
    fields = first().call.fields
    assert fields["status"].values == ("ACTIVE", "ON_LEAVE", "LEFT", "HIRED")
    assert (fields["startDate"].format, fields["startDate"].description) == ("date", "First day.")
    assert fields["email"].kind == "string"
    assert '["urn:x:Cost"]' in fields


def test_parameters_are_known_and_required_ones_sent() -> None:
    call = first().call
    known = {one.name: one for one in call.known_params}
    assert (known["limit"].default, known["limit"].maximum) == (20, 100)
    assert known["page"].default == 1
    assert call.params == {"include": "all"}


def test_a_required_header_becomes_a_setting() -> None:
    access = first().access[0]
    assert access.headers == {"X-Tenant-ID": "${settings.tenant_id}"}
    assert set(access.settings) == {"token", "tenant_id"}


def test_an_example_of_the_file_gives_the_values() -> None:
    example = {"people": [{"id": 7, "email": "x@example.org", "office": "Mars"}], "count": 1}
    content = {"application/json": {"example": example}}
    described = first(paths={"/people": {"get": {"responses": {"200": {"content": content}}}}})
    body = body_of(described)
    assert body["people"][0]["id"] == 7
    assert body["people"][0]["office"] == "Mars"
    assert len(body["people"]) >= 3
    assert body["count"] >= len(body["people"])


def test_variables_of_a_server_become_settings_with_their_values() -> None:
    variables = {
        "company": {"default": "your-company", "description": "Your  sub-domain."},
        "region": {"default": "eu", "enum": ["eu", "us"]},
    }
    servers = [{"url": "https://{company}.{region}.example.com/api", "variables": variables}]
    described = first(servers=servers)
    settings = described.access[0].settings
    assert (settings["region"].default, settings["region"].values) == ("eu", ("eu", "us"))
    assert settings["company"].default is None
    assert settings["company"].description == "Your sub-domain."
    call = strip_access(described.call, "acme")
    assert split_url(call.url or "")[0] == (
        "https://${settings.company}.${settings.region}.example.com/api"
    )


def test_a_server_for_trials_is_not_taken() -> None:
    servers = [{"url": "https://sandbox.example.com"}, {"url": "https://api.example.com/v3"}]
    assert first(servers=servers).call.url == "https://api.example.com/v3/employees"


@pytest.mark.parametrize("servers", [[], [{"url": "/v3"}]])
def test_a_server_that_nobody_names_becomes_a_setting(servers: Json) -> None:
    described = first(servers=servers)
    assert (described.call.url or "").startswith("https://{host}/")
    assert "host" in described.access[0].settings


OAUTH = {"tokenUrl": "/oauth/token", "authorizationUrl": "https://login.example.com/authorize",
         "scopes": {"people.read": "", "people.write": ""}}  # fmt: skip


@pytest.mark.parametrize(
    ("scheme", "method"),
    [
        ({"type": "http", "scheme": "Basic"}, "basic"),
        ({"type": "http", "scheme": "digest"}, "digest"),
        ({"type": "http", "scheme": "GenieKey"}, "bearer"),
        ({"type": "apiKey", "in": "header", "name": "X-API-Key"}, "api_key"),
        ({"type": "apiKey", "in": "query", "name": "token"}, "api_key"),
        ({"type": "apiKey", "in": "header", "name": "Authorization"}, "bearer"),
        ({"type": "apiKey", "in": "cookie", "name": "sid"}, "none"),
        ({"type": "mutualTLS"}, "none"),
        ({"type": "openIdConnect", "openIdConnectUrl": "https://x.example.com"}, "bearer"),
        ({"type": "oauth2", "flows": {"implicit": OAUTH}}, "bearer"),
        ({"type": "oauth2", "flows": {"clientCredentials": OAUTH}}, "oauth2_client_credentials"),
        ({"type": "oauth2", "flows": {"authorizationCode": OAUTH}}, "oauth2_authorization_code"),
        ({"type": "oauth2", "flows": {"password": OAUTH}}, "oauth2_password"),
    ],
)
def test_each_security_scheme_has_its_method(scheme: Json, method: str) -> None:
    document = specification(security=[{"it": []}])
    document["components"]["securitySchemes"] = {"it": scheme}
    described = read(document)[0]
    check(described)
    assert [one.auth.value["method"] for one in described.access] == [method]


def test_a_relative_token_url_and_the_scopes_that_read_are_written() -> None:
    document = specification(security=[{"it": []}])
    flows = {"clientCredentials": OAUTH}
    document["components"]["securitySchemes"] = {"it": {"type": "oauth2", "flows": flows}}
    section = read(document)[0].access[0].auth.value
    assert section["access_token_url"] == "https://api.example.com/oauth/token"
    assert section["scopes"] == ["people.read"]


def test_of_several_ways_none_is_sure_and_keys_asked_for_together_go_together() -> None:
    document = specification(security=[{"a": [], "b": []}, {"bearer": []}])
    document["components"]["securitySchemes"] |= {
        "a": {"type": "apiKey", "in": "header", "name": "X-App-Id"},
        "b": {"type": "apiKey", "in": "header", "name": "X-App-Key"},
    }
    described = read(document)[0]
    check(described)
    assert not any(one.auth.is_sure for one in described.access)
    keys = next(one for one in described.access if one.auth.value["method"] == "api_key")
    assert [key["name"] for key in keys.auth.value["keys"]] == ["X-App-Id", "X-App-Key"]


def test_a_search_by_post_has_a_body_with_what_is_required_and_what_pages() -> None:
    body = {"type": "object", "required": ["query"], "properties": {
        "query": {"type": "string", "default": "*"}, "limit": {"type": "integer", "default": 50},
        "comment": {"type": "string"}}}  # fmt: skip
    post = {
        "requestBody": {"content": {"application/json": {"schema": body}}},
        "responses": {"200": {"content": {"application/json": {"schema": LIST}}}},
    }
    described = first(paths={"/people/search": {"post": post}})
    assert described.call.method == "POST"
    assert described.call.json == {"query": "*", "limit": 50}


def test_yaml_is_read_as_json_is() -> None:
    text = """
openapi: 3.0.3
info: {title: Acme}
servers: [{url: https://api.example.com}]
paths:
  /users:
    get:
      responses:
        200:
          content:
            application/json:
              schema: {type: array, items: &user {type: object, properties: {id: {type: integer},
                userName: {type: string, nullable: true}, no: {type: string, enum: [no, yes]}}}}
  /members: {get: {responses: {default: {content: {application/json: {schema: {type: array,
    items: *user}}}}}}}
"""
    described = read_openapi(text.encode(), "api.yaml")
    assert {one.call.url for one in described} == {
        "https://api.example.com/users", "https://api.example.com/members",
    }  # fmt: skip
    assert described[0].call.fields["no"].values == ("no", "yes")


def test_the_operation_of_a_curl_line_is_found() -> None:
    described = read(specification())
    call = read_curl("curl https://other.example.com/v2/employees?limit=5")
    found = described_as(described, call)
    assert found is not None
    assert found.operation.startswith("GET /employees:")
    assert described_as(described, read_curl("curl https://api.example.com/x/y")) is None


@pytest.mark.parametrize(
    ("raw", "word", "hint"),
    [
        (b'{"swagger": "2.0", "paths": {}}', "Swagger 2", "swagger2openapi"),
        (b'{"openapi": "3.0.0"}', "no `paths`", "cannot list"),
        (b"just text", "no OpenAPI file", "openapi: 3."),
        (b"", "holds nothing", ""),
        (b"a: [", "neither JSON nor YAML", ""),
        (b"\xff\xfe\x00", "not UTF-8", "UTF-8"),
        (b'{"openapi": "3.0.0", "paths": {"/a": {}}}', "none of its calls", "curl"),
        (
            b'{"openapi": "3.0.0", "paths": {"/people": {"$ref": "people.yaml#/list"}}}',
            "`people.yaml`",
            "bundle",
        ),
    ],
)
def test_what_is_no_usable_specification_is_refused_with_a_way_out(
    raw: bytes, word: str, hint: str
) -> None:
    with pytest.raises(UsageError) as raised:
        read_openapi(raw, "api.json")
    assert raised.value.diagnostic.code == "openapi-not-usable"
    assert word in raised.value.diagnostic.message
    assert hint in (raised.value.diagnostic.hint or "")


def test_aliases_that_multiply_cost_nothing() -> None:
    levels = "".join(f"  l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 60))
    text = f"openapi: 3.0.0\npaths:\n  /a: {{}}\nx-bomb:\n  l0: &l0 [a]\n{levels}"
    with pytest.raises(UsageError):
        read_openapi(text.encode(), "bomb.yaml")


def test_fields_that_multiply_by_aliases_are_read_within_bounds() -> None:
    levels = ""
    for n in range(1, 40):
        inner = ", ".join(f"{key}: *l{n - 1}" for key in "abcdefghi")
        levels += f"l{n}: &l{n} {{type: object, properties: {{{inner}}}}}\n"
    schema = "{schema: {type: array, items: *l39}}"
    answer = f"{{'200': {{content: {{application/json: {schema}}}}}}}"
    text = (
        "openapi: 3.0.0\nl0: &l0 {type: object, properties: {id: {type: string}}}\n"
        f"{levels}paths: {{/people: {{get: {{responses: {answer}}}}}}}\n"
    )
    assert len(read_openapi(text.encode(), "bomb.yaml")) == 1


def test_a_key_that_multiplies_is_not_written_out() -> None:
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 40))
    text = f"openapi: 3.0.0\nl0: &l0 [a]\n{levels}? *l39\n: x\n"
    with pytest.raises(UsageError):
        read_openapi(text.encode(), "bomb.yaml")


def test_schemas_that_multiply_are_read_within_bounds() -> None:
    schemas = {
        f"S{n}": {"allOf": [{"$ref": f"#/components/schemas/S{n + 1}"}] * 9} for n in range(40)
    }
    document = specification()
    document["components"]["schemas"] |= schemas
    listed = {"type": "array", "items": {"$ref": "#/components/schemas/S0"}}
    document["paths"]["/bomb"] = {
        "get": {"responses": {"200": {"content": {"application/json": {"schema": listed}}}}}
    }
    assert read(document)[0].operation.startswith("GET /employees")


@given(st.data())
def test_a_document_with_anything_in_it_is_read_or_refused(data: st.DataObject) -> None:
    anything = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)
        | st.text(max_size=4),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
            st.sampled_from(["$ref", "type", "properties", "items", "allOf", "enum", "example",
                             "get", "responses", "200", "content", "application/json", "schema",
                             "name", "in", "url", "oneOf", "additionalProperties", "parameters"]),
            inner, max_size=4),
        max_leaves=10,
    )  # fmt: skip
    document = specification()
    target: Json = document
    for _ in range(data.draw(st.integers(1, 9))):
        keys = list(target) if isinstance(target, dict) else list(range(len(target)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(target[key], dict | list) or not target[key]:
            break
        target = target[key]
    keys = list(target) if isinstance(target, dict) else list(range(len(target)))
    target[data.draw(st.sampled_from(keys))] = data.draw(anything)
    try:
        described = read(document)
    except UsageError:
        return
    for one in described:
        json.dumps(one.call.answer.body if one.call.answer else None)
        check(one)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(raw: bytes) -> None:
    for whole in (raw, b"openapi: 3.0.0\npaths:\n " + raw, b'{"openapi": "3.0.0", "paths":' + raw):
        with pytest.raises(UsageError):
            read_openapi(whole, "api.yaml")
