"""From sample records to the mapping: shapes of records that no shipped connector has."""

import json
from typing import Any

import pytest
from hypothesis import given, strategies

from onroll.definition.load import parse_definition
from onroll.definition.settings import Settings
from onroll.drafting.evidence import FieldFacts, Guess
from onroll.drafting.people import find_attributes, people_likeness
from onroll.drafting.unmapped import unmapped_paths
from onroll.mapping.mapper import build_mapper
from onroll.plugins.registry import installed

from .shapes import PEOPLE, Record, filled

MAIN = {
    "id": 0, "first_name": 1, "last_name": 2, "email": 3, "job_title": 4, "department": 5,
    "hire_date": 7,
}  # fmt: skip

FLAT_CAMEL = {
    "employeeId": "$id", "givenName": "$first", "familyName": "$last", "workEmail": "$email",
    "personalEmail": "$id@home.example", "positionTitle": "$title", "departmentName": "$department",
    "startDate": "$start", "employmentStatus": "Active|Active|On leave|Terminated",
    "supervisorId": "$manager", "dateOfBirth": "1980-01-02",
}  # fmt: skip
GERMAN = {
    "Personalnummer": "$id", "Vorname": "$first", "Name": "$last", "E-Mail": "$email",
    "Stellenbezeichnung": "$title", "Abteilung": "$department", "Kostenstelle": "4200",
    "Eintrittsdatum": "$start", "Austrittsdatum": None, "Status": "aktiv|aktiv|inaktiv|aktiv",
}  # fmt: skip
FRENCH = {
    "matricule": "$id", "prenom": "$first", "nom": "$last", "courriel": "$email",
    "intitulé_poste": "$title", "département": "$department", "date_embauche": "$start",
}  # fmt: skip
SPANISH = {
    "id": "$id", "nombre": "$first", "apellidos": "$last", "correo_electronico": "$email",
    "puesto": "$title", "departamento": "$department", "fecha_ingreso": "$start",
    "activo": "true|true|false|true",
}  # fmt: skip
DUTCH = {
    "medewerkernummer": "$id", "voornaam": "$first", "achternaam": "$last", "e-mailadres": "$email",
    "functie": "$title", "afdeling": "$department", "indienst_datum": "$start",
}  # fmt: skip
NAME_OBJECT = {
    "uuid": "$id", "legal_name": {"first": "$first", "last": "$last"},
    "preferred_name": {"first": "Nick", "last": "$last"}, "email": "$email",
    "job": {"title": "$title"}, "department": {"id": 7, "name": "$department"},
    "employment": {"hire_date": "$start", "status": "employed|employed|terminated|employed"},
    "manager": {"id": "$manager", "email": "boss@example.test"},
}  # fmt: skip
JSON_API = {
    "type": "employees", "id": "$id",
    "attributes": {
        "first-name": "$first", "last-name": "$last", "email": "$email", "job-title": "$title",
        "department": "$department", "hired-on": "$start", "archived-at": None,
    },
    "relationships": {"manager": {"data": {"type": "employees", "id": "$manager"}}},
}  # fmt: skip
TYPED_LISTS = {
    "id": "$id", "name": {"given": "$first", "family": "$last"},
    "emails": [
        {"type": "home", "value": "$id@home.example"}, {"type": "work", "value": "$email"},
    ],
    "phones": [{"type": "WORK", "number": "+49 421 5550100"}],
    "positions": [{"title": "$title", "department": {"label": "Dept", "value": "$department"}}],
    "dates": {"start_date": "$start"},
}  # fmt: skip
PASCAL = {
    "EmployeeGuid": "$id", "FirstName": "$first", "Surname": "$last", "EmailAddress": "$email",
    "JobTitle": "$title", "Department": {"Code": "D1", "Description": "$department"},
    "EmploymentStartDate": "$startT00:00:00", "IsActive": "Yes|Yes|No|Yes",
}  # fmt: skip
NAMED_FIELDS = {
    "id": "$id", "first_name": "$first", "last_name": "$last", "email": "$email",
    "custom_fields": [
        {"name": "Job title", "value": "$title"}, {"name": "Department", "value": "$department"},
        {"name": "T-shirt size", "value": "M|L|S|XL"},
    ],
    "start_date": "$start",
}  # fmt: skip
ODD_KEYS = {
    "@odata.etag": "W/1", "urn:acme:schemas:User": {
        "id": "$id", "first name": "$first", "last name": "$last", "e.mail": "$email",
        "job title": "$title", "dept.": "$department", "start date": "$start",
    },
}  # fmt: skip
ATS = {
    "id": "$id", "first_name": "$first", "last_name": "$last",
    "primary_email_address": "$email", "title": "$title",
    "departments": [{"id": 1, "name": "$department"}], "start_date": "$start",
    "disabled": "false|false|true|false", "emails": ["$email"], "employee_id": "E$id",
    "photo": {"url": "https://example.test/a.png"},
}  # fmt: skip
SHAPES = {
    "flat camel case": FLAT_CAMEL, "German": GERMAN, "French": FRENCH, "Spanish": SPANISH,
    "Dutch": DUTCH, "names in an object": NAME_OBJECT, "JSON:API": JSON_API,
    "lists of types": TYPED_LISTS, "Pascal case": PASCAL, "named fields": NAMED_FIELDS,
    "odd keys": ODD_KEYS, "an applicant tracker": ATS,
}  # fmt: skip


def guesses(shape: Any, **facts: FieldFacts) -> dict[str, Guess[Any]]:
    return find_attributes(filled(shape), facts)


def mapped(records: list[Record]) -> list[dict[str, Any]]:
    """What a definition with the found attributes makes of the records."""
    found = {name: guess.value for name, guess in find_attributes(records, {}).items()}
    definition = {
        "format": 1,
        "name": "found",
        "base_url": "https://api.example.test",
        "list_users": {"resource_location": "."},
        "attributes": {"id": None, "email": None, "username": None, **found},
    }
    mapper = build_mapper(
        parse_definition(json.dumps(definition)), Settings({}).scope(), installed()
    )
    users = [mapper.map(record).user for record in records]
    return [dict(user.attributes) if user else {} for user in users]


@pytest.mark.parametrize("name", SHAPES)
def test_the_main_attributes_are_found_in_shapes_of_all_kinds(name: str) -> None:
    users = mapped(filled(SHAPES[name]))
    given = [{one: user.get(one) for one in MAIN} for user in users]
    assert given == [{one: person[at] for one, at in MAIN.items()} for person in PEOPLE]


@pytest.mark.parametrize("name", SHAPES)
def test_no_evidence_holds_what_is_a_persons_own(name: str) -> None:
    told = " ".join(guess.evidence for guess in guesses(SHAPES[name]).values())
    own = {text for person in PEOPLE for text in (person[1], person[2], person[3])}
    assert not [text for text in own if text in told]


@pytest.mark.parametrize(
    ("shape", "status"),
    [
        (FLAT_CAMEL, ["active", "active", "leave", "inactive"]),
        (GERMAN, ["active", "active", "inactive", "active"]),
        (SPANISH, ["active", "active", "inactive", "active"]),
        (NAME_OBJECT, ["active", "active", "inactive", "active"]),
        (PASCAL, ["active", "active", "inactive", "active"]),
        (ATS, ["active", "active", "inactive", "active"]),
    ],
)
def test_the_status_is_found(shape: Record, status: list[str]) -> None:
    assert [user["status"] for user in mapped(filled(shape))] == status


def test_the_evidence_names_the_key_and_counts_what_is_in_it() -> None:
    assert guesses(FLAT_CAMEL)["email"].evidence == "`workEmail`, an address in 4 of 4"


def test_the_private_address_is_the_alternate_one() -> None:
    found = guesses(TYPED_LISTS)
    assert found["email"].value == "$.emails[?(@.type=='work')].value"
    assert found["alternate_email"].value == "$.emails[?(@.type=='home')].value"


def test_the_primary_address_is_the_one_unless_it_may_be_private() -> None:
    home, work = ({"type": one, "value": f"{one}@example.test"} for one in ("home", "work"))
    for primary, path in ((work, "primary==true"), (home, "type=='work'")):
        marked = [{**one, "primary": one is primary} for one in (home, work)]
        found = find_attributes([{"id": "1", "emails": marked}], {})
        assert found["email"].value == f"$.emails[?(@.{path})].value"


def test_a_private_address_alone_is_not_sure() -> None:
    found = guesses({"id": "$id", "personal_email": "$email"})
    assert (found["email"].value, found["email"].is_sure) == ("personal_email", False)


def test_a_field_called_email_that_holds_none_is_not_the_email() -> None:
    assert "email" not in guesses({"id": "$id", "email": "yes|no|no|yes", "name": "$first $last"})


def test_an_id_must_be_different_in_all_records() -> None:
    found = guesses({"id": "7", "employee_id": "$id", "email": "$email"})
    assert found["id"].value == "employee_id"


def test_an_address_stands_in_for_an_id_but_is_not_sure() -> None:
    found = guesses({"email": "$email", "name": "$first $last"})["id"]
    assert (found.value, found.is_sure) == ("email", False)


def test_the_login_is_the_username_and_the_address_where_there_is_none() -> None:
    found = guesses({"id": "$id", "login": "a.kern||l.nguyen|t.dvorak", "email": "$email"})
    assert found["username"].value == {"first": ["login", "email"]}


def test_without_a_login_the_address_is_the_username() -> None:
    assert guesses(FLAT_CAMEL)["username"].value == "workEmail"


def test_a_whole_name_is_taken_apart_and_not_sure() -> None:
    shape = {"id": "$id", "full_name": "$first $last", "email": "$email"}
    found = guesses(shape)
    assert found["display_name"].value == "full_name"
    assert not found["first_name"].is_sure
    assert [(one["first_name"], one["last_name"]) for one in mapped(filled(shape))] == [
        (person[1], person[2]) for person in PEOPLE
    ]


def test_a_whole_name_with_a_comma_has_the_last_name_first() -> None:
    shape = {"id": "$id", "name": "$last, $first", "email": "$email"}
    assert [(one["first_name"], one["last_name"]) for one in mapped(filled(shape))] == [
        (person[1], person[2]) for person in PEOPLE
    ]


def test_a_title_that_is_a_salutation_is_no_job_title() -> None:
    shape = {"id": "$id", "title": "Mr|Mrs|Dr.|Mr", "position": "$title", "email": "$email"}
    assert guesses(shape)["job_title"].value == "position"


def test_what_others_in_the_record_have_is_not_the_persons() -> None:
    shape = {
        "id": "$id",
        "emergency_contact": {"first_name": "Bo", "email": "bo@home.example", "phone": "555-0199"},
        "created_by": {"email": "admin@example.test"},
        "spouse": {"last_name": "Kern"},
    }
    assert guesses(shape).keys() == {"id"}


def test_what_a_field_is_described_as_counts_where_its_name_says_nothing() -> None:
    facts = {"f7": FieldFacts(description="Job title"), "f8": FieldFacts(description="Hire date")}
    found = find_attributes(filled({"id": "$id", "f7": "$title", "f8": "$start"}), facts)
    assert found["job_title"].value == "f7"
    assert found["hire_date"].value == {"path": "f8", "transform": ["date"]}


def test_the_label_beside_a_value_counts_where_its_key_says_nothing() -> None:
    field = {"label": "Business unit", "value": "Products|Sales|Sales|Sales", "type": "standard"}
    found = guesses({"id": "$id", "email": "$email", "dynamic_17": field})
    assert found["division"].value == "dynamic_17.value"


def test_a_locale_with_an_underscore_is_rewritten() -> None:
    found = guesses({"id": "$id", "email": "$email", "locale": "de_DE"})["locale"]
    assert found.value == {"path": "locale", "transform": [{"replace": {"_": "-"}}]}


def test_a_list_of_groups_gives_all_their_names() -> None:
    shape = {"id": "$id", "email": "$email", "groups": [{"id": 1, "name": "Staff"}, {"name": "IT"}]}
    assert mapped(filled(shape))[0]["groups"] == ["Staff", "IT"]


def test_nobodys_home_becomes_an_address_or_a_phone() -> None:
    shape = {
        "id": "$id", "email": "$email", "home_phone": "+49 421 5550100",
        "home_address": {"street": "Am Wall 1", "city": "Bremen"},
    }  # fmt: skip
    assert not {"address", "phone", "mobile", "location"} & guesses(shape).keys()


def test_work_numbers_are_phone_and_mobile() -> None:
    shape = {
        "id": "$id", "email": "$email", "work_phone": "+49 421 5550100",
        "mobile_phone": "0170 5550100",
    }  # fmt: skip
    found = guesses(shape)
    assert (found["phone"].value, found["mobile"].value) == ("work_phone", "mobile_phone")


def test_nothing_is_found_where_nothing_is() -> None:
    assert find_attributes([], {}) == {}
    assert find_attributes([1, None, "x"], {}) == {}


@pytest.mark.parametrize("name", SHAPES)
def test_people_look_like_people(name: str) -> None:
    assert people_likeness(filled(SHAPES[name])) >= 0.5


@pytest.mark.parametrize(
    "record",
    [
        {"id": 1, "name": "Sales", "members": [{"first_name": "Ada", "email": "a@example.test"}]},
        {"id": 1, "name": "Bremen", "address": {"city": "Bremen"}, "phone": "+49 421 5550100"},
        {"id": 1, "amount": 12, "currency": "EUR", "customer": {"email": "a@example.test"}},
        {"id": 1, "title": "A ticket", "subject": "Help", "requester": {"email": "a@example.test"}},
        {"rel": "next", "href": "https://example.test"},
        {"code": "E1", "message": "no"},
        {},
    ],
)
def test_other_things_do_not_look_like_people(record: Record) -> None:
    assert people_likeness([record] * 3) <= 0.25


def test_values_that_are_no_objects_do_not_look_like_people() -> None:
    assert people_likeness([]) == people_likeness(["a@example.test"]) == 0


KEYS = (
    "id", "uuid", "email", "emails", "login", "first_name", "name", "manager", "status", "active",
    "terminated", "deleted_at", "start_date", "end_date", "type", "value", "primary", "title",
    "groups", "roles", "phone", "locale", "label", "", "@x", "a.b", "it's",
)  # fmt: skip
VALUES = strategies.recursive(
    strategies.none()
    | strategies.booleans()
    | strategies.integers()
    | strategies.floats(allow_nan=False, allow_infinity=False)
    | strategies.sampled_from(("", "1", "true", "active", "a@example.test", "01/02/2024", "Ada K"))
    | strategies.text(max_size=6),
    lambda inner: (
        strategies.lists(inner, max_size=3)
        | strategies.dictionaries(strategies.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=12,
)


@given(
    strategies.lists(
        strategies.dictionaries(strategies.sampled_from(KEYS), VALUES, max_size=9), max_size=4
    )
)
def test_whatever_is_found_can_stand_in_a_definition(records: list[Record]) -> None:
    mapped(records)
    people_likeness(records)


def test_unmapped_paths_are_what_no_attribute_reads() -> None:
    records = filled(NAMED_FIELDS)
    found = {name: guess.value for name, guess in find_attributes(records, {}).items()}
    assert unmapped_paths(records, found) == ("$.custom_fields[?(@.name=='T-shirt size')].value",)


@pytest.mark.parametrize(
    "more",
    [
        {"managers": {"bo.lindt@acme.example": True}},
        {"managers": {"Kern, Ada": {"since": 2020}}},
        {"contacts": [{"name": "Ada Kern", "value": "x"}, {"name": "Bo", "value": "y"}]},
    ],
)
def test_unmapped_paths_name_nobody(more: Record) -> None:
    records = [{"last": "Kern", "given": "Ada", **more}, {"last": "Lindt", "given": "Bo"}]
    shown = str(unmapped_paths(records, {"last_name": "last", "first_name": "given"})).lower()
    assert not [one for one in ("kern", "ada", "lindt", "acme") if one in shown]


def test_unmapped_paths_know_what_is_read_in_a_chain_or_condition() -> None:
    records = [{"a": 1, "b": 2, "c": 3, "d": {"e": 4}, "f": 5}]
    written = {"first": ["a", {"path": "b", "when": {"path": "c", "equals": 3}}]}
    assert unmapped_paths(records, {"team": written, "address": "d"}) == ("f",)


def test_of_a_pair_the_name_is_the_department_and_the_number_the_manager() -> None:
    shape = {"id": "$id", "email": "$email", "department_id": [7, "$department"]}
    assert guesses(shape)["department"].value == "department_id[1]"


def test_a_code_called_name_is_the_id_where_nothing_else_is_called_so() -> None:
    found = guesses({"name": "HR-EMP-$id", "employee_name": "$first $last", "email": "$email"})
    assert (found["id"].value, found["id"].is_sure) == ("name", False)
    assert found["display_name"].value == "employee_name"


def test_of_two_ids_that_both_look_made_by_a_program_neither_is_sure() -> None:
    account, member = "dbid:AAH4f99T0taON$id", "dbmid:FDFSVF-DFSDF$id"
    found = guesses({"account_id": account, "team_member_id": member, "email": "$email"})
    assert not found["id"].is_sure
    assert guesses({"account_id": account, "email": "$email"})["id"].is_sure


def test_an_address_that_a_user_signs_in_by_is_the_login() -> None:
    found = guesses({"id": "$id", "company_email": "$email", "user_id": "$email"})
    assert found["username"].value == "user_id"


def test_the_phone_of_an_office_is_no_place() -> None:
    assert "location" not in guesses({"id": "$id", "email": "$email", "office_phone": None})


def test_who_joined_a_service_was_perhaps_not_hired_then() -> None:
    shape = {"id": "$id", "email": "$email", "joined_on": "$start"}
    assert not guesses(shape)["hire_date"].is_sure
    assert guesses({**shape, "job_title": "$title"})["hire_date"].is_sure


def test_an_instant_that_nobody_can_read_is_left_to_another_field() -> None:
    created = {"datetime": "2021-03-01 08:15:00", "formatted": "2021-03-01 8:15 AM"}
    found = guesses({"id": "$id", "email": "$email", "created_at": created})
    assert found["created_at"].value["path"] == "created_at.datetime"


def test_of_made_up_records_the_evidence_is_the_documentation() -> None:
    shape = {"id": "$id", "email": "$email", "department": {"name": None}, "reportsTo": "$manager"}
    found = find_attributes(filled(shape), {}, is_described=True)
    assert found["department"].evidence == "`department.name`, by its name in the documentation"
    assert found["department"].is_sure
    assert [name for name, one in found.items() if " of 4" in one.evidence] == []


def test_an_id_that_nobody_refers_to_by_is_not_sure() -> None:
    shape = {"employeeId": "E$id", "empNumber": "$id", "email": "$email"}
    assert guesses(shape)["id"].is_sure
    doubted = guesses({**shape, "supervisor": {"empNumber": "$manager"}})["id"]
    assert not doubted.is_sure
    assert "`supervisor.empNumber` refers to `empNumber`" in doubted.evidence
