"""A curl line as pages, tools and browsers give it becomes a call; guesses are told."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.drafting.curl import read_curl
from onroll.errors import UsageError

URL = "https://api.example.com/v1/employees"


def refused(line: str) -> UsageError:
    with pytest.raises(UsageError) as raised:
        read_curl(line)
    return raised.value


def test_a_vendors_page_gives_address_query_and_headers() -> None:
    call = read_curl(
        f"""curl --request GET \\
              --url '{URL}?limit=10&offset=0' \\
              --header 'accept: application/json' \\
              -H "Authorization: Bearer t-1" """
    )
    assert (call.url, call.method) == (URL, "GET")
    assert list(call.params.items()) == [("limit", "10"), ("offset", "0")]
    assert call.headers["Authorization"] == "Bearer t-1"
    assert call.notes == ()


def test_a_browsers_line_for_windows_loses_its_carets() -> None:
    call = read_curl(
        'curl ^"https://x.example.com/api/users?a=1^&b=%^20c^" ^\r\n'
        '  -H ^"sec-ch-ua: ^\\^"Chromium^\\^"^" ^\r\n'
        '  --data-raw ^"^{^\\^"limit^\\^":10^}^"'
    )
    assert (call.url, call.method) == ("https://x.example.com/api/users", "POST")
    assert call.params == {"a": "1", "b": " c"}
    assert call.headers["sec-ch-ua"] == '"Chromium"'
    assert call.json == {"limit": 10}


def test_a_quote_of_bash_with_escapes_is_read() -> None:
    call = read_curl(f'curl {URL} --data-raw $\'{{"name":"it\\\'s \\u0041\\x42"}}\'')
    assert call.json == {"name": "it's AB"}


def test_what_follows_a_pipe_and_a_prompt_in_front_are_left_out() -> None:
    call = read_curl(f"# list people\n$ curl -s {URL} | jq '.data'")
    assert (call.url, call.notes) == (URL, ())


def test_quotes_of_a_word_processor_are_quotes() -> None:
    call = read_curl(f"curl {URL} -H \u201cX-Api-Key: k-1\u201d")
    assert call.headers["x-api-key"] == "k-1"


def test_options_may_stick_to_their_values_and_to_each_other() -> None:
    call = read_curl(f"curl -sSLXPOST -H'X-A: 1' -uada:pw -dlimit=5 {URL}")
    assert (call.method, call.headers["x-a"], call.credentials) == ("POST", "1", ("ada", "pw"))
    assert call.form == {"limit": "5"}


def test_data_makes_a_post_of_a_form() -> None:
    call = read_curl(f"curl -d a=1 --data-urlencode 'b=x y&z' {URL}")
    assert (call.method, call.form, call.json) == ("POST", {"a": "1", "b": "x y&z"}, None)


@pytest.mark.parametrize("option", ["--json", "-H 'Content-Type: application/json' -d"])
def test_json_is_read_as_json(option: str) -> None:
    call = read_curl(f"""curl {URL} {option} '{{"page": {{"size": 10}}}}'""")
    assert (call.method, call.json, call.form) == ("POST", {"page": {"size": 10}}, None)


def test_get_puts_the_data_into_the_query() -> None:
    call = read_curl(f"curl -G '{URL}?a=1' -d limit=5 --data-urlencode 'q=x y' --url-query z=9")
    assert (call.method, call.form) == ("GET", None)
    assert call.params == {"a": "1", "z": "9", "limit": "5", "q": "x y"}


def test_a_form_sent_by_get_is_told() -> None:
    call = read_curl(f"curl -X GET {URL} -d limit=5")
    assert (call.method, call.params, call.form) == ("GET", {"limit": "5"}, None)
    assert "query parameters" in call.notes[0]


def test_a_multipart_form_becomes_a_plain_one() -> None:
    call = read_curl(f"curl -F report=people -F 'format=json;type=text/plain' {URL}")
    assert call.form == {"report": "people", "format": "json"}
    assert "multipart" in call.notes[0]


def test_credentials_leave_the_address() -> None:
    call = read_curl("curl https://ada:p%40ss@api.example.com/people")
    assert call.url == "https://api.example.com/people"
    assert call.credentials == ("ada", "p@ss")


def test_a_bearer_option_and_digest_become_headers() -> None:
    assert read_curl(f"curl --oauth2-bearer t-1 {URL}").headers["authorization"] == "Bearer t-1"
    call = read_curl(f"curl --digest -u ada:pw {URL}")
    assert (call.headers["authorization"], call.credentials) == ("Digest", ("ada", "pw"))


@pytest.mark.parametrize(
    "line", [f"curl '{URL}?a={{company}}'", "curl {{base_url}}/people/:id", f"curl {URL}?a=$B"]
)
def test_placeholders_stay(line: str) -> None:
    call = read_curl(line)
    assert call.url in (URL, "{{base_url}}/people/:id")
    assert call.params.get("a") in (None, "{company}", "$B")


def test_a_blank_in_an_unquoted_placeholder_does_not_end_the_address() -> None:
    assert read_curl("curl https://<tenant host>/users").url == "https://<tenant_host>/users"


def test_a_repeated_parameter_is_told_by_its_name() -> None:
    call = read_curl(f"curl '{URL}?f=one&f=two'")
    assert call.params == {"f": "two"}
    assert len(call.notes) == 1
    assert call.notes[0].startswith("`f` stands more than once, and only the last value is kept")


@pytest.mark.parametrize(
    ("option", "word"),
    [
        ("-k", "certificates are always verified"),
        ("-x http://proxy.example.com", "HTTPS_PROXY"),
        ("--frobnicate", "`--frobnicate`"),
        ("--cert me.pem", "`tls`"),
        ("--ntlm", "does not know"),
        ("-I", "GET is taken"),
    ],
)
def test_what_is_not_followed_is_told(option: str, word: str) -> None:
    call = read_curl(f"curl {option} {URL}")
    assert (call.url, call.method) == (URL, "GET")
    assert word in " ".join(call.notes)


def test_an_address_without_scheme_is_taken_for_https() -> None:
    call = read_curl("curl api.example.com/people")
    assert call.url == "https://api.example.com/people"
    assert "https://" in call.notes[0]


def test_an_address_alone_is_enough() -> None:
    assert read_curl(f" {URL}?limit=5 ").params == {"limit": "5"}


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("wget https://api.example.com", "no curl line"),
        ("Invoke-RestMethod -Uri https://api.example.com", "PowerShell"),
        ("curl -H 'A: b'", "no address"),
        ("curl 'https://api.example.com", "never closed"),
        (f"curl {URL} -H", "without its value"),
        (f"curl {URL} -d @body.json", "sends a file"),
        (f"curl {URL} -F file=@people.csv", "sends a file"),
        (f"curl -X DELETE {URL}", "another method"),
        ("curl ftp://example.com/x", "no https:// URL"),
        (f"curl {URL} -d '{{\"limit\": <n>}}'", "cut or broken"),
        (f"curl {URL} -H 'Content-Type: text/xml' -d '<a/>'", "`text/xml`"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(line: str, word: str) -> None:
    error = refused(line)
    assert error.diagnostic.code == "curl-not-readable"
    assert word in error.diagnostic.message


def test_no_message_and_no_repr_shows_a_secret() -> None:
    secret = "s3cr3t-9f2"
    error = refused(f"curl -u a:{secret} -H 'X-Api-Key: {secret}' -d '{{\"k\": \"{secret}\"' {URL}")
    assert secret not in str(error)
    line = f"curl '{URL}?k={secret}' -u a:{secret} -H 'K: {secret}' -d k={secret} --bad-{1}"
    call = read_curl(line)
    assert secret not in repr(call)
    assert secret not in " ".join(call.notes)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    for line in (text, f"curl {text}", f"curl {URL} {text}"):
        with suppress(UsageError):
            assert read_curl(line).url


@given(
    st.lists(
        st.sampled_from(
            [
                URL,
                "-d",
                "-H",
                "-X",
                "-G",
                "-u",
                "-F",
                "--json",
                "-b",
                "{}",
                "a=1",
                "$'",
                "'",
                '"',
                "^",
                "\\",
                "\n",
                "A: b",
                "@f",
                "$(x)",
                "POST",
                "http://[",
                "{{x}}",
                "%",
                "--",
                "-",
            ]
        ),
        max_size=12,
    )
)
def test_any_line_of_options_is_read_or_refused(words: list[str]) -> None:
    try:
        call = read_curl(" ".join(["curl", *words]))
    except UsageError:
        return
    json.dumps(call.json)
