"""The pages of what plug-ins offer: auth, pagination, decoders, targets and transforms."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

from generator.schemas import Schemas
from onroll.builtin import shipped_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.plugins.registry import Registry
    from onroll.protocols import DecoderExample, PaginationExample, TransformKind


def auth_page(registry: Registry) -> list[str]:
    """Return the page of authentication methods."""
    known = _known("auth.md")
    lines = [
        "# Authentication methods",
        "",
        (
            "`auth.method` names one; the other keys are its own. "
            "Text may hold `${settings.name}`. Plug-ins may add methods."
        ),
    ]
    for name, one in registry.auth.items():
        kind = one.kind
        lines += [
            "",
            f"## `{name}`",
            "",
            f"{kind.summary}. See [how to use it]({_page(name)}).",
            "",
        ]
        lines += _keys(known, kind.schema)
        for example in kind.examples:
            lines += ["", *_yaml_block({"auth": {"method": name, **example.config}})]
            if example.credential:
                lines += ["", f"Requests then carry `{example.credential}`."]
    return lines


def pagination_page(registry: Registry) -> list[str]:
    """Return the page of pagination styles."""
    known = _known("pagination.md")
    common = shipped_schema("pagination/common")
    lines = [
        "# Pagination styles",
        "",
        "`pagination.style` names one. These keys belong to every style:",
        "",
        *known.table(common),
        "",
        *known.rules(common),
    ]
    for name, one in registry.pagination.items():
        kind = one.kind
        lines += [
            "",
            f"## `{name}`",
            "",
            (
                f"{kind.summary}. The listing ends with {kind.ends}. "
                f"See [how to use it]({_page(name, 'pagination')})."
            ),
            "",
            *_keys(known, kind.schema),
        ]
        for example in kind.examples:
            lines += ["", *_yaml_block({"pagination": {"style": name, **example.config}}), ""]
            lines += _conversation(example)
    return lines


def _conversation(example: PaginationExample) -> Iterator[str]:
    yield "| asked for | records | the answer also has |"
    yield "| --- | --- | --- |"
    for asked, page in zip(example.asks, example.pages, strict=True):
        what = asked if isinstance(asked, str) else _json(asked)
        extra = [f"`{_json(page.answer)}`"] if page.answer not in (None, []) else []
        extra += [f"`{name}: {value}`" for name, value in page.headers.items()]
        if page.record is not None:
            extra.append(f"last record `{_json(page.record)}`")
        yield f"| `{what}` | {page.received} | {_cell(', '.join(extra))} |"
    yield ""
    if example.proof is None:
        yield "The end is not proven: the listing is incomplete."
    else:
        yield f"The end is proven by `{example.proof}`."


def decoders_page(registry: Registry) -> list[str]:
    """Return the page of formats of answers."""
    known = _known("decoders.md")
    lines = [
        "# Formats of answers",
        "",
        (
            "`decoder.format` names one; the other keys are its own. Without a `decoder` it is "
            "`json`. At the top level it counts for all lists, details and lookups; in one of "
            "them for that one alone. A 204 has nothing in every format, and a gzip file as a "
            "body is unpacked. Plug-ins may add formats."
        ),
        "",
        f"A `charset` is one of {', '.join(f'`{one}`' for one in _charsets())}.",
    ]
    for name, one in registry.decoder.items():
        kind = one.kind
        lines += [
            "",
            f"## `{name}`",
            "",
            f"{kind.summary}. See [how to use it]({_page(name, 'decode')}).",
            "",
            f"It is asked for with `Accept: {kind.accept}`.",
            "",
            *_keys(known, kind.schema),
        ]
        for example in kind.examples:
            lines += ["", *_decoded(name, example)]
    return lines


def _charsets() -> list[str]:
    names: list[str] = shipped_schema("common")["$defs"]["charset"]["enum"]
    return names


def _decoded(name: str, example: DecoderExample) -> Iterator[str]:
    yield f"`decoder: {_flow({'format': name, **example.config})}`"
    yield ""
    yield "| | |"
    yield "| --- | --- |"
    if example.content_type:
        yield f"| content type | `{example.content_type}` |"
    body = f"`{_cell(repr(example.body)[2:-1])}`" if example.body else "nothing"
    yield f"| body | {body} |"
    gives = "refused" if example.gives is None else f"`{_cell(_json(example.gives))}`"
    yield f"| gives | {gives} |"


def targets_page(registry: Registry) -> list[str]:
    """Return the page of kinds of target."""
    known = _known("targets.md")
    lines = [
        "# Kinds of target",
        "",
        (
            "`kind` below a name in [`targets`](connection-file.md#target) says what sort of "
            "directory it is; the other keys are the kind's own. Plug-ins may add kinds."
        ),
    ]
    for name, one in registry.targets.items():
        lines += [
            "",
            f"## `{name}`",
            "",
            f"{one.kind.summary}.",
            "",
            *_keys(known, one.kind.schema),
        ]
    return lines


def transforms_page(registry: Registry) -> list[str]:
    """Return the page of transforms."""
    of_lists = [f"`{name}`" for name, one in registry.transforms.items() if one.kind.takes_all]
    lines = [
        "# Transforms",
        "",
        (
            "`transform` takes a list of them, applied in order: a name, or `{name: argument}`. "
            "Absent and null values pass by. Transforms of text are applied to each text of a "
            "list, and take a number as its text. "
            f"{', '.join(of_lists)} are given a list whole: in front of them a JSONPath gives "
            "every match, in attributes of any kind."
        ),
        "",
        "| transform | argument | meaning |",
        "| --- | --- | --- |",
    ]
    for name, one in registry.transforms.items():
        lines.append(f"| [`{name}`](#{name}) | {_argument(one.kind)} | {_cell(one.kind.summary)} |")
    for name, one in registry.transforms.items():
        lines += [
            "",
            f"## `{name}`",
            "",
            "| written | given | gives |",
            "| --- | --- | --- |",
        ]
        for example in one.kind.examples:
            written = name if example.argument is None else _flow({name: example.argument})
            cells = (written, _json(example.given), _json(example.gives))
            lines.append("| " + " | ".join(f"`{_cell(cell)}`" for cell in cells) + " |")
    return lines


def _argument(kind: TransformKind) -> str:
    if kind.argument is None:
        return "none"
    return "needed" if kind.is_argument_needed else "optional"


def _known(page: str) -> Schemas:
    return Schemas(shipped_schema("common"), shipped_schema("envelope"), page)


def _page(name: str, section: str = "auth") -> str:
    return f"../how-to/{section}-{name.replace('_', '-')}.md"


def _keys(known: Schemas, schema: Mapping[str, Any]) -> list[str]:
    if not schema.get("properties"):
        return ["No keys of its own."]
    rules = known.rules(schema)
    return [*known.table(schema), *(["", *rules] if rules else [])]


def _yaml_block(value: Mapping[str, Any]) -> list[str]:
    text = yaml.safe_dump(dict(value), sort_keys=False, allow_unicode=True, width=88)
    return ["```yaml", *text.rstrip().split("\n"), "```"]


def _flow(value: Mapping[str, Any]) -> str:
    return yaml.safe_dump(
        dict(value), default_flow_style=True, sort_keys=False, allow_unicode=True, width=200
    ).strip()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
