"""`WWW-Authenticate`: RFC 9110, 11.6.1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.auth.challenge import Challenge, parameters_in, parse_challenges


@pytest.mark.parametrize(
    ("header", "challenges"),
    [
        ("", []),
        ("Basic", [("basic", {})]),
        ('Basic realm="x"', [("basic", {"realm": "x"})]),
        ('Digest realm="a, b", Nonce=1', [("digest", {"realm": "a, b", "nonce": "1"})]),
        (
            'Digest qop="auth,auth-int",algorithm=MD5 , Basic realm="x"',
            [("digest", {"qop": "auth,auth-int", "algorithm": "MD5"}), ("basic", {"realm": "x"})],
        ),
        (
            'Negotiate, Digest nonce="n", Digest nonce="m"',
            [("negotiate", {}), ("digest", {"nonce": "n"}), ("digest", {"nonce": "m"})],
        ),
        ('NTLM TlRMTVNTUAAC==, Digest nonce="n"', None),
        ('Digest realm = "a" ,nonce = n', [("digest", {"realm": "a", "nonce": "n"})]),
        ('Digest realm="Circle of \\"Life\\""', [("digest", {"realm": 'Circle of \\"Life\\"'})]),
        (
            'Newauth realm="apps", type=1, title="Login to \\"apps\\"", Basic realm="simple"',
            [
                ("newauth", {"realm": "apps", "type": "1", "title": 'Login to \\"apps\\"'}),
                ("basic", {"realm": "simple"}),
            ],
        ),
    ],
)
def test_challenges_are_read_in_order(
    header: str, challenges: list[tuple[str, dict[str, str]]] | None
) -> None:
    found = parse_challenges(header)
    if challenges is None:
        assert found[-1] == Challenge("digest", {"nonce": "n"})
    else:
        assert found == [Challenge(scheme, parameters) for scheme, parameters in challenges]


def test_a_header_without_scheme_has_parameters_alone() -> None:
    assert parameters_in('nextnonce="n-2", qop=auth') == {"nextnonce": "n-2", "qop": "auth"}


@given(st.text(alphabet='Digest ,="\\x%\t', max_size=60))
def test_any_header_is_read_to_its_end(header: str) -> None:
    for one in parse_challenges(header):
        assert one.scheme
    parameters_in(header)
