"""The given and family names of the sandbox's people, and their spelling in e-mail addresses.

The names are spread over the world on purpose: most of what goes wrong with a name goes wrong
outside of ASCII. Spellings must stay distinct after `spell`, for e-mail addresses are made of them.
"""

import unicodedata
from typing import NamedTuple

# What decomposition does not reach, and the German and Nordic habits that it would get wrong.
_LETTERS = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ß": "ss",
        "æ": "ae",
        "ø": "oe",
        "å": "aa",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    }
)


def spell(name: str) -> str:
    """Write a name with the letters a to z only, as mail administrators do."""
    composed = unicodedata.normalize("NFC", name).lower().translate(_LETTERS)
    letters = unicodedata.normalize("NFKD", composed)
    return "".join(letter for letter in letters if "a" <= letter <= "z")


class GivenName(NamedTuple):
    """A given name, its spelling in an address, and the gender its bearers state."""

    text: str
    spelling: str
    gender: str


class FamilyName(NamedTuple):
    """A family name and its spelling in an address."""

    text: str
    spelling: str


_FEMALE = """
Mara Ilse Zoë Şirin Đurđa Þóra Søs Åsa Łucja Noémie Inês Chloë Ngọc Aoife Siân Ayşe Željka
Małgorzata Beatriz Chiara Emma Fatima Greta Hanna Ines-Marie Jana Keiko Leila Mei Nadia Olga Priya
Rosa Sofia Tereza Ursula Valentina Wanjiru Xenia Yasmin
"""
_MALE = """
Jürgen Søren Đorđe Þór Łukasz François José Çağlar Håkon Jiří Óscar Müslüm Dániel Ștefan Nuño
Viktor Ahmed Bjarne Carlos Dmitri Emeka Farid Giorgio Hiroshi Ivan Jean-Luc Kwame Lars Mateus Nils
Omar Pedro Quentin Rajesh Samuel Tomasz Umar Wei Xavier Yusuf
"""
_DIVERSE = "Alex Kim Robin Sascha Toni Noa"

_FAMILY = """
Oduya Kern Müller Weiß Đorđević Sørensen O'Brien Þorsteinsdóttir Łukaszewski Nguyễn Demirtaş
García Núñez Björk Çelik Dvořák Erdoğan Fuß Groß Håkansson Ibáñez Jørgensen Kovačević Löwe Mäkinen
Østergaard Přibyl Quiñones Ångström Şahin Türkoğlu Ünal Vågen Wójcik Żak D'Angelo MacDonald
McCarthy Smith-Jones van_der_Berg de_la_Cruz von_Thurn Abara Bauer Costa Diallo Eze Fischer Gupta
Haddad Ito Jensen Kim Lopes Mensah Novak Okafor Petrov Rossi Schmidt Tanaka Umeh Vogel Wagner Xu
Yamada Zhang Alves Becker Conti Duarte Engel Ferrari Gruber Horvat Ivanova Jansen Keller Lange
Moreau Neumann Ortiz Park Richter Santos Torres Ulrich Vega Winter Young Zimmermann Asante
Baptiste Chandra Dubois Ekström Fernandes Graf Hoang Iyer Joshi Kaur Lindqvist Mbeki Ndiaye Otieno
Pham Rao Sato Traoré Usman Varga
"""


def _given(names: str, gender: str) -> tuple[GivenName, ...]:
    """Read a block of given names that share a gender."""
    return tuple(GivenName(name, spell(name), gender) for name in names.split())


GIVEN_NAMES = _given(_FEMALE, "female") + _given(_MALE, "male") + _given(_DIVERSE, "diverse")
FAMILY_NAMES = tuple(
    FamilyName(name.replace("_", " "), spell(name.replace("_", " "))) for name in _FAMILY.split()
)
