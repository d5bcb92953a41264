"""What counts of whole programs make a person, and a start, cost."""

from __future__ import annotations

from counting.programs import FEW, MANY, costs

_COUNTED = {
    f"person {FEW}": 900 + FEW * 20,
    f"person {MANY}": 900 + MANY * 20,
    f"person-typical {FEW}": 900 + FEW * 30,
    f"person-typical {MANY}": 900 + MANY * 30,
    f"floor {FEW}": 50 + FEW * 10,
    f"floor {MANY}": 50 + MANY * 10,
    "fetch-nobody": 900,
    "validate": 1_200,
    "version": 150,
    "imports": 300,
}


def test_a_person_costs_what_more_people_add_over_what_they_add_to_the_floor() -> None:
    found = costs(_COUNTED)
    assert (found["person"].instructions, found["person"].ratio) == (20, 2.0)
    assert (found["person-typical"].instructions, found["person-typical"].ratio) == (30, 3.0)


def test_a_start_is_measured_by_imports_of_the_standard_library() -> None:
    found = costs(_COUNTED)
    ratios = {name: found[name].ratio for name in ("version", "validate", "fetch-nobody")}
    assert ratios == {"version": 0.5, "validate": 4.0, "fetch-nobody": 3.0}


def test_a_slower_start_makes_no_person_dearer() -> None:
    programs = [name for name in _COUNTED if name.startswith(("person", "fetch", "validate"))]
    slower = _COUNTED | {name: _COUNTED[name] + 100_000 for name in programs}
    assert costs(slower)["person"] == costs(_COUNTED)["person"]
    assert costs(slower)["validate"].ratio > costs(_COUNTED)["validate"].ratio
