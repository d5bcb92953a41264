"""A summary as HTML for mail programs: tables and inline styles, nothing loaded from anywhere.

The inline styles are the light form, which every program shows. Programs that know dark mode and
keep the style sheet get the dark form from it. Markup escapes whatever is put in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.service.summary_facts import AttentionItem, SummaryFacts

__all__ = ["as_html"]

_TILES_A_ROW: Final = 4
#: Rare, and told in a sentence, so that the tiles fill two rows.
_NO_TILES: Final = frozenset({"linked", "to link"})
_MOODS: Final[Mapping[str, str]] = {"good": "#1a7f37", "attention": "#9a6700", "bad": "#cf222e"}
_FONT: Final = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_HEADING: Final = "margin:28px 0 8px;font-size:15px;line-height:20px;font-weight:600"
_CODE: Final = Markup(
    '<code style="background:#f3f4f6;border-radius:4px;padding:1px 5px;'
    'font-family:ui-monospace,Menlo,Consolas,monospace;font-size:13px">{}</code>'
)
_WRAP: Final = "overflow-wrap:anywhere;word-break:break-word"

_PAGE: Final = Markup("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
@media (max-width: 480px) {{
.outer {{ padding: 0 !important; }}
.card {{ padding: 20px 16px !important; border: 0 !important; border-radius: 0 !important; }}
}}
@media (prefers-color-scheme: dark) {{
.page {{ background: #0d1117 !important; }}
.card {{ background: #161b22 !important; color: #e6edf3 !important; }}
.card, .line {{ border-color: #30363d !important; }}
.muted {{ color: #9da7b3 !important; }}
.number {{ color: #e6edf3 !important; }}
.tile, code {{ background: #21262d !important; color: #e6edf3 !important; }}
.good {{ color: #56d364 !important; border-color: #3fb950 !important; }}
.attention {{ color: #e3b341 !important; border-color: #d29922 !important; }}
.bad {{ color: #ff938a !important; border-color: #f85149 !important; }}
a {{ color: #79c0ff !important; }}
}}
</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f3f4f6">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" \
style="background:#f3f4f6">
<tr><td class="outer" align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:640px">
<tr><td class="card" style="{font};font-size:14px;line-height:20px;color:#1f2328;\
background:#ffffff;border:1px solid #d8dee4;border-radius:8px;padding:28px 32px;{wrap}">
{body}
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
""")


def as_html(facts: SummaryFacts, results: str | None) -> str:
    """Write the summary; `results` is a sentence about where all lines are."""
    sections = (_head(facts), _counts(facts), _listing(facts), _groups(facts), _people(facts))
    body = [part for section in sections for part in section]
    body += _foot(facts, results)
    return str(
        _PAGE.format(title=facts.subject, font=_FONT, wrap=_WRAP, body=Markup("\n").join(body))
    )


def _head(facts: SummaryFacts) -> Iterator[Markup]:
    yield Markup(
        '<div class="muted" style="font-size:13px;color:#59636e">{}</div>'
        '<h1 class="{}" style="margin:4px 0 0;font-size:20px;line-height:27px;font-weight:600;'
        'color:{}">{}</h1>'
    ).format(
        facts.title,
        facts.mood,
        _MOODS[facts.mood],
        facts.verdict,
    )
    for error, hint in facts.errors:
        if error not in facts.headline:
            yield _paragraph(_marked(error))
        if hint:
            yield _labelled("Hint", hint)


def _labelled(label: str, text: str) -> Markup:
    return _paragraph(
        Markup('<span class="muted" style="color:#59636e">{}:</span> {}').format(
            label, _marked(text)
        )
    )


def _paragraph(text: str | Markup) -> Markup:
    return Markup('<p style="margin:10px 0 0">{}</p>').format(text)


def _marked(text: str) -> Markup:
    """Write what stands between backticks as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return Markup("{}").format(text)
    return Markup("").join(
        _CODE.format(part) if number % 2 else part for number, part in enumerate(parts)
    )


def _heading(text: str) -> Markup:
    return Markup('<h2 style="{}">{}</h2>').format(_HEADING, text)


def _counts(facts: SummaryFacts) -> Iterator[Markup]:
    if not facts.tiles:
        return
    if facts.are_planned:
        yield _heading("Planned; nothing was written")
    tiles = [tile for tile in facts.tiles if tile[0] not in _NO_TILES]
    cells = [
        _tile(word, count, is_last=number % _TILES_A_ROW == 0)
        for number, (word, count) in enumerate(tiles, 1)
    ]
    rows = [
        Markup("<tr>{}</tr>").format(Markup("").join(cells[start : start + _TILES_A_ROW]))
        for start in range(0, len(cells), _TILES_A_ROW)
    ]
    yield Markup(
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" '
        'style="table-layout:fixed;margin:{} 0 0">{}</table>'
    ).format("4px" if facts.are_planned else "20px", Markup("\n").join(rows))
    others = [f"{count:,} {word}" for word, count in facts.tiles if word in _NO_TILES]
    if others:
        yield Markup('<p class="muted" style="margin:4px 0 0;color:#59636e">Also {}.</p>').format(
            ", ".join(others)
        )


def _tile(word: str, count: int, *, is_last: bool) -> Markup:
    kind = "number"
    if not count:
        kind = "muted"
    elif word == "failed":
        kind = "bad"
    elif word in {"conflicts", "refused"}:
        kind = "attention"
    # A million must fit a quarter of a telephone's width.
    size = "20px" if count < 10_000 else "15px" if count < 1_000_000 else "12px"
    colors = {"number": "#1f2328", "muted": "#59636e", **_MOODS}
    return Markup(
        '<td width="25%" style="padding:0 {} 6px 0"><div class="tile" style="background:#f3f4f6;'
        'border-radius:6px;padding:10px 2px;text-align:center">'
        '<div class="{}" style="font-size:{};line-height:24px;font-weight:600;color:{}">{}</div>'
        '<div class="muted" style="font-size:11px;line-height:15px;color:#59636e">{}</div>'
        "</div></td>"
    ).format("0" if is_last else "6px", kind, size, colors[kind], f"{count:,}", word)


def _listing(facts: SummaryFacts) -> Iterator[Markup]:
    yield _heading("Listing")
    yield _paragraph(facts.certificate)
    if facts.objections:
        lines = [Markup("<li>{}</li>").format(_marked(objection)) for objection in facts.objections]
        yield Markup('<ul style="margin:6px 0 0;padding-left:20px">{}</ul>').format(
            Markup("").join(lines)
        )
    for note in facts.notes:
        yield _labelled("Note", note)


def _groups(facts: SummaryFacts) -> Iterator[Markup]:
    if not facts.groups:
        return
    yield _heading("Reasons")
    rows = [
        Markup(
            '<tr><td class="line" align="right" valign="top" style="padding:5px 12px 5px 0;'
            'border-top:1px solid #d8dee4;font-weight:600;white-space:nowrap">{}</td>'
            '<td class="line" width="100%" style="padding:5px 0;border-top:1px solid #d8dee4">'
            "{}: {}</td></tr>"
        ).format(f"{group.count:,}", group.action, group.reason)
        for group in facts.groups
    ]
    yield Markup('<table width="100%" cellpadding="0" cellspacing="0">{}</table>').format(
        Markup("\n").join(rows)
    )
    if facts.more_groups:
        yield _paragraph(f"and {facts.more_groups:,} further reasons")


def _people(facts: SummaryFacts) -> Iterator[Markup]:
    if not facts.people:
        return
    shown = len(facts.people)
    count = f"{shown:,} of {facts.people_count:,}" if shown < facts.people_count else f"{shown:,}"
    yield _heading(f"Who needs attention ({count})")
    yield Markup('<table width="100%" cellpadding="0" cellspacing="0">{}</table>').format(
        Markup("\n").join(map(_person, facts.people))
    )


def _person(person: AttentionItem) -> Markup:
    mood = "bad" if person.action == "failed" else "attention"
    return Markup(
        '<tr><td class="line" style="padding:8px 0;border-top:1px solid #d8dee4">'
        '<span style="font-weight:600">{}</span> '
        '<span class="muted" style="color:#59636e">id&nbsp;{}</span><br>'
        '<span class="{}" style="color:{};font-weight:600">{}</span>{}</td></tr>'
    ).format(
        person.email or "(no e-mail)",
        person.id or "missing",
        mood,
        _MOODS[mood],
        person.action,
        Markup(": {}").format(_marked(person.reason)) if person.reason else "",
    )


def _foot(facts: SummaryFacts, results: str | None) -> Iterator[Markup]:
    if facts.command:
        yield _heading("See everybody")
        yield _paragraph(_CODE.format(facts.command))
    if facts.link:
        yield _paragraph(_anchor(facts.link))
    if results:
        yield _paragraph(results)
    times = [
        Markup('<span style="white-space:nowrap">{} {}</span>').format(word, instant)
        for word, instant in (("Started", facts.started_at), ("finished", facts.finished_at))
        if instant
    ]
    if times:
        yield Markup(
            '<p class="muted line" style="margin:28px 0 0;padding-top:12px;font-size:12px;'
            'line-height:17px;color:#59636e;border-top:1px solid #d8dee4">{}</p>'
        ).format(Markup(", ").join(times))


def _anchor(link: str) -> Markup:
    # Anything else than a web address could run in the reader's program.
    if not link.lower().startswith(("https://", "http://")):
        return Markup("{}").format(link)
    return Markup('<a href="{0}" style="color:#0969da">{0}</a>').format(link)
