import json

import pytest

from onroll.builtin import shipped
from onroll.definition.bundle import bundle, connections_bundle
from onroll.plugins.host import create_host
from onroll.plugins.registry import build_registry


@pytest.mark.parametrize(
    ("name", "make"), [("connector", bundle), ("onroll-yaml", connections_bundle)]
)
def test_the_shipped_schema_is_what_the_built_in_plug_ins_make(name: str, make: object) -> None:
    """When this fails: `make schemas`."""
    assert callable(make)
    # Without installed plug-ins, which differ from machine to machine.
    made = make(build_registry(create_host(with_installed=False)))
    shipped_text = (shipped("schemas") / f"{name}.schema.json").read_text(encoding="utf-8")
    assert json.loads(shipped_text) == made
