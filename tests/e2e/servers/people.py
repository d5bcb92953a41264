"""The people whom every server is filled with: the same ones on each run and each machine."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

COUNT = 1_200

# Names that break careless code: other scripts, combining marks, apostrophes, spaces, hyphens,
# letters without a decomposition, and a single letter.
_FIRST_NAMES = (
    "Aroha", "Bjørg", "Ceyda", "Đorđe", "Eszter", "Françoise", "Gülşen", "Hrafnhildur", "Iñaki",
    "Jürgen", "Kseniya", "Lúcia", "Mercè", "Nkechi", "Oļegs", "Peadar", "Quỳnh", "Rūta", "Siân",
    "Þórunn", "Ugnė", "Vítězslav", "Wei-Ling", "Xochitl", "Ystävä", "Željko", "Ελένη", "Людмила",
    "美咲", "O",
)  # fmt: skip
_LAST_NAMES = (
    "Aðalsteinsdóttir", "Bąk", "Castro-Núñez", "D'Amico", "Eskildsen", "Fonoti", "Groß",
    "Håkonsson", "Ibarra y Soto", "Jovanović", "Kőszegi", "Lê", "M'Baye", "Nuñez", "O'Shea",
    "Părvulescu", "Quiñonero", "Řezníček", "Śliwa", "ter Horst", "Ünlü", "Vörös", "Wójcik",
    "Xuereb", "Yıldız", "Žukauskienė", "Παπαδάκη", "Шевченко", "田中",  # noqa: RUF001 real names
)  # fmt: skip
_DEPARTMENTS = ("Assembly", "Legal & Risk", "IT <Platform>", "Sales, North", "Größenlehre", "R/D")
_TITLES = ("Engineer", "Lead", "Analyst", "Fitter", "Counsel", "Apprentice")
_FIRST_HIRE = dt.date(2009, 1, 5)


@dataclass(frozen=True, slots=True)
class Person:
    """One employee; `id` has leading zeros, which must survive as text."""

    id: str
    login: str
    email: str
    first_name: str
    last_name: str
    department: str
    title: str
    hired: str
    active: bool


def people(count: int = COUNT) -> list[Person]:
    """Return the first `count` people; person n is the same whatever `count` is."""
    return [_person(number) for number in range(1, count + 1)]


def _person(number: int) -> Person:
    # Steps that share no factor with the lengths of the lists, so that names mix.
    login = f"person{number:05d}"
    return Person(
        id=f"{number:06d}",
        login=login,
        email=f"{login}@staff.example",
        first_name=_FIRST_NAMES[number * 7 % len(_FIRST_NAMES)],
        last_name=_LAST_NAMES[number * 11 % len(_LAST_NAMES)],
        department=_DEPARTMENTS[number * 5 % len(_DEPARTMENTS)],
        title=_TITLES[number // 6 % len(_TITLES)],
        hired=(_FIRST_HIRE + dt.timedelta(days=number * 5)).isoformat(),
        active=number % 20 != 0,
    )
