"""What made-up words are made of: syllables, letters of other scripts, and words that mean nobody.

No list of names: a name from a list may be somebody's.
"""

from __future__ import annotations

from typing import Final

__all__ = ["ACCENTS", "CONSONANTS", "NEUTRAL", "SCRIPTS", "VOWELS"]

CONSONANTS: Final = ("b", "d", "f", "g", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "z")
VOWELS: Final = ("a", "e", "i", "o", "u")
#: A word with letters beyond ASCII stays one.
ACCENTS: Final = {"a": "ä", "e": "é", "i": "í", "o": "ö", "u": "ü"}

#: First and last code point of a script's letters, and letters that words can be made of.
SCRIPTS: Final = (
    ("\u0370", "\u03ff", "αβγδεζηθικλμνξοπρστυφχψω"),
    ("\u0400", "\u04ff", "абвгдежзиклмнопрстуфхцчшюя"),
    ("\u0590", "\u05ff", "אבגדהוזחטיכלמנסעפצקרשת"),
    ("\u0600", "\u06ff", "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"),
    ("\u3040", "\u30ff", "あいうえおかきくけこさしすせそたちつてとなにぬねの"),
    ("\u3400", "\u9fff", "山川田石木林森水火土金日月星雲雨雪風花草竹松梅桜海湖島岸原野谷峰"),
    ("\uac00", "\ud7af", "가나다라마바사아자차카타파하고노도로모보소오조초코토포호"),
)

NEUTRAL: Final = (
    "acorn", "agate", "alder", "almond", "amber", "anchor", "anise", "apple", "apron", "arbor",
    "arrow", "aspen", "aster", "bamboo", "barley", "basalt", "basil", "beacon", "beech", "birch",
    "bramble", "brook", "bronze", "cabin", "canvas", "canyon", "carbon", "cedar", "chalk",
    "cherry", "chestnut", "cliff", "clover", "cobalt", "copper", "coral", "cotton", "creek",
    "cypress", "daisy", "delta", "dune", "elder", "elm", "ember", "fern", "fjord", "flint",
    "forest", "garnet", "ginger", "glacier", "granite", "grove", "harbor", "hazel", "heather",
    "hickory", "indigo", "island", "ivory", "jasmine", "juniper", "lagoon", "larch", "laurel",
    "lavender", "lemon", "linden", "linen", "lotus", "magnet", "maple", "marble", "meadow",
    "mint", "moss", "mulberry", "nettle", "nutmeg", "oak", "oasis", "olive", "onyx", "opal",
    "orchard", "pebble", "pepper", "pine", "plum", "pond", "poplar", "prairie", "quartz",
    "quince", "raven", "reed", "ridge", "river", "rosemary", "rowan", "saffron", "sage",
    "sandstone", "sequoia", "shore", "silver", "slate", "spruce", "summit", "thistle", "thyme",
    "timber", "topaz", "tulip", "tundra", "valley", "velvet", "violet", "walnut", "willow",
)  # fmt: skip
