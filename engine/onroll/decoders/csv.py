"""`csv`: a table in text (RFC 4180), as report and export endpoints answer it.

    id;name;office
    1;Ada;
    2;Grace;Berlin

    decoder: {format: csv, delimiter: ";"}
    list_users: {endpoint: /export.csv, resource_location: "."}

gives `[{"id": "1", "name": "Ada", "office": null}, …]`: every value is text, an empty cell null.
"""

from __future__ import annotations

import csv
import io
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from onroll.builtin import shipped_schema
from onroll.decoders.appearance import refuse_other_format
from onroll.http.charset import read_text
from onroll.plugins import hookimpl
from onroll.protocols import Decoder, DecoderExample, DecoderKind, UnreadableBody

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.model import Json, Response

_DELIMITERS: Final = ";\t|,"


def _build(config: Mapping[str, Any]) -> Decoder:
    charset = config.get("charset")
    columns = config.get("columns")
    skip_rows = config.get("skip_rows", 0)
    delimiter = config.get("delimiter", ",")
    quote = config.get("quote", '"')

    def decode(response: Response) -> Json:
        if response.status == 204:
            return None
        text = read_text(response, charset)
        refuse_other_format(text, "CSV")
        lines = io.StringIO(text, newline="")
        # Titles above the table keep to no rule of quotes: they are lines, not rows.
        for _ in islice(lines, skip_rows):
            pass
        reader = csv.reader(
            lines,
            delimiter="\t" if delimiter == "tab" else delimiter,
            quotechar=None if quote == "none" else quote,
            quoting=csv.QUOTE_NONE if quote == "none" else csv.QUOTE_MINIMAL,
            strict=True,
        )
        return _records(_rows(reader, skip_rows), columns)

    return decode


def _encode(config: Mapping[str, Any], value: Json, answer: Response) -> bytes:
    """Write the rows below the answer's own header; the titles above are not of the table."""
    columns = config.get("columns")
    delimiter = "\t" if config.get("delimiter") == "tab" else config.get("delimiter", ",")
    quote = config.get("quote", '"')
    skipped = config.get("skip_rows", 0)
    if columns is None:
        text = read_text(answer, config.get("charset"))
        body = "".join(text.splitlines(keepends=True)[skipped:])
        reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, quotechar=quote[:1])
        header = next((row for row in reader if row), [])
    stream = io.StringIO(newline="")
    stream.write("title\r\n" * skipped)
    writer = csv.writer(
        stream,
        delimiter=delimiter,
        quotechar=None if quote == "none" else quote,
        quoting=csv.QUOTE_NONE if quote == "none" else csv.QUOTE_MINIMAL,
    )
    if columns is None:
        writer.writerow(header)
    for row in value or ():
        writer.writerow(["" if cell is None else cell for cell in row.values()])
    return stream.getvalue().encode(config.get("charset", "utf-8"), "replace")


def _rows(reader: Iterator[list[str]], skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that has cells, and its number as a spreadsheet counts."""
    number = skipped
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise UnreadableBody(
                "broken-body",
                f"row {number} of the CSV is broken, or its quotes are never closed",
                "check `quote` and `delimiter` of the decoder",
            ) from None
        if row:
            yield number, row


def _records(rows: Iterator[tuple[int, list[str]]], columns: list[str] | None) -> list[Json]:
    if columns is None:
        _, header = next(rows, (0, None))
        if header is None:
            raise UnreadableBody(
                "empty-body",
                "the CSV has no header row",
                "name its `columns` in `decoder` if it never has one",
            )
        columns = _checked([name.strip() for name in header])
    width = len(columns)
    found: list[Json] = []
    for number, row in rows:
        if len(row) != width:
            raise UnreadableBody(
                "wrong-columns",
                f"row {number} of the CSV has {len(row)} cells where {width} are expected",
                "it is cut, or `delimiter`, `quote` or `columns` of the decoder are not its own",
            )
        found.append(dict(zip(columns, [cell or None for cell in row], strict=True)))
    return found


def _checked(names: list[str]) -> list[str]:
    """Return the names of a header row. Quotes none of them: it may be a person's row."""
    hint = "if the row is no header, use `skip_rows` or name the `columns` in `decoder`"
    if len(names) == 1:
        for mark in _DELIMITERS:
            if mark in names[0]:
                shown = "tab" if mark == "\t" else mark
                raise UnreadableBody(
                    "wrong-columns",
                    "the header row of the CSV is a single column",
                    f'it holds `{shown}`: try `delimiter: "{shown}"`',
                )
    for place, name in enumerate(names, 1):
        if not name:
            message = f"column {place} of the CSV's header row has no name"
            raise UnreadableBody("wrong-columns", message, hint)
    seen: dict[str, int] = {}
    for place, name in enumerate(names, 1):
        if seen.setdefault(name, place) != place:
            message = f"columns {seen[name]} and {place} of the CSV's header row have the same name"
            raise UnreadableBody("wrong-columns", message, hint)
    return names


@hookimpl
def onroll_decoders() -> list[DecoderKind]:
    """Offer `csv`."""
    return [
        DecoderKind(
            name="csv",
            summary="CSV (RFC 4180): a list of objects whose values are text",
            accept="text/csv, */*;q=0.5",
            schema=shipped_schema("decoders/csv"),
            build=_build,
            encode=_encode,
            examples=(
                DecoderExample(
                    {"delimiter": ";"},
                    b'\xef\xbb\xbfid;name;office\r\n1;"Lovelace; Ada";\r\n2;Grace;Berlin\r\n',
                    [
                        {"id": "1", "name": "Lovelace; Ada", "office": None},
                        {"id": "2", "name": "Grace", "office": "Berlin"},
                    ],
                    content_type="text/csv",
                ),
                DecoderExample(
                    {"delimiter": "tab", "columns": ["id", "name"], "skip_rows": 1},
                    b"All people\n007\tZo\xeb\n",
                    [{"id": "007", "name": "Zoë"}],
                    content_type="text/csv; charset=windows-1252",
                ),
                DecoderExample({}, b"id,name\n", []),
                DecoderExample({}, b"id,name\n1,Ada\n2", None),
                DecoderExample({}, b'id,name\n1,"Ada', None),
                DecoderExample({}, b"id,id\n1,2\n", None),
            ),
        )
    ]
