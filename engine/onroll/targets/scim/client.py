"""Ask a SCIM service: what is sent, and what its answers mean (RFC 7644, 3.12).

No message repeats what a service says: its `detail` often quotes the person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from onroll.diagnostics import Diagnostic
from onroll.errors import TargetError
from onroll.http.body import UnreadableBody, decode_json
from onroll.model import Request
from onroll.target import TARGET_FAILED, Refused, Stale

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.model import Response
    from onroll.target import Send
    from onroll.targets.scim.resource import Resource

__all__ = ["Lost", "NoSuchFilter", "ScimClient", "path_of"]

_MEDIA_TYPE: Final = "application/scim+json"

#: After these a write may have been done, or not.
_DOUBTFUL: Final = frozenset({408, 500, 502, 504})
#: Here the service as a whole says no, and waiting was over.
_NOT_NOW: Final = frozenset({425, 429, 503})


class Lost(Exception):
    """A write's answer was lost, or says nothing of whether it was done. `error` is why.

    `is_of_this_write` is true when the service answered that this write broke something: another
    person's may not.
    """

    def __init__(self, error: TargetError, *, is_of_this_write: bool = False) -> None:
        super().__init__(str(error))
        self.error = error
        self.is_of_this_write = is_of_this_write

    def given_up(self) -> TargetError | Refused:
        """Return what to raise when the write was tried often enough, and was not done."""
        if self.is_of_this_write:
            return Refused(TARGET_FAILED, "the target fails on this person: it answers 500")
        return self.error


class NoSuchFilter(TargetError):
    """The service cannot filter by this: which filters there are is its own choice."""


def path_of(endpoint: str, id_: str) -> str:
    """Return the path of one resource."""
    return f"{endpoint}/{quote(id_, safe='')}"


class ScimClient:
    """The endpoints of one service. `name` is the target's, for messages."""

    def __init__(self, name: str, base_url: str, send: Send) -> None:
        self.name = name
        self._base_url = base_url.rstrip("/")
        self._send = send

    def get(self, path: str, **params: str) -> Resource | None:
        """Return a resource or a list; None when there is nothing at this path (404).

        Raises `NoSuchFilter` when the service does not take the `filter` among the parameters.
        """
        response = self._asked("GET", path, params=tuple(params.items()))
        if response.status in (404, 410):
            return None
        if "filter" in params and response.status in (400, 403, 501):
            raise NoSuchFilter(*self._failed(response, "GET", path).diagnostics)
        if not response.is_success:
            raise self._failed(response, "GET", path)
        return self._decoded(response, path)

    def has(self, path: str) -> bool:
        """Whether a service has an endpoint; "not implemented" and "forbidden" are a no."""
        response = self._asked("GET", path, params=(("count", "0"),))
        if response.status in (403, 404, 405, 501):
            return False
        if not response.is_success:
            raise self._failed(response, "GET", path)
        return True

    def post(self, path: str, resource: Resource) -> Resource:
        """Create a resource, and return it. Raises `Refused` and `Lost`."""
        return self._written("POST", path, resource, None)

    def patch(self, path: str, message: Resource, version: str | None) -> Resource | None:
        """Change a resource; None when the answer does not show it. `version` is an ETag."""
        return self._written("PATCH", path, message, version) or None

    def put(self, path: str, resource: Resource, version: str | None) -> Resource | None:
        """Replace a resource; else as `patch`."""
        return self._written("PUT", path, resource, version) or None

    def wrong_answer(self, what: str) -> TargetError:
        """Return the error for an answer that makes no sense."""
        message = f"the target `{self.name}` {what}"
        hint = "is `base_url` the address of a SCIM 2.0 service?"
        return TargetError(Diagnostic("target-answer", message, hint=hint))

    def _asked(
        self,
        method: str,
        path: str,
        *,
        params: tuple[tuple[str, str], ...] = (),
        body: Resource | None = None,
        version: str | None = None,
    ) -> Response:
        headers = {"Accept": _MEDIA_TYPE}
        if body is not None:
            headers["Content-Type"] = _MEDIA_TYPE
        if version is not None:
            headers["If-Match"] = version
        url = self._base_url + path
        return self._send(Request(method, url, params=params, headers=headers, json=body))

    def _written(self, method: str, path: str, body: Resource, version: str | None) -> Resource:
        try:
            response = self._asked(method, path, body=body, version=version)
        except TargetError as error:
            raise Lost(error) from None
        if response.status == 204:
            return {}
        if response.is_success:
            return self._decoded(response, path)
        if response.status in _DOUBTFUL:
            failed = self._failed(response, method, path)
            raise Lost(failed, is_of_this_write=response.status == 500)
        if response.status in (401, *_NOT_NOW) or response.status >= 500:
            raise self._failed(response, method, path)
        raise _refusal(response)

    def _decoded(self, response: Response, path: str) -> Resource:
        try:
            body = decode_json(response)
        except UnreadableBody as error:
            raise self.wrong_answer(f"answers {_kind_of(path)} with no JSON") from error
        if not isinstance(body, dict):
            raise self.wrong_answer(f"answers {_kind_of(path)} with no object")
        return body

    def _failed(self, response: Response, method: str, path: str) -> TargetError:
        sentence, hint = _meaning(response.status)
        asked = f"{method} {_kind_of(path)}"
        return TargetError(
            Diagnostic(
                "target-failed",
                f"the target `{self.name}` answered {response.status} to {asked}: {sentence}",
                hint=hint,
            )
        )


def _kind_of(path: str) -> str:
    """Return a path without the id in it."""
    return "/" + path.split("/")[1]


def _meaning(status: int) -> tuple[str, str | None]:
    if status == 401:
        return "it does not accept the credentials", "check the target's `auth`"
    if status == 403:
        return "the credentials lack a right", "give them the right to read and write users"
    if status in _NOT_NOW:
        return "it cannot take requests now", "try again later"
    if status >= 500:
        return "it failed", "try again later, or tell whoever runs it"
    return "it refused the request", None


def _refusal(response: Response) -> Refused | Stale:
    kind = _scim_type(response)
    status = response.status
    if status == 412:
        return Stale()
    if status == 409 or kind == "uniqueness":
        return Refused("not_unique", "another user of the target has the same `username` or id")
    if status in (404, 410):
        return Refused("not_found", "the target does not have this user any more")
    if status == 403:
        return Refused("forbidden", "the target does not allow this write")
    if kind in ("invalidValue", "invalidSyntax"):
        return Refused("invalid_value", f"the target takes one of the values for wrong ({kind})")
    said = f", {kind}" if kind else ""
    return Refused("refused", f"the target refused the write ({status}{said})")


#: RFC 7644, 3.12. Others are not repeated: they might be anything.
_SCIM_TYPES: Final = frozenset(
    {
        "invalidFilter", "tooMany", "uniqueness", "mutability", "invalidSyntax", "invalidPath",
        "noTarget", "invalidValue", "invalidVers", "sensitive",
    }
)  # fmt: skip


def _scim_type(response: Response) -> str | None:
    try:
        body: Mapping[str, Any] = decode_json(response) or {}
    except UnreadableBody:
        return None
    kind = body.get("scimType") if isinstance(body, dict) else None
    return kind if isinstance(kind, str) and kind in _SCIM_TYPES else None
