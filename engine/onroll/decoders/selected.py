"""Decode of JSON only what an outline wants. See https://jcristharif.com/msgspec/perf-tips.html.

The types say no more than what was seen, so that a body which is different does not fit, and is
decoded whole by whoever asked. What is wanted by nobody is checked for being JSON, but not for
how deep it is nested, how large its numbers are, and whether its text is UTF-8.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import TYPE_CHECKING, Any, Final

import msgspec

from onroll.http.charset import is_other_than_utf8
from onroll.outline import Members, field_of
from onroll.protocols import Unlike

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.model import Json, Response
    from onroll.outline import Outline
    from onroll.protocols import Decoder

__all__ = ["selected_json"]

#: How deep a wanted value may be nested; a deeper one is left to the decoder of whole bodies.
_DEEPEST: Final = 8

# By other names: what is made of these is known here, and not to mypy.
_list_of: Any = list
_dict_of: Any = dict

_Plain: Any = str | int | float | bool | None
_Nested: Any = _Plain
for _ in range(_DEEPEST):
    _Nested = _Plain | _list_of[_Nested] | _dict_of[str, _Nested]


def selected_json(outline: Outline) -> Decoder:
    """Return a decoder of what an outline wants. It raises `Unlike` for what does not fit."""
    decode_selected = msgspec.json.Decoder(_type_of(outline)).decode

    def decode(response: Response) -> Json:
        if is_other_than_utf8(response):
            raise Unlike
        try:
            found: Json = decode_selected(response.body.removeprefix(BOM_UTF8))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise Unlike from None
        return found

    return decode


def _type_of(outline: Outline) -> Any:
    if outline.is_whole:
        return _Nested if outline.is_nested else _Plain | _list_of[_Plain]
    items = _Nested if outline.is_nested else _Plain
    if outline.items is not None:
        items = _type_of(outline.items)
    kinds = _Plain | _list_of[items]
    if outline.members is None:
        return kinds
    return kinds | _object_of(outline.members, outline.witness)


def _object_of(members: Mapping[str, Outline], witness: str | None) -> Any:
    """Return the type of an object that has the witness, and may have the others."""
    fields: list[Any] = [
        (field_of(key), _type_of(one))
        if key == witness
        else (field_of(key), _type_of(one) | msgspec.UnsetType, msgspec.UNSET)
        for key, one in members.items()
    ]
    return msgspec.defstruct(
        "Object",
        fields,
        bases=(Members,),
        kw_only=True,
        gc=False,
        rename={field_of(key): key for key in members},
    )
