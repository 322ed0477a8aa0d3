# SPDX-License-Identifier: LGPL-2.1-or-later
"""How things look in a notebook: tables of HTML, in which everything that was told is escaped.

What is personal or sensitive is not shown: notebooks travel further than data.
"""

from html import escape

from .errors import RuralAlliance
from .values import Base, TYPES

_PUBLIC = RuralAlliance.Privacy.PUBLIC
_STRONG = {'supported': '#1a7f37', 'contradicted': '#c0362c'}


def text_of(value):
    """What stands in a cell; nothing where nothing is known."""
    if value is None:
        return ''
    if isinstance(value, RuralAlliance.Record):
        return Base.to_string(value)
    if isinstance(value, bool):
        return 'yes' if value else 'no'
    if isinstance(value, float):
        return f'{value:.6g}'
    if isinstance(value, (list, tuple)):
        return ', '.join(map(text_of, value))
    return str(value)


def number(value, unit=None):
    """A number of a result, which may be undefined."""
    if value is None:
        return 'undefined'
    unit = '' if unit is None or str(unit) == '1' else f' {unit}'
    return f'{value:,.6g}{unit}' if abs(value) < 1e6 else f'{value:,.0f}{unit}'


def interval(thing):
    """Both ends of an interval, or that there is none."""
    if thing.low is None and thing.high is None:
        return ''
    return f'{number(thing.low) if thing.low is not None else "−∞"} to {number(thing.high) if thing.high is not None else "∞"}'


def _grid(header, rows):
    head = ''.join(f'<th style="text-align:left">{escape(cell)}</th>' for cell in header)
    body = ''.join('<tr>' + ''.join(f'<td style="text-align:left">{escape(cell)}</td>' for cell in row) + '</tr>' for row in rows)
    return f'<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _notes(notes):
    return ''.join(f'<p><small>{escape(note)}</small></p>' for note in notes if note)


def alliance_html(alliance):
    """What an alliance holds."""
    profile = alliance.profile
    title = text_of(profile.title) if profile is not None and profile.title is not None else 'Alliance'
    rows = [(table.kind.get_plural(), str(len(table)), table.kind.get_doc() or '') for table in alliance.tables if len(table)]
    return f'<h4>{escape(title)}</h4>' + _grid(('table', 'records', 'what they are'), rows) + _notes([alliance.location])


def _shown_fields(table, records):
    fields = [field for field in table.kind.list_fields()
              if field.get_privacy() == _PUBLIC and field.get_name() != 'id' and field.get_field_type() != TYPES.JSON]
    return [field.get_name() for field in fields if any(record[field.get_name()] is not None for record in records)]


def table_html(table, records, n, selection=None):
    """The first records, their public fields of which something is known."""
    fields = _shown_fields(table, records)
    rows = [[Base.to_string(record), *(text_of(record[name]) for name in fields)] for record in records]
    hidden = [field for field in table.kind.list_fields() if field.get_privacy() != _PUBLIC]
    caption = f'{n:,} {table.kind.get_plural()}' if selection is None else \
        f'{n:,} of {len(table):,} {table.kind.get_plural()} where {selection.condition}'
    return f'<h4>{escape(caption)}</h4>' + _grid(('', *fields), rows) + _notes([
        f'and {n - len(records):,} more' if n > len(records) else '',
        selection is not None and selection.n_unknown and f'For {selection.n_unknown:,} the condition could not be told.',
        hidden and f'Personal and sensitive fields ({len(hidden)}) are not shown; to_pandas() has them.'])


def _result_row(result):
    estimate = 'withheld' if result.withheld else number(result.estimate, result.unit)
    return estimate, interval(result), f'{result.n_used:,}', f'{result.n_missing:,}'


_RESULT = ('estimate', 'interval', 'used', 'unknown')


def result_html(result):
    """One number, with what it rests on."""
    groups = [(path, result.get_group_label(path) or '') for path in result.get_group_paths() or ()]
    caption = ', '.join([result.metric or '', *(f'{path}: {label}' for path, label in groups)])
    missing = [f'{reason}: {result.get_n_missing_for(reason):,}' for reason in result.missing_reasons or ()]
    return f'<h4>{escape(caption)}</h4>' + _grid(_RESULT, [_result_row(result)]) + _notes([
        result.reason and f'Undefined: {result.reason}', missing and 'Left out: ' + '; '.join(missing), result.method,
        *(result.warnings or ())])


def results_html(results):
    """Numbers by group."""
    paths = list(dict.fromkeys(path for result in results for path in result.get_group_paths() or ()))
    names = {result.metric for result in results}
    header = (*(() if len(names) == 1 else ('metric',)), *paths, *_RESULT)
    rows = [(*(() if len(names) == 1 else (result.metric or '',)), *(result.get_group_label(path) or '' for path in paths),
             *_result_row(result)) for result in results]
    warnings = dict.fromkeys(warning for result in results for warning in result.warnings or ())
    caption = next(iter(names)) or '' if len(names) == 1 else f'{len(results)} results'
    return f'<h4>{escape(caption)}</h4>' + _grid(header, rows) + _notes(warnings)


def word_of(verdict):
    """A verdict's word, as it is said in a sentence."""
    return RuralAlliance.VerdictType.to_string(verdict.verdict_type).replace('_', ' ')


def _badge(verdict):
    word = word_of(verdict)
    return f'<b style="color:{_STRONG.get(word, "#8a5a00")}">{escape(word)}</b>'


def verdict_html(verdict):
    """A claim's verdict, its margin, and its readings."""
    claim = verdict.claim
    quote = text_of(claim.quote) if claim is not None else ''
    figures = [f'{label} {number(value, verdict.unit)}' for label, value in (
        ('value', verdict.value), ('threshold', verdict.threshold), ('margin', verdict.margin)) if value is not None]
    readings = [(reading.name or '', word_of(reading), number(reading.value, reading.unit)) for reading in verdict.readings]
    return ''.join([
        f'<h4>{escape(claim.get_id() or "") if claim is not None else ""}: {_badge(verdict)}</h4>',
        f'<blockquote>{escape(quote)}</blockquote>' if quote else '',
        f'<p>{escape("; ".join(figures))}</p>' if figures else '',
        _grid(('reading', 'verdict', 'value'), readings) if readings else '',
        _notes([*(verdict.reasons or ()), *(flip.text for flip in verdict.flips),
                verdict.sources and 'Sources: ' + ', '.join(source.get_id() or '' for source in verdict.sources)])])


def verdicts_html(verdicts):
    """A row for each claim."""
    rows = ''.join(
        f'<tr><td style="text-align:left">{escape(verdict.claim.get_id() or "")}</td><td style="text-align:left">{_badge(verdict)}</td>'
        f'<td style="text-align:left">{escape(number(verdict.value, verdict.unit) if verdict.value is not None else "")}</td>'
        f'<td style="text-align:left">{escape(text_of(verdict.claim.quote))}</td></tr>' for verdict in verdicts)
    return '<table><thead><tr>' + ''.join(f'<th style="text-align:left">{name}</th>' for name in (
        'claim', 'verdict', 'value', 'sentence')) + f'</tr></thead><tbody>{rows}</tbody></table>'


def report_html(report):
    """A report as it is read in Markdown, or that it has still to be compiled."""
    from gi.repository import GLib
    try:
        markdown = report.to_markdown()
    except GLib.Error as caught:
        return f'<p>{escape(caught.message)}</p>'
    return f'<pre style="white-space:pre-wrap">{escape(markdown)}</pre>'
