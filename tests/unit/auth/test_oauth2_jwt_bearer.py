"""`oauth2_jwt_bearer`: RFC 7523."""

import re
import time
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from onroll.errors import AuthenticationError
from onroll.fetch.address import Addresses
from onroll.fetch.source import Source
from onroll.http.client import HttpClient
from onroll.model import Limits
from onroll.protocols import AuthMethod
from onroll.redaction import Redactor

from .flow import BASE, PEOPLE, answer, applied, build, grant, refusal

_PEM = serialization.Encoding.PEM
_PLAIN = serialization.NoEncryption()
_PKCS8 = serialization.PrivateFormat.PKCS8
_RSA = rsa.generate_private_key(65537, 2048)
RSA_PEM = _RSA.private_bytes(_PEM, _PKCS8, _PLAIN).decode()
PUBLIC_PEM = (
    _RSA.public_key().public_bytes(_PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
)
ENCRYPTED_PEM = _RSA.private_bytes(
    _PEM, _PKCS8, serialization.BestAvailableEncryption(b"x")
).decode()
SHORT_PEM = rsa.generate_private_key(65537, 1024).private_bytes(_PEM, _PKCS8, _PLAIN).decode()
EC_PEM = ec.generate_private_key(ec.SECP256R1()).private_bytes(_PEM, _PKCS8, _PLAIN).decode()
EC_384_PEM = ec.generate_private_key(ec.SECP384R1()).private_bytes(_PEM, _PKCS8, _PLAIN).decode()
URL = "https://login.example.test/token"
GRANTED = answer({"access_token": "at-1", "expires_in": 3599})


def _method(**more: Any) -> AuthMethod:
    config = {"access_token_url": URL, "issuer": "robot@example.test", "private_key": RSA_PEM}
    return build("oauth2_jwt_bearer", **{**config, **more})


def _signed(method: AuthMethod, key: RSAKey | ECKey, algorithm: str) -> jwt.Token:
    """Return the assertion once its signature is verified."""
    (request,), _ = grant(method, GRANTED)
    return jwt.decode(dict(request.form or ())["assertion"], key, [algorithm])


def test_the_assertion_says_who_for_whom_and_how_long() -> None:
    token = _signed(_method(), RSAKey.import_key(PUBLIC_PEM), "RS256")
    claims = token.claims
    assert claims["iss"] == "robot@example.test"
    assert claims["aud"] == URL
    assert claims["exp"] - claims["iat"] == 3600
    assert "sub" not in claims
    assert "scope" not in claims
    assert token.header["alg"] == "RS256"
    assert "kid" not in token.header


def test_the_grant_is_named_as_the_rfc_does() -> None:
    (request,), token = grant(_method(), GRANTED)
    form = dict(request.form or ())
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert set(form) == {"grant_type", "assertion"}
    assert (token.value, token.lifetime) == ("at-1", 3599)


def test_subject_audience_key_id_lifetime_and_further_claims_are_taken() -> None:
    method = _method(
        subject="admin@example.test",
        audience="https://login.example.test",
        key_id="k-1",
        lifetime_seconds=300,
        claims={"box_sub_type": "enterprise"},
    )
    token = _signed(method, RSAKey.import_key(PUBLIC_PEM), "RS256")
    claims = token.claims
    assert claims["sub"] == "admin@example.test"
    assert claims["aud"] == "https://login.example.test"
    assert claims["exp"] - claims["iat"] == 300
    assert claims["box_sub_type"] == "enterprise"
    assert token.header["kid"] == "k-1"


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])
def test_each_rsa_algorithm_gives_a_signature_that_holds(algorithm: str) -> None:
    key = RSAKey.import_key(PUBLIC_PEM)
    assert _signed(_method(algorithm=algorithm), key, algorithm).claims["aud"] == URL


@pytest.mark.parametrize(("algorithm", "pem"), [("ES256", EC_PEM), ("ES384", EC_384_PEM)])
def test_each_elliptic_algorithm_gives_a_signature_that_holds(algorithm: str, pem: str) -> None:
    method = _method(algorithm=algorithm, private_key=pem)
    assert _signed(method, ECKey.import_key(pem), algorithm).claims["aud"] == URL


def test_line_breaks_may_be_escaped_as_in_json_key_files() -> None:
    method = _method(private_key=RSA_PEM.replace("\n", "\\n"))
    assert _signed(method, RSAKey.import_key(PUBLIC_PEM), "RS256").claims["aud"] == URL


@pytest.mark.parametrize(
    ("where", "in_claim", "in_parameter"),
    [(None, True, False), ("claim", True, False), ("parameter", False, True), ("both", True, True)],
)
def test_scopes_are_a_claim_a_parameter_or_both(
    where: str | None, *, in_claim: bool, in_parameter: bool
) -> None:
    more = {} if where is None else {"scope_in": where}
    method = _method(scopes=["a.read", "b"], **more)
    claims = _signed(method, RSAKey.import_key(PUBLIC_PEM), "RS256").claims
    form = dict(grant(method, GRANTED)[0][0].form or ())
    assert (claims.get("scope") == "a.read b") == in_claim
    assert (form.get("scope") == "a.read b") == in_parameter


def test_two_assertions_have_ids_of_their_own() -> None:
    key = RSAKey.import_key(PUBLIC_PEM)
    first, second = (_signed(_method(), key, "RS256").claims["jti"] for _ in range(2))
    assert first != second


def test_a_client_may_authenticate_beside_the_assertion() -> None:
    (request,), _ = grant(_method(client_id="app-1", client_secret="s-1"), GRANTED)
    assert request.headers["Authorization"] == "Basic YXBwLTE6cy0x"


@pytest.mark.parametrize(
    ("key", "algorithm", "reason"),
    [
        ("s3cr3t-text", "RS256", "it is no PEM text"),
        ("-----BEGIN PRIVATE KEY-----\nMIIs3cr3t\n-----END PRIVATE KEY-----", "RS256", "damaged"),
        (RSA_PEM[:400], "RS256", "damaged"),
        (ENCRYPTED_PEM, "RS256", "it is encrypted with a passphrase"),
        (PUBLIC_PEM, "RS256", "it is the public half"),
        (SHORT_PEM, "RS256", "it is shorter than 2048 bits"),
        (EC_PEM, "RS256", "it is of another kind than RS256 needs"),
        (RSA_PEM, "ES256", "it is of another kind than ES256 needs"),
        (EC_PEM, "ES384", "it is of another kind than ES384 needs"),
    ],
)
def test_a_key_that_cannot_sign_says_why_and_is_not_shown(
    key: str, algorithm: str, reason: str
) -> None:
    refused = refusal(_method(private_key=key, algorithm=algorithm))
    assert refused.code == "wrong-key"
    assert reason in refused.message
    shown = f"{refused.message} {refused.hint}"
    assert not [line for line in re.findall(r"[\w+/=]{11,}", key) if line in shown]


def test_the_access_token_goes_on_the_request() -> None:
    assert applied(_method(), PEOPLE, GRANTED).headers["Authorization"] == "Bearer at-1"


def test_a_provider_that_echoes_the_assertion_does_not_show_it() -> None:
    sent: list[str] = []

    def echo(request: httpx.Request) -> httpx.Response:
        sent.append(parse_qs(request.content.decode())["assertion"][0])
        return httpx.Response(400, json={"error": "invalid_grant", "got": sent[-1]})

    with HttpClient(Limits(), transport=httpx.MockTransport(echo)) as client:
        source = Source(client, _method(), Addresses(BASE, BASE), Redactor())
        with pytest.raises(AuthenticationError) as caught:
            source.ask(PEOPLE)
    exchange = caught.value.exchange
    assert exchange is not None
    assert exchange.body == '{"error":"invalid_grant","got":"[hidden]"}'
    assert sent[0] not in str(exchange)


@pytest.mark.parametrize("status", [400, 200])
def test_a_jwt_that_is_not_accepted_says_what_to_check(status: int) -> None:
    refused = refusal(_method(), answer({"error": "invalid_grant"}, status))
    assert refused.code == "credentials-refused"
    assert "invalid_grant: it does not accept the signed JWT" in refused.message
    assert refused.hint is not None
    assert refused.hint.startswith("check `issuer`, `subject` and `audience`")


@pytest.mark.parametrize(
    ("ahead_seconds", "said"),
    # Dates have whole seconds, and a busy machine takes some to look.
    [(600, r"60\d s ahead of"), (-600, r"600 s behind|59\d s behind")],
)
def test_a_clock_that_goes_wrong_is_named_first(ahead_seconds: int, said: str) -> None:
    dated = {"Date": formatdate(time.time() - ahead_seconds, usegmt=True)}
    hint = refusal(_method(), answer({"error": "invalid_grant"}, 400, dated)).hint
    assert hint is not None
    assert re.match(rf"this machine's clock is ({said}) the provider's", hint), hint


@pytest.mark.parametrize("dated", [None, "yesterday", ""])
def test_a_clock_that_goes_right_or_is_not_known_is_not_named(dated: str | None) -> None:
    date = formatdate(usegmt=True) if dated is None else dated
    refused = refusal(_method(), answer({"error": "invalid_grant"}, 400, {"Date": date}))
    assert "clock" not in f"{refused.message} {refused.hint}"


def test_an_issuer_without_the_right_is_told_so() -> None:
    refused = refusal(_method(), answer({"error": "unauthorized_client"}, 401))
    assert "unauthorized_client: the issuer may not do this" in refused.message
    assert refused.hint is not None
    assert "domain-wide delegation" in refused.hint


@pytest.mark.parametrize(
    ("client", "said"),
    [({}, "the issuer is not known"), ({"client_id": "app-1"}, "the client id or the client")],
)
def test_who_is_not_known_is_the_issuer_unless_a_client_is_named(
    client: dict[str, str], said: str
) -> None:
    refused = refusal(_method(**client), answer({"error": "invalid_client"}, 401))
    assert said in refused.message
