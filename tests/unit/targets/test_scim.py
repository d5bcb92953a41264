"""The SCIM target against a service that loses answers, pages badly, or says no."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from sqlalchemy import create_engine

from onroll.errors import TargetError
from onroll.service.targets import TargetOptions, open_target
from onroll.target import Change, Draft, Refused, Stale

from .scim_service import BASE, ENTERPRISE, ScimService

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.target import Target

ADA = Draft(
    "s-1",
    {
        "username": "ada",
        "email": "ada@example.com",
        "first_name": "Ada",
        "last_name": "Lovelace",
    },
    "active",
)
LOST = [502, 500, httpx.ReadError("cut"), httpx.ReadTimeout("late")]
IDS = ["502", "500", "cut", "late"]


@contextmanager
def opened(service: ScimService, **config: Any) -> Iterator[Target]:
    written = {"base_url": BASE, "auth": {"method": "bearer", "token": "t-1234"}, **config}
    options = TargetOptions(transport=httpx.MockTransport(service), attempts=1)
    engine = create_engine("sqlite://")
    with open_target("acme", "scim", written, engine, options) as target:
        yield target
    engine.dispose()


def crowd(service: ScimService, count: int) -> ScimService:
    for number in range(count):
        id_ = f"u-{number}"
        service.users[id_] = {"id": id_, "userName": id_, "active": True}
    return service


def read_ids(service: ScimService, **config: Any) -> list[str]:
    with opened(service, **config) as target:
        return [one.id for page in target.users() for one in page]


# --- the list ------------------------------------------------------------------------------------


def test_pages_are_stepped_by_what_was_received() -> None:
    service = crowd(ScimService(cap=10), 95)
    assert len(set(read_ids(service, page_size=50))) == 95


def test_nobody_is_a_list_too() -> None:
    assert read_ids(ScimService()) == []


def test_a_list_in_another_order_each_time_is_read_once_more() -> None:
    # Sorted, as the service can. Without that the second reading would be as good as the first.
    service = crowd(ScimService(cap=10, is_shuffled=True, can_sort=True), 95)
    ids = read_ids(service)
    assert len(ids) == len(set(ids)) == 95


@pytest.mark.parametrize(
    "service",
    [
        ScimService(cap=10, ignores_start=True),
        ScimService(cap=10, is_shuffled=True),
        ScimService(total=96),
        ScimService(total=20),
    ],
    ids=["ignores-start", "shuffled", "one-is-missing", "more-than-said"],
)
def test_a_list_that_is_not_whole_is_an_error(service: ScimService) -> None:
    with pytest.raises(TargetError, match="does not give all of /Users") as caught:
        read_ids(crowd(service, 95))
    assert caught.value.exit_code == 5
    assert len(service.asked) < 50


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json={"Resources": []}),
        httpx.Response(200, json={"totalResults": "many", "Resources": []}),
        httpx.Response(200, json={"totalResults": 1, "Resources": {"id": "u-1"}}),
        httpx.Response(200, json={"totalResults": 1, "Resources": [{"userName": "ada"}]}),
        httpx.Response(200, json=[]),
        httpx.Response(404),
    ],
    ids=["no-total", "odd-total", "no-list", "no-id", "no-object", "nothing"],
)
def test_an_answer_that_makes_no_sense_is_an_error(answer: httpx.Response) -> None:
    service = ScimService(has_groups=False)
    with opened(service) as target:
        service.refuse = [answer]
        with pytest.raises(TargetError, match="the target `acme`") as caught:
            list(target.users())
    assert caught.value.diagnostic.code == "target-answer"


def test_the_page_size_is_what_the_service_allows() -> None:
    service = crowd(ScimService(), 3)
    service.refuse = [httpx.Response(200, json={"filter": {"maxResults": 2}})]
    read_ids(service)
    assert service.asked[-1].url.params["count"] == "2"


# --- lost answers --------------------------------------------------------------------------------


@pytest.mark.parametrize("how", LOST, ids=IDS)
def test_a_user_whose_creation_was_lost_is_found_and_not_made_twice(how: Any) -> None:
    service = ScimService(lose=1, loses_by=how)
    with opened(service) as target:
        created = target.create(ADA)
    assert created.attributes == ADA.attributes
    assert len(service.users) == len(service.writes("POST")) == 1


def test_a_creation_that_was_not_done_is_begun_again() -> None:
    service = ScimService()
    with opened(service) as target:
        service.refuse = [httpx.Response(502)]
        created = target.create(ADA)
    assert list(service.users) == [created.id]
    assert len(service.writes("POST")) == 2


def test_a_creation_that_no_gateway_lets_through_ends_the_run() -> None:
    service = ScimService(has_groups=False)
    with opened(service) as target:
        nobody = httpx.Response(200, json={"totalResults": 0})
        service.refuse = [httpx.Response(502), nobody] * 3
        with pytest.raises(TargetError, match="answered 502 to POST /Users"):
            target.create(ADA)
    assert service.users == {}


def test_one_person_on_whom_the_service_breaks_is_refused_and_does_not_end_the_run() -> None:
    service = ScimService(has_groups=False)
    with opened(service) as target:
        nobody = httpx.Response(200, json={"totalResults": 0})
        service.refuse = [httpx.Response(500), nobody] * 3
        with pytest.raises(Refused, match="fails on this person") as caught:
            target.create(ADA)
    assert caught.value.code == "target_failed"
    assert service.users == {}


@pytest.mark.parametrize(
    "theirs",
    [{"externalId": "s-2"}, {"emails": [{"type": "work", "value": "other@example.com"}]}],
    ids=["other-id", "other-email"],
)
def test_somebody_else_of_that_name_is_never_taken_for_the_lost_one(theirs: Any) -> None:
    service = ScimService()
    emails = [{"type": "work", "value": "ada@example.com"}]
    other = {"id": "u-9", "userName": "ada", "externalId": "s-1", "emails": emails}
    service.users["u-9"] = {**other, **theirs}
    with opened(service) as target:
        service.refuse = [httpx.Response(502)]
        with pytest.raises(Refused) as caught:
            target.create(ADA)
    assert caught.value.code == "not_unique"


def test_a_name_that_was_there_before_is_refused_even_with_our_source_id() -> None:
    # Source ids of two connections may be the same: without a lost answer nobody is taken over.
    service = ScimService()
    with opened(service) as target:
        target.create(ADA)
        with pytest.raises(Refused):
            target.create(ADA)


@pytest.mark.parametrize("can_patch", [True, False])
@pytest.mark.parametrize("how", LOST, ids=IDS)
def test_a_change_whose_answer_was_lost_is_done_once(how: Any, can_patch: bool) -> None:
    service = ScimService(can_patch=can_patch)
    with opened(service) as target:
        user = target.create(ADA)
        service.lose, service.loses_by = 1, how
        changed = target.update(user, Change(attributes={"phone": "+49 30 1"}))
    assert changed.attributes["phone"] == "+49 30 1"
    assert len(service.writes()) == 2


def test_a_change_that_was_not_done_is_begun_again() -> None:
    service = ScimService()
    with opened(service) as target:
        user = target.create(ADA)
        service.refuse = [httpx.Response(504)]
        assert target.update(user, Change(state="suspended")).state == "suspended"


@pytest.mark.parametrize("has_etags", [True, False])
def test_a_lost_change_of_a_user_that_another_wrote_meanwhile_is_stale(has_etags: bool) -> None:
    service = ScimService(has_etags=has_etags)
    with opened(service) as target:
        user = target.create(ADA)
        seen = service.users[user.id]
        theirs = {**seen, "nickName": "Countess", "meta": {"version": 'W/"other"'}}
        if not has_etags:
            del theirs["meta"]
        # It is read before the write only where there is no ETag to send.
        before = [] if has_etags else [httpx.Response(200, json=seen)]
        service.refuse = [*before, httpx.Response(504)]
        service.users[user.id] = theirs
        with pytest.raises(Stale):
            target.update(user, Change(attributes={"job_title": "Captain"}))
    assert service.users[user.id] == theirs
    assert len(service.writes("PATCH")) == 1


@pytest.mark.parametrize("how", LOST, ids=IDS)
def test_a_group_whose_creation_was_lost_is_not_made_twice(how: Any) -> None:
    service = ScimService()
    with opened(service) as target:
        user = target.create(ADA)
        service.lose, service.loses_by = 1, how
        assert target.update(user, Change(join=("Sales",))).groups == {"Sales"}
    assert [one["displayName"] for one in service.groups.values()] == ["Sales"]


def test_a_group_inside_a_group_is_no_member() -> None:
    service = crowd(ScimService(), 1)
    members = [{"value": "u-0", "type": "Group"}, {"value": "u-1", "type": "User"}, {}, None]
    service.groups["g-1"] = {"id": "g-1", "displayName": "All", "members": members}
    with opened(service) as target:
        user = target.read("u-0")
    assert user is not None
    assert user.groups == frozenset()


def test_a_group_that_is_gone_is_made_again() -> None:
    service = ScimService()
    with opened(service) as target:
        user = target.update(target.create(ADA), Change(join=("Sales",)))
        bob = target.create(replace(ADA, source_id="s-2", attributes={"username": "bob"}))
        service.groups.clear()
        target.update(bob, Change(join=("Sales",)))
    assert [one["members"] for one in service.groups.values()] == [[{"value": bob.id}]]
    assert user.groups == {"Sales"}


def test_a_group_that_somebody_else_made_meanwhile_is_joined() -> None:
    service = ScimService()
    with opened(service) as target:
        user = target.create(ADA)
        service.groups["g-1"] = {"id": "g-1", "displayName": "Sales", "members": []}
        service.refuse = [httpx.Response(200, json=service.users[user.id]), httpx.Response(409)]
        target.update(user, Change(join=("Sales",)))
    assert service.groups["g-1"]["members"] == [{"value": user.id}]


def test_a_change_without_etags_is_made_under_what_was_read_just_now() -> None:
    service = ScimService(has_etags=False)
    with opened(service) as target:
        user = target.create(ADA)
        service.users[user.id]["title"] = "Captain"
        with pytest.raises(Stale):
            target.update(user, Change(state="suspended"))
    assert service.writes("PATCH") == []


@pytest.mark.parametrize("id_", ["a/b", "a b?c#d", "ü%2F"])
def test_an_id_stays_one_part_of_the_path(id_: str) -> None:
    service = ScimService(users={id_: {"id": id_, "userName": "ada"}})
    with opened(service) as target:
        user = target.read(id_)
        assert user is not None
        assert target.update(user, Change(state="suspended")).state == "suspended"


# --- what is sent --------------------------------------------------------------------------------


def test_a_patch_holds_only_what_changed_under_the_version_that_was_seen() -> None:
    service = ScimService()
    with opened(service) as target:
        user = target.create(ADA)
        change = Change(attributes={"department": "Engines", "first_name": "Ada"}, state="active")
        target.update(user, change)
    assert service.bodies("PATCH")[0]["Operations"] == [
        {"op": "replace", "path": f"{ENTERPRISE}:department", "value": "Engines"}
    ]
    assert service.writes("PATCH")[0].headers["If-Match"] == user.version


def test_a_change_that_changes_nothing_is_not_sent() -> None:
    service = ScimService()
    with opened(service) as target:
        user = target.create(ADA)
        assert target.update(user, Change(attributes={"first_name": "Ada"})) == user
    assert service.writes("PATCH") == []


def test_members_of_a_group_are_sent_one_by_one() -> None:
    service = ScimService()
    members = [{"value": f"m-{number}"} for number in range(1_000)]
    service.groups["g-1"] = {"id": "g-1", "displayName": "All", "members": members}
    with opened(service) as target:
        user = target.update(target.create(ADA), Change(join=("All",)))
        target.update(user, Change(leave=("All",)))
    assert [body["Operations"] for body in service.bodies("PATCH")] == [
        [{"op": "add", "path": "members", "value": [{"value": user.id}]}],
        [{"op": "remove", "path": f'members[value eq "{user.id}"]'}],
    ]


@pytest.mark.parametrize("wants", [True, False])
def test_a_password_is_sent_only_where_the_target_wants_one(wants: bool) -> None:
    service = ScimService()
    with opened(service, set_passwords=wants) as target:
        assert (target.capabilities.passwords is not None) is wants
        target.create(replace(ADA, password="pass-1" if wants else None))
    assert ("password" in service.bodies("POST")[0]) is wants


def test_a_service_without_groups_has_none() -> None:
    with opened(ScimService(has_groups=False)) as target:
        assert not target.capabilities.has_groups
        user = target.create(ADA)
        assert user.groups == frozenset()
        with pytest.raises(Refused):
            target.update(user, Change(join=("Sales",)))


# --- what it says --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (400, "invalidValue", "invalid_value"),
        (400, "invalidSyntax", "invalid_value"),
        (400, "uniqueness", "not_unique"),
        (400, None, "refused"),
        (403, None, "forbidden"),
        (409, None, "not_unique"),
        (413, None, "refused"),
        (422, "of-its-own ada@example.com", "refused"),
    ],
)
def test_a_no_to_one_person_is_told_without_their_values(
    status: int, kind: str | None, code: str
) -> None:
    service = ScimService()
    body = {"detail": "ada@example.com is Ada Lovelace's", "scimType": kind}
    with opened(service) as target:
        service.refuse = [httpx.Response(status, json=body)]
        with pytest.raises(Refused) as caught:
            target.create(ADA)
    assert caught.value.code == code
    assert "ada" not in caught.value.message.lower()


@pytest.mark.parametrize("status", [401, 429, 503])
def test_a_no_to_everybody_ends_the_run(status: int) -> None:
    service = ScimService()
    with opened(service) as target:
        service.refuse = [httpx.Response(status)]
        with pytest.raises(TargetError, match=f"the target `acme` answered {status} to POST"):
            target.create(ADA)
    assert len(service.writes()) == 1


def test_credentials_that_are_refused_are_told_at_the_opening() -> None:
    service = ScimService(refuse=[httpx.Response(401)])
    with pytest.raises(TargetError, match="it does not accept the credentials"), opened(service):
        pass


# --- users as others wrote them ------------------------------------------------------------------


def attributes_of(**resource: Any) -> Any:
    service = ScimService(users={"u": {"id": "u", "userName": "ada", **resource}})
    with opened(service) as target:
        user = target.read("u")
    assert user is not None
    return {name: value for name, value in user.attributes.items() if name != "username"}


@pytest.mark.parametrize(
    ("emails", "expected"),
    [
        ([("a@x", None, False)], {"email": "a@x"}),
        ([("a@x", "other", False), ("b@x", None, True)], {"email": "b@x"}),
        ([("a@x", None, True), ("b@x", "work", False)], {"email": "b@x"}),
        ([("a@x", "work", False), ("b@x", "WORK", True)], {"email": "b@x"}),
        ([("a@x", "home", False), ("b@x", "work", False)],
         {"email": "b@x", "alternate_email": "a@x"}),
        ([("a@x", "home", False)], {"email": "a@x"}),
    ],
)  # fmt: skip
def test_the_email_is_work_s_or_the_primary_or_the_first(emails: Any, expected: Any) -> None:
    told = [{"value": value, "type": kind, "primary": first} for value, kind, first in emails]
    assert attributes_of(emails=told) == expected


@pytest.mark.parametrize(
    "resource",
    [
        {"emails": None, "name": None, ENTERPRISE: None, "phoneNumbers": [None, 7]},
        {"emails": {}, "name": "Ada", ENTERPRISE: [], "addresses": [{}]},
        {"title": "", "emails": [{"type": "work"}], "groups": [{"value": "g"}]},
    ],
)
def test_what_is_not_there_is_absent(resource: Any) -> None:
    assert attributes_of(**resource) == {}


def test_a_number_is_its_text() -> None:
    assert attributes_of(**{ENTERPRISE: {"employeeNumber": 7}}) == {"employee_number": "7"}


@pytest.mark.parametrize("can_patch", [True, False])
@pytest.mark.parametrize(
    "before",
    [
        [{"value": "h@x", "type": "home", "primary": True}],
        [{"value": "o@x", "type": "other"}, {"value": "h@x", "type": "home"}],
        [{"value": "a@x"}, {"value": "b@x"}],
        [{"value": "a@x", "type": "work"}, {"value": "b@x", "type": "work"}],
        [{"value": "a@x", "type": 'o"dd'}],
        [],
    ],
    ids=["home-only", "other", "untyped", "two-of-work", "odd-type", "none"],
)
def test_addresses_of_others_stay_when_the_email_is_written(before: Any, can_patch: bool) -> None:
    service = ScimService(can_patch=can_patch)
    service.users["u"] = {"id": "u", "userName": "ada", "emails": [dict(one) for one in before]}
    with opened(service) as target:
        user = target.read("u")
        assert user is not None
        changed = target.update(user, Change(attributes={"email": "new@x"}))
        assert changed.attributes["email"] == "new@x"
        again = target.update(changed, Change(attributes={"email": "newer@x"}))
    assert again.attributes["email"] == "newer@x"
    after = service.users["u"]["emails"]
    assert sum(one.get("primary", False) for one in after) <= 1
    homes = [one for one in before if one.get("type") == "home"]
    assert [one for one in after if one.get("type") == "home"] == homes
    assert len(after) >= len(before)


def test_parts_of_an_address_that_we_do_not_have_stay() -> None:
    street = {"type": "work", "streetAddress": "Allee 1", "locality": "Berlin"}
    service = ScimService(users={"u": {"id": "u", "userName": "ada", "addresses": [street]}})
    with opened(service) as target:
        user = target.read("u")
        assert user is not None
        user = target.update(user, Change(attributes={"location": "Bonn"}))
        assert user.attributes["location"] == "Bonn"
        target.update(user, Change(attributes={"location": None}))
    left = [{"type": "work", "streetAddress": "Allee 1"}]
    assert service.users["u"]["addresses"] == left


def test_a_user_without_active_is_active() -> None:
    service = ScimService(users={"u": {"id": "u", "userName": "ada"}})
    with opened(service) as target:
        user = target.read("u")
    assert user is not None
    assert user.state == "active"
