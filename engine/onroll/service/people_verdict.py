"""What became of a sample of people: refused, lacking an attribute, of unknown status. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onroll.diagnostics import nearest, quoted_list
from onroll.mapping.coverage import attribute_coverage
from onroll.model import NEEDED_ATTRIBUTES
from onroll.service.verdicts import Verdict, failed, not_applicable, passed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from onroll.model import Json
    from onroll.service.reading import Item

__all__ = ["judge_attributes"]


def judge_attributes(
    attributes: Mapping[str, Json], items: Sequence[Item], unknown_statuses: Mapping[str, int]
) -> Verdict:
    """Judge what became of a sample of people."""
    mapped = [item.mapped for item in items]
    if not mapped:
        detail = "nobody is listed, so nobody can be mapped"
        return not_applicable(detail)
    refused = [one for one in mapped if one.user is None and not one.is_excluded]
    if refused:
        reasons = [reason for one in refused for reason in one.reasons]
        why = sorted({f"{reason.attribute}: {reason.message}" for reason in reasons})
        detail = f"{len(refused)} of {len(mapped)} refused: {'; '.join(why[:5])}"
        more = f" and {len(why) - 5} further reasons" if len(why) > 5 else ""
        return failed(detail + more, _what_refused(attributes, reasons[0].attribute, items))
    coverage = attribute_coverage(attributes, mapped)
    bare = [name for name, one in coverage.items() if not one.filled]
    needed = [name for name in bare if name in NEEDED_ATTRIBUTES]
    if needed and len(mapped) > sum(one.is_excluded for one in mapped):
        hint = _what_is_there(attributes, needed[0], items)
        return failed(f"{quoted_list(needed)} filled for nobody of {len(mapped)}", hint)
    if unknown_statuses:
        names = quoted_list(list(unknown_statuses))
        detail = f"`status` does not know {names}: add them to its `map`"
        return failed(detail, "write each below `attributes.status.map`")
    filled = f"{len(coverage) - len(bare)} of {len(coverage)} filled"
    empty = f"; filled for nobody: {quoted_list(bare)}" if bare else ""
    return passed(f"{filled} in a sample of {len(mapped)}{empty}")


def _what_refused(
    attributes: Mapping[str, Json], name: str | None, items: Sequence[Item]
) -> str | None:
    if name == "id":
        return _what_is_there(attributes, "id", items)
    if name in attributes:
        return f"check `attributes.{name}` and its `transform`"
    return f"check `details.{name}`, and the right that it needs" if name else None


def _what_is_there(attributes: Mapping[str, Json], name: str, items: Sequence[Item]) -> str:
    """Name the keys of the first record; never a value."""
    record = next((one.record for one in items if isinstance(one.record, dict)), None)
    if not record:
        return f"check `attributes.{name}`: the records are no objects, or empty"
    keys = list(record)
    alike = nearest(_last_name(attributes.get(name)), keys) or nearest(name, keys)
    guess = f": `{name}: {alike}` perhaps" if alike is not None else ""
    return f"check `attributes.{name}`; a record has {quoted_list(keys)}{guess}"


def _last_name(written: Any) -> str:
    path = written.get("path") if isinstance(written, dict) else written
    return str(path).rpartition(".")[2] if isinstance(path, str) else ""
