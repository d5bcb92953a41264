"""Reads many rows in portions, by their key. No cursor stays open, so writes may go between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, tuple_

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Column, Connection, Select

__all__ = ["rows_by_key"]

_PORTION = 5_000


def rows_by_key(
    db: Connection, statement: Select[Any], *key: Column[Any], portion: int = _PORTION
) -> Iterator[Sequence[Any]]:
    """Yield the statement's rows in portions, ordered by `key`, which starts the selection.

    The key is unique within the statement, and an index has its order, or each portion is sorted
    anew. What other transactions add meanwhile may be left out.
    """
    first = statement.order_by(*key).limit(portion)
    names = [f"after_{number}" for number in range(len(key))]
    bounds = [bindparam(name, type_=column.type) for name, column in zip(names, key, strict=True)]
    beyond = key[0] > bounds[0] if len(key) == 1 else tuple_(*key) > tuple_(*bounds)
    following = first.where(beyond)
    rows: Sequence[Any] = db.execute(first).all()
    while rows:
        yield rows
        if len(rows) < portion:
            return
        rows = db.execute(following, dict(zip(names, rows[-1], strict=False))).all()
