"""The pages of the definition language and of the connection file, from their schemas."""

from __future__ import annotations

from typing import Any, Final

from generator.schemas import Schemas
from onroll.builtin import shipped_schema
from onroll.definition.guesses import RESERVED

#: Sections below the top level: the definition in the schema, its heading, and a lead.
_PARTS: Final = (
    ("part", "Part", "Each item of `list_users.parts`."),
    ("shape", "Shape", "`shape` of a list or lookup."),
    ("updated_since", "Updated since", "`list_users.updated_since`."),
    ("call", "Call", "`context` has names, and for each name one of these."),
    ("detail", "Detail", "`list_users.details` has names, and for each name one of these."),
    (
        "lookup",
        "Lookup",
        (
            "`lookups` has names, and for each name one of these. Lookups are joined in the order "
            "in which they stand, so that one may use what the one before attached."
        ),
    ),
    ("setting", "Setting", "`settings` has names, and for each name one of these, or nothing."),
    ("example", "Example", "Each item of `examples`."),
    (
        "recorded",
        "Recorded answer",
        "The name of a file with the body, or an object; a list of them for several pages.",
    ),
)


#: Objects of the top level that have a section below.
_OBJECTS: Final = ("verified", "limits", "list_users")


def _linked(line: str) -> str:
    for key in _OBJECTS:
        if line.startswith(f"| `{key}` | object"):
            _, _, _, *rest = line.split("|")
            return f"| `{key}` | [object](#{key}) |" + "|".join(rest)
    return line


def definition_page() -> list[str]:
    """Return the page of the definition language."""
    envelope, common = shipped_schema("envelope"), shipped_schema("common")
    known = Schemas(common, envelope, "definition.md")
    lines = [
        "# The definition, format 1",
        "",
        (
            "A connector definition is one YAML file. It is data: nothing in it is executed. "
            "The types are those of YAML 1.2's JSON schema, so `no`, `007` and `2024-01-31` are "
            "text. Unknown and duplicate keys are mistakes."
        ),
        "",
        "## Top level",
        "",
        *(_linked(line) for line in known.table(envelope)),
        "",
        "Words that are reserved for a later version: "
        + "; ".join(f"`{word}` ({why})" for word, why in RESERVED.items())
        + ".",
    ]
    for key in _OBJECTS:
        rule = envelope["properties"][key]
        lines += ["", f"## `{key}`", "", rule["description"], "", *known.table(rule)]
    for name, heading, lead in _PARTS:
        rule = envelope["$defs"][name]
        lines += ["", f"## {heading}", "", *_lead(rule, lead), *known.table(rule)]
    lines += _attributes(known, envelope["$defs"]["attributes"])
    lines += _ideas(known, common["$defs"])
    return lines


def _lead(rule: dict[str, Any], lead: str) -> list[str]:
    described = rule.get("description", "")
    return [*([described, ""] if described else []), lead, ""]


def _attributes(known: Schemas, rule: dict[str, Any]) -> list[str]:
    lines = ["", "## `attributes`", "", rule["description"], ""]
    lines += ["| attribute | meaning |", "| --- | --- |"]
    lines += [f"| `{row.key}` | {row.meaning} |" for row in known.rows(rule)]
    return lines


def _ideas(known: Schemas, common: dict[str, Any]) -> list[str]:
    value = common["value"]
    lines = ["", "## Value of an attribute", "", value["description"], "", *known.table(value), ""]
    lines += known.rules(value)
    lines += [
        (
            "They are applied in this order: the source, `transform`, `map`, then `default`. "
            "`when` is asked first: where it does not hold, the value is absent."
        ),
        "",
        "## Composed sign-in name",
        "",
        common["compose"]["description"] + " See [how to make user names](../how-to/usernames.md).",
        "",
        *known.table(common["compose"]),
        "",
        *known.rules(common["compose"]),
        "",
        f"`beginning` and `end` are objects. {common['name_part']['description']}",
        "",
        *known.table(common["name_part"]),
        "",
        "## Path",
        "",
        common["path"]["description"],
        "",
        "| written | leads to |",
        "| --- | --- |",
        "| `.` | the whole document |",
        "| `data.people[0].name` | `name` of the first item of `people` in `data` |",
        '| `["@odata.nextLink"]` | a key that a plain path cannot hold |',
        '| `["a.b", c, 0]` | the first item of `c` in the key `a.b` |',
        "| `$.emails[?(@.type=='work')].value` | JSONPath; regular expressions are refused |",
        "",
        "## Locator",
        "",
        common["locator"]["description"],
        "",
        *known.table(common["locator"]),
        "",
        *known.rules(common["locator"]),
        "",
        "The header `Link` (RFC 8288) is read for its `rel=next` target.",
    ]
    for name, heading in (
        ("answer_condition", "Condition on an answer"),
        ("record_condition", "Condition on a record"),
    ):
        rule = common[name]
        lines += ["", f"## {heading}", "", rule["description"], "", *known.table(rule), ""]
        lines += [*known.rules(rule), "Without a test the value must be present."]
    return [*lines, "", *_REFERENCES]


_REFERENCES: Final = (
    "## Reference",
    "",
    "| written | stands for | where |",
    "| --- | --- | --- |",
    "| `${settings.name}` | a setting | wherever text is sent |",
    "| `${record.path}` | a value of the record | details |",
    "| `${attribute}` | a mapped attribute | `template` |",
    "| `${env:NAME}` | an environment variable | connection files |",
    "| `${file:PATH}` | a file's text, relative to the connection file | connection files |",
    "| `${keyring:service/name}` | an entry of the system's keyring | connection files |",
    "| `$${` | a literal `${` | everywhere |",
    "",
    (
        "Alone in its text a reference keeps its type; inside longer text it becomes text. "
        "In an endpoint it is percent-encoded. "
        "A reference to an optional setting that is not set drops the key that holds it."
    ),
)


def connection_page() -> list[str]:
    """Return the page of the connection file."""
    connections = shipped_schema("connections")
    known = Schemas(shipped_schema("common"), connections, "connection-file.md")
    connection = connections["$defs"]["connection"]
    return [
        "# The connection file",
        "",
        connections["description"] + " "
        "It is `./onroll.yaml`, or the file that `--config` names. "
        "A setting comes from `--set`, else from the environment variable "
        "`ONROLL_<CONNECTION>_<SETTING>`, else from this file.",
        "",
        "```yaml",
        "# onroll.yaml",
        "format: 1",
        "connections:",
        "  personio-berlin:",
        "    connector: personio",
        "    settings:",
        '      client_id: "${env:PERSONIO_CLIENT_ID}"',
        '      client_secret: "${file:secrets/personio}"',
        "    attributes:",
        "      employee_type: null",
        "      custom: {office: attributes.office.value.attributes.name}",
        "    import: {create_as: staged, time_zone: Europe/Berlin}",
        "```",
        "",
        "## Top level",
        "",
        *known.table(connections),
        "",
        "## Connection",
        "",
        *known.table(connection),
        *_blocks(known, connections["$defs"]),
    ]


def _blocks(known: Schemas, definitions: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    for name, heading in _BLOCKS:
        rule = definitions[name]
        more = " See [the kinds of targets](targets.md)." if name == "target" else ""
        lines += ["", f"## {heading}", "", rule["description"] + more, "", *known.table(rule)]
        if rules := known.rules(rule):
            lines += ["", *rules]
    return lines


#: Parts of a connection file: the definition in the schema, and its heading.
_BLOCKS: Final = (
    ("import", "Import"),
    ("protected", "Protected users"),
    ("group_rule", "Group rule"),
    ("user_condition", "Condition on a user"),
    ("import_limits", "Limits of an import"),
    ("target", "Target"),
    ("summary", "Summary"),
    ("smtp", "Mail server"),
)
