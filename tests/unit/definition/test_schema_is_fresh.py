import json

from onroll.builtin import shipped
from onroll.definition.bundle import bundle
from onroll.plugins.host import create_host
from onroll.plugins.registry import build_registry


def test_the_shipped_schema_is_what_the_built_in_plug_ins_make() -> None:
    """When this fails: `make schemas`."""
    # Without installed plug-ins, which differ from machine to machine.
    made = bundle(build_registry(create_host(with_installed=False)))
    shipped_text = (shipped("schemas") / "connector.schema.json").read_text(encoding="utf-8")
    assert json.loads(shipped_text) == made
