"""Be the person and the provider of a sign-in."""

from urllib.parse import parse_qs, urlencode, urlsplit

from onroll.model import Request, Response, Token
from onroll.protocols import AuthMethod, Pause, SignIn, SignInFlow, Visit

REDIRECT = "http://127.0.0.1:49152/callback"


def sign_in(method: AuthMethod) -> SignInFlow:
    assert isinstance(method, SignIn)
    return method.sign_in(REDIRECT)


def visited(flow: SignInFlow) -> Visit:
    visit = next(flow)
    assert isinstance(visit, Visit)
    return visit


def query_of(url: str) -> dict[str, str]:
    return {name: "|".join(values) for name, values in parse_qs(urlsplit(url).query).items()}


def callback(visit: Visit, **parameters: str) -> str:
    """The address that the provider sends the browser to, with the state of the visit."""
    return f"{REDIRECT}?{urlencode({'state': query_of(visit.url)['state'], **parameters})}"


def requested(asked: Request | Visit | Pause) -> Request:
    assert isinstance(asked, Request)
    return asked


def ended(flow: SignInFlow, answer: Response) -> Token:
    try:
        asked = flow.send(answer)
    except StopIteration as done:
        token: Token = done.value
        return token
    msg = f"asks on: {asked}"
    raise AssertionError(msg)
