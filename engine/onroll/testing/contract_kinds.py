"""What the contract suites share: cases from the live registry, and the laws of schemas."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from jsonschema import Draft202012Validator

from onroll.definition.schema import SECTIONS, plugin_schema
from onroll.definition.source import read_yaml
from onroll.definition.validate import check_schema
from onroll.plugins.registry import installed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pytest

    from onroll.diagnostics import Diagnostic

__all__ = ["NAME", "Case", "KindContract", "SectionContract", "checked", "loose_parts"]

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@dataclass(frozen=True)
class Case:
    """A kind and one of its examples."""

    kind: Any
    example: Any


class KindContract:
    """Laws of every kind. Subclasses name the part of the registry that they run over."""

    #: Kinds to run over; None for every registered one.
    kinds: Sequence[Any] | None = None
    registered_as: ClassVar[str]
    case_type: ClassVar[type[Case]] = Case

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Give a test each kind (argument `kind`) or each example (argument `case`)."""
        if "kind" in metafunc.fixturenames:
            kinds = self._kinds()
            metafunc.parametrize("kind", kinds, ids=[one.name for one in kinds])
        if "case" in metafunc.fixturenames:
            cases = {
                f"{kind.name}-{number}": self.case_type(kind, example)
                for kind in self._kinds()
                for number, example in enumerate(kind.examples, 1)
            }
            metafunc.parametrize("case", list(cases.values()), ids=list(cases))

    def _kinds(self) -> list[Any]:
        if self.kinds is not None:
            return list(self.kinds)
        return [one.kind for one in getattr(installed(), self.registered_as).values()]

    def test_is_described(self, kind: Any) -> None:
        """A kind has a plain name, a summary in one line, and examples."""
        assert NAME.fullmatch(kind.name), "letters, digits and single underscores"
        assert kind.summary.strip(), "the summary is shown in references and editors"
        assert "\n" not in kind.summary
        assert kind.examples, "without examples nothing can be checked or shown"


class SectionContract(KindContract):
    """Laws of kinds that own a section of a definition: its schema, and what it refuses."""

    def test_schema_is_valid(self, kind: Any) -> None:
        """The schema is JSON Schema 2020-12."""
        Draft202012Validator.check_schema(plugin_schema(self.registered_as, kind.name, kind.schema))

    def test_schema_is_closed_and_described(self, kind: Any) -> None:
        """Objects with named keys take no others, and each key says what it is for."""
        assert not list(loose_parts(kind.schema, is_root=True))

    def test_required_keys_are_declared(self, kind: Any) -> None:
        """What the schema requires is among its properties."""
        assert set(kind.schema.get("required", ())) <= set(kind.schema.get("properties", {}))

    def test_example_fits_the_schema(self, case: Case) -> None:
        """An example's configuration is one that a definition may hold."""
        assert not self._mistakes(case, case.example.config)

    def test_unknown_key_is_refused(self, case: Case) -> None:
        """A key that the schema does not know is a mistake, not silence."""
        found = self._mistakes(case, {**case.example.config, "no_such_key": "x"})
        assert [one.code for one in found] == ["unknown-key"]

    def test_missing_key_is_refused(self, case: Case) -> None:
        """A required key that is not there is named."""
        for key in case.kind.schema.get("required", ()):
            config = {name: one for name, one in case.example.config.items() if name != key}
            assert any(f"`{key}`" in one.message for one in self._mistakes(case, config)), key

    def _mistakes(self, case: Case, config: Mapping[str, Any]) -> list[Diagnostic]:
        section = self.registered_as
        written = {SECTIONS[section]: case.kind.name, **config}
        return checked(written, plugin_schema(section, case.kind.name, case.kind.schema))


def checked(written: Any, schema: Mapping[str, Any]) -> list[Diagnostic]:
    """Return what a definition's own check finds wrong with a value."""
    return list(check_schema(read_yaml(json.dumps(written), "example.yaml"), schema))


def loose_parts(schema: Any, where: str = "", *, is_root: bool = False) -> Iterator[str]:
    """Yield where a schema has an open object, or a key without description or reference.

    The root of a section is closed by onroll itself.
    """
    if isinstance(schema, list):
        for index, item in enumerate(schema):
            yield from loose_parts(item, f"{where}[{index}]")
    if not isinstance(schema, dict):
        return
    properties = schema.get("properties", {})
    if properties and not is_root and schema.get("additionalProperties") is not False:
        yield f"{where or 'the schema'} is open"
    for name, part in properties.items():
        if "description" not in part and "$ref" not in part:
            yield f"{where}.{name} has no description"
        yield from loose_parts(part, f"{where}.{name}")
    for word in set(schema) - {"properties", "default", "examples", "const", "enum"}:
        yield from loose_parts(schema[word], f"{where}/{word}")
