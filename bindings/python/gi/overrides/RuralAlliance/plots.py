# SPDX-License-Identifier: LGPL-2.1-or-later
"""Results and verdicts drawn with matplotlib.

An undefined or withheld number has no mark: its row says so in words.
"""

import re

from .html import text_of, word_of

_INK, _ACCENT, _MUTED = '#24292f', '#1f6f8b', '#8c959f'


def _axes(ax):
    if ax is not None:
        return ax
    from matplotlib import pyplot
    return pyplot.subplots(layout='constrained')[1]


def _plain(words):
    """Words in which matplotlib finds no formula."""
    return words.replace('$', r'\$')


def _label(thing):
    unit = '' if thing.unit is None else str(thing.unit)
    return _plain(unit) if unit != '1' else ''


def _of_group(result):
    labels = [result.get_group_label(path) or 'unknown' for path in result.get_group_paths() or ()]
    return _plain(', '.join(labels) or result.metric or '')


def _row(ax, place, thing, value, colour=_ACCENT):
    """A mark with its interval in one row; an end that is not known is left open."""
    low = value if thing.low is None else thing.low
    high = value if thing.high is None else thing.high
    has_interval = thing.low is not None or thing.high is not None
    # Some intervals do not hold their estimate; bars have no negative length.
    ax.errorbar(value, place, xerr=[[max(0, value - low)], [max(0, high - value)]] if has_interval else None, fmt='o',
                color=colour, capsize=4, markersize=6)


def _say(ax, place, words):
    ax.annotate(words, (0.02, place), xycoords=('axes fraction', 'data'), va='center', color=_MUTED, style='italic')


def _rows(ax, labels):
    ax.set_yticks(range(len(labels)), labels)
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.tick_params(axis='y', length=0)
    ax.grid(axis='x', color='#d8dee4', linewidth=0.6)
    ax.set_axisbelow(True)
    for side in ('top', 'right', 'left'):
        ax.spines[side].set_visible(False)


def plot_results(results, ax=None):
    """Intervals by group."""
    ax = _axes(ax)
    for place, result in enumerate(results):
        if result.estimate is None:
            _say(ax, place, 'withheld' if result.withheld else 'undefined')
        else:
            _row(ax, place, result, result.estimate)
    _rows(ax, [_of_group(result) for result in results])
    units = dict.fromkeys(_label(result) for result in results)
    names = dict.fromkeys(result.metric or '' for result in results)
    ax.set_xlabel(', '.join(filter(None, units)))
    ax.set_title(_plain(', '.join(names)))
    return ax


def _points(result, name):
    """The values named name[x], by x."""
    points = {}
    for key in result.keys or ():
        found = re.fullmatch(rf'{name}\[([-+.\deE]+)\]', key)
        if found:
            points[float(found[1])] = result.get_named(key)
    return {x: value if known else None for x, (known, value) in sorted(points.items())}


def _named(result, name):
    if name not in (result.keys or ()):
        return None
    known, value = result.get_named(name)
    return value if known else None


def _slope(result, ax, before, after):
    ax.plot([0, 1], [before, after], marker='o', color=_ACCENT, linewidth=2)
    for x, value, side in ((0, before, 'right'), (1, after, 'left')):
        ax.annotate(f'{value:,.6g}', (x, value), textcoords='offset points', xytext=(10 if x else -10, 0), ha=side, va='center',
                    color=_INK)
    ax.set_xticks([0, 1], ['before', 'after'])
    ax.set_xlim(-0.4, 1.4)
    ax.margins(y=0.2)


def _lorenz(result, ax, points):
    known = {x: value for x, value in points.items() if value is not None}
    xs, ys = [0, *known, 1], [0, *known.values(), 1]
    ax.plot([0, 1], [0, 1], color=_MUTED, linestyle='--', label='all have the same')
    ax.plot(xs, ys, marker='o', color=_ACCENT, label='as it is')
    ax.fill_between(xs, xs, ys, color=_ACCENT, alpha=0.12)
    ax.set(xlabel='share of those who have least', ylabel='share of all that they have', xlim=(0, 1), ylim=(min(0, *ys), 1))
    ax.set_aspect('equal')
    ax.legend(loc='upper left', frameon=False)


def _events(result, ax, points):
    from statistics import NormalDist
    # The intervals are pointwise.
    reach = NormalDist().inv_cdf(0.5 + (result.confidence or 0.95) / 2)
    errors = _points(result, 'se')
    ax.axhline(0, color=_MUTED, linewidth=1)
    ax.axvline(-0.5, color=_MUTED, linewidth=1, linestyle='--')
    for x, value in points.items():
        if value is not None:
            error = errors.get(x)
            ax.errorbar(x, value, yerr=None if error is None else reach * error, fmt='o', capsize=4,
                        color=_ACCENT if x >= 0 else _MUTED)
    ax.set_xticks(list(points), [f'{x:+g}' if x else '0' for x in points])
    ax.set(xlabel='periods since it began', ylabel=_label(result) or 'effect')


def plot_result(result, ax=None):
    """What shows a result best: its values before and after, its Lorenz curve, its effects by time, else its interval."""
    ax = _axes(ax)
    lorenz, events = _points(result, 'lorenz'), _points(result, 'att')
    before, after = _named(result, 'mean_before'), _named(result, 'mean_after')
    inputs = result.inputs
    if lorenz:
        _lorenz(result, ax, lorenz)
    elif events:
        _events(result, ax, events)
    elif before is not None and after is not None:
        _slope(result, ax, before, after)
        ax.set_ylabel(_label(result))
    elif _is_before_and_after(inputs):
        after, before = inputs
        _slope(result, ax, before.estimate, after.estimate)
        ax.set_ylabel(_label(before))
    else:
        return plot_results([result], ax)
    ax.set_title(', '.join(filter(None, [_plain(result.metric or ''), _of_group(result) if result.get_group_paths() else ''])))
    for side in ('top', 'right'):
        ax.spines[side].set_visible(False)
    return ax


def _is_before_and_after(inputs):
    """A formula over two figures of one unit that are called so."""
    return (len(inputs) == 2 and all(figure.estimate is not None for figure in inputs)
            and (inputs[0].metric or '').endswith('after') and (inputs[1].metric or '').endswith('before')
            and _label(inputs[0]) == _label(inputs[1]))


_COLOURS = {'supported': '#1a7f37', 'contradicted': '#c0362c'}


def plot_verdict(verdict, ax=None):
    """The value under each reading, and the threshold that decides."""
    ax = _axes(ax)
    rows = [('as it stands', verdict), *((reading.name or '', reading) for reading in verdict.readings)]
    thresholds = {row.threshold for _, row in rows if row.threshold is not None}
    if len(thresholds) == 1:
        ax.axvline(thresholds.pop(), color=_INK, linestyle='--', linewidth=1, label='threshold')
    elif thresholds:
        for place, (_, row) in enumerate(rows):
            if row.threshold is not None:
                ax.plot([row.threshold] * 2, [place - 0.35, place + 0.35], color=_INK, linestyle='--', linewidth=1)
    for place, (_, row) in enumerate(rows):
        word = word_of(row)
        if row.value is None:
            _say(ax, place, word)
            continue
        _row(ax, place, row, row.value, _COLOURS.get(word, '#8a5a00'))
        ax.annotate(word, (row.value, place), textcoords='offset points', xytext=(0, 7), ha='center', fontsize='small',
                    color=_COLOURS.get(word, '#8a5a00'))
    _rows(ax, [_folded(label) for label, _ in rows])
    ax.margins(x=0.15)
    ax.set_xlabel(_label(verdict))
    claim = verdict.claim
    ax.set_title(_folded(text_of(claim.quote) or claim.get_id() or '', 60) if claim is not None else '', fontsize='medium')
    return ax


def _folded(words, width=34):
    import textwrap
    return _plain('\n'.join(textwrap.wrap(words, width)) or words)
