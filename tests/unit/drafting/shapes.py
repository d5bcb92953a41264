"""Records of the shapes that APIs have. Nobody in them exists."""

from typing import Any

Record = dict[str, Any]

#: People of one company: what the shapes below are filled with.
PEOPLE = (
    ("101", "Ada", "Kern", "ada.kern@example.test", "Engineer", "Development", "", "2021-03-01"),
    ("102", "Chloé", "Müller", "chloe.muller@example.test", "Head of Products", "Products", "101",
     "2019-10-15"),
    ("103", "Linh", "Nguyen", "linh.nguyen@example.test", "Clerk", "Finance", "102", "2023-01-31"),
    ("104", "Tom", "Dvořák", "tom.dvorak@example.test", "Driver", "Logistics", "102",
     "2024-06-17"),
)  # fmt: skip


def filled(shape: Any) -> list[Record]:
    """One record for each person: each text of the shape names what stands there.

    `$id`, `$first`, `$last`, `$email`, `$title`, `$department`, `$manager`, `$start`; a text such
    as `active|active|leave|left` has a value for each person.
    """
    return [fill(shape, index) for index in range(len(PEOPLE))]


def fill(shape: Any, index: int) -> Any:
    if isinstance(shape, dict):
        return {key: fill(value, index) for key, value in shape.items()}
    if isinstance(shape, list):
        return [fill(item, index) for item in shape]
    if not isinstance(shape, str):
        return shape
    if shape.count("|") == len(PEOPLE) - 1:
        shape = shape.split("|")[index]
    names = ("id", "first", "last", "email", "title", "department", "manager", "start")
    if shape == "$manager" and not PEOPLE[index][6]:
        return None
    for name, value in zip(names, PEOPLE[index], strict=True):
        shape = shape.replace(f"${name}", value)
    return {"true": True, "false": False, "null": None}.get(shape, shape)
