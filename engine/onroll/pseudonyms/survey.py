"""Look at all answers of a recording before any of it is replaced: what is kept, and why.

A decision about one value depends on the others: a text that is kept at one place is kept at
others, or what joins two lists would come apart; and no stand-in may be a word of the answers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from onroll.expressions.reference import as_text
from onroll.pseudonyms.addresses import EMAIL, URL
from onroll.pseudonyms.bodies import Body, Leaf, leaves_of, rebuilt
from onroll.pseudonyms.calendar import DATE
from onroll.pseudonyms.field_names import field_names
from onroll.pseudonyms.fields import PERSONAL, Kind, kind_of, words_of_key
from onroll.pseudonyms.pseudonyms import words_in
from onroll.pseudonyms.rules import ITEM, FieldPath, Rules, written

if TYPE_CHECKING:
    from onroll.model import Json

__all__ = ["KEPT", "Fate", "Survey"]

#: Why a value stays as it is.
Kept: TypeAlias = Literal["asked", "compared", "vocabulary", "field", "count", "restated", "column"]
Fate: TypeAlias = Kind | Kept
KEPT: Final[frozenset[Fate]] = frozenset(
    {"asked", "compared", "vocabulary", "field", "count", "restated", "column"}
)

#: Attributes whose values are words of the API's, which `map` and rules look for.
_VOCABULARIES: Final = frozenset({"status", "employee_type", "locale", "time_zone"})
_LONGEST_VOCABLE: Final = 40
_OUR_NAMES: Final = frozenset(
    {"first_name", "middle_name", "last_name", "display_name", "preferred_name"}
)
_OUR_IDS: Final = frozenset({"id", "manager_id", "employee_number", "username"})
_COUNTS: Final = (
    r"x?total(?:count|results|elements|records|items|rows|users|entries|size|hits)?|totals"
    r"|x?recordcount|count|current|first|from|index|items|last|limit|max|number|offset|pages?|per"
    r"|records|results|size|skip|start|to|top"
)
_FILLING: Final = (
    r"all|api|available|data|elements|employees|entries|filtered|hits|in|list|matching|members|meta"
    r"|more|next|objects|odata|of|on|paging|people|persons|prev|previous|remaining|returned|rows"
    r"|the|users|workers|x"
)
#: One word of a key must count, and the others must not say what else it may be.
_COUNTING_KEY: Final = re.compile(
    rf"(?=(?:.* )?(?:{_COUNTS})(?: |$))(?:(?:{_COUNTS}|{_FILLING})(?: |$))+"
)
#: Keys whose values say which field is meant.
_LABELS: Final = re.compile(
    r"(.* )?(attribute|attributes|caption|code|column|columns|field|fields|heading|id|key|keys"
    r"|kind|label|labels|model|name|object|properties|property|rel|relation|resource|title"
    r"|titles|type|types)"
)
#: What is no word of an API's, though it stands where its words do.
_SAYS_MORE: Final = re.compile(
    "|".join(rf"(?:{one.pattern})" for one in (EMAIL, URL, DATE)) + r"|\d{4}"
)
#: Shorter words of a name are in too many keys to be somebody's there.
_FEWEST_LETTERS: Final = 4
_UUID_OR_NUMBER: Final = re.compile(r"\d+|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Survey:
    """What is known of a recording's values. `fate` says of each what becomes of it.

    `keep` are ways as `written`, which stay as they are, with all that lies below them.
    """

    def __init__(
        self,
        bodies: list[Body],
        rules: Rules,
        keep: frozenset[str] = frozenset(),
        route_words: frozenset[str] = frozenset(),
        restated: frozenset[FieldPath] = frozenset(),
    ) -> None:
        self._rules = rules
        self._restated = restated
        self._keep = keep
        self.used_keep: set[str] = set()
        leaves = [leaf for body in bodies for leaf in leaves_of(body)]
        texts = [leaf for leaf in leaves if isinstance(leaf.value, str)]
        self.words = {word for leaf in texts for word in words_in(leaf.value)}
        self.words |= {number for leaf in leaves for number in _numbers(leaf.value)}
        self._kept_texts: set[str] = set()
        self._fields: set[str] = set()
        self._names: set[str] = set()
        self._people: set[str] = set()
        self._ids: set[str] = set()
        self._field_names: frozenset[str] = frozenset()
        for leaf in leaves:
            self._note(leaf)
        self._field_names = field_names(bodies, self.is_data_key)
        keys = {key for body in bodies for key in _keys_of(body)}
        self._fields = {_bare(key) for key in keys if not self.is_data_key(key)}
        # What is a word of the API's addresses stays in its links.
        self._fields = (self._fields | {_bare(word) for word in route_words}) - {""}
        for leaf in texts:
            if self.fate(leaf) in ("asked", "vocabulary"):
                self._kept_texts.add(leaf.value.strip().casefold())

    @property
    def name_words(self) -> list[str]:
        """The words of people's names, folded and in order."""
        return sorted(self._names)

    def _note(self, leaf: Leaf) -> None:
        attributes = self._rules.attributes_of(leaf.path)
        if leaf.value is None or isinstance(leaf.value, bool | dict | list):
            return
        kind = kind_of(leaf.value, leaf.path, attributes)
        if kind == "name" and isinstance(leaf.value, str) and not self._is_to_keep(leaf.path):
            words = set(words_in(leaf.value))
            self._names |= words
            if attributes & _OUR_NAMES:
                self._people |= {one for one in words if len(one) >= _FEWEST_LETTERS}
        text = as_text(leaf.value).strip()
        has_digit = any(one.isdigit() for one in text)
        if attributes & _OUR_IDS or leaf.is_key or (kind == "id" and has_digit):
            self._ids.add(text)

    def fate(self, leaf: Leaf) -> Fate | None:
        """Return what becomes of a value; None for one that says nothing: null, a flag, no text."""
        value = leaf.value
        if value is None or isinstance(value, bool) or value == "":
            return None
        if leaf.is_around and leaf.path in self._restated:
            return "restated"
        if value in (0, 1):
            return None
        if isinstance(value, str) and not any(one.isalnum() for one in value):
            return None
        if leaf.is_column:
            return "column"
        folded = as_text(value).strip().casefold()
        attributes = self._rules.attributes_of(leaf.path)
        kind = kind_of(value, leaf.path, attributes)
        if self._rules.is_compared(leaf.path, folded, is_personal=kind in PERSONAL):
            return "compared"
        if self._is_to_keep(leaf.path):
            return "asked"
        if isinstance(value, str):
            return self._fate_of_text(value, folded, leaf, attributes, kind)
        return "count" if self._is_count(leaf) else kind

    def _fate_of_text(
        self, value: str, folded: str, leaf: Leaf, attributes: frozenset[str], kind: Kind
    ) -> Fate:
        # What is also read as a title or a department says more than a status does.
        ours = {one for one in attributes if not one.startswith("custom.")}
        is_vocable = bool(ours) and ours <= _VOCABULARIES and not _SAYS_MORE.search(value)
        # "Left for Kern" is no word of the API's, nor is "left for Li"; the language `de` is.
        fewest = 2 if " " in value.strip() else 3
        words = {one for one in words_in(value) if len(one) >= fewest}
        is_vocable = is_vocable and not self._names & words
        is_plain = kind in ("text", "words", "id", "name") and len(folded) <= _LONGEST_VOCABLE
        if is_vocable and is_plain:
            return "vocabulary"
        if kind in PERSONAL or attributes & _OUR_IDS or leaf.is_key:
            return kind
        if self.is_kept_text(value):
            return "vocabulary"
        if not attributes and self._is_label(leaf) and self.is_public(value):
            return "field"
        return "count" if value.strip().isdecimal() and self._is_count(leaf) else kind

    def _is_count(self, leaf: Leaf) -> bool:
        """Whether a number is one of people or pages: the definition says so, or its name does."""
        if not leaf.is_around:
            return False
        is_named = _COUNTING_KEY.fullmatch(words_of_key(leaf.path[-1])) is not None
        return is_named or leaf.path[1:] in self._rules.counts

    def _is_label(self, leaf: Leaf) -> bool:
        """Whether a value stands where fields are named: `{"label": "Hire date", "value": …}`."""
        named = next((words_of_key(one) for one in reversed(leaf.path) if one != ITEM), "")
        return _LABELS.fullmatch(named) is not None

    def is_public(self, text: str) -> bool:
        """Whether a text names a field, or stands in the definition: it is nobody's."""
        folded = text.strip().casefold()
        return folded in self._rules.compared or _bare(text) in self._fields

    def is_compared(self, text: str) -> bool:
        """Whether the definition looks for a text."""
        return text.strip().casefold() in self._rules.compared

    def is_kept_text(self, text: str) -> bool:
        """Whether a text is a word of the API's, or was kept at some place."""
        return text.strip().casefold() in self._kept_texts

    def is_data_key(self, key: str) -> bool:
        """Whether a key of an object is a value itself: an address, an id, somebody's name."""
        if key in self._rules.keys:
            return False
        if _UUID_OR_NUMBER.fullmatch(key) or any(one.search(key) for one in (EMAIL, URL, DATE)):
            return True
        if key in self._field_names:
            return False
        words = words_in(words_of_key(key))
        is_name = bool(words) and all(one in self._names for one in words)
        is_somebodys = not self._people.isdisjoint(words)
        return key in self._ids or is_somebodys or (is_name and max(map(len, words)) > 2)

    def _is_to_keep(self, path: FieldPath) -> bool:
        found = {written(path[:end]) for end in range(1, len(path) + 1)} & self._keep
        self.used_keep |= found
        return bool(found)


def _keys_of(body: Body) -> set[str]:
    found: set[str] = set()

    def note(key: str) -> str:
        found.add(key)
        return key

    rebuilt(body, lambda leaf: leaf.value, note)
    return found


def _numbers(value: Json) -> list[str]:
    if value is None or isinstance(value, bool):
        return []
    return [one for one in re.findall(r"\d+", as_text(value)) if len(one) > 3]


def _bare(text: str) -> str:
    return "".join(one for one in text if one.isalnum()).casefold()
