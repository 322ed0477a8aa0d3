#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The page on ready-made metrics says what the library's own catalogue of them says.

    meson devenv -C _build --workdir $PWD tests/test-catalogue-page.py --update     writes it anew
"""

import json
import pathlib
import re
import sys
import unittest

import gi
gi.require_version('RuralAlliance', '1')
from gi.repository import RuralAlliance as ra  # noqa: E402

import tap  # noqa: E402

PAGE = pathlib.Path(__file__).resolve().parent.parent / 'doc' / 'catalogue.md'
MEND = 'where the change is meant: tests/test-catalogue-page.py --update'
HEAD = '''Title: Ready-made metrics
Slug: catalogue

# Ready-made metrics

Metrics over the built-in kinds that every alliance has without defining them. An alliance that defines a
metric of the same id means its own ([metrics and results](metrics.html)).

    ruralalliance measure FILE --list
    ruralalliance measure FILE income.mean --set year=2014

Each is told as it stands: its unit, unless it is a bare number; its [estimator](estimators.html) and the table, or
the formula over other metrics; columns, rows and groups are [expressions](expressions.html). What stands in braces is a
parameter, which `--set` or [method@RuralAlliance.Catalogue.find_with] sets; `{currency}` is the
alliance's own. A standard's code names the indicator that the metric comes near to; the definition here is the one
that is measured.

What is counted is 0 where there is nothing to count; every other number is undefined there, with the
reason.
'''
BETTER = {'up': 'more is better', 'down': 'less is better', 'none': 'neither more nor less is better'}
TAKES = {'integer': 'a whole number', 'number': 'a number', 'text': 'a text', 'expression': 'an expression'}


def catalogue():
    return ra.Catalogue.new(ra.Alliance.new())


def cell(text):
    return text.replace('|', '\\|')


def read(metric, field):
    """A field that holds JSON, read; nothing where it is not told."""
    text = metric.get_text(field)
    return json.loads(text) if text else {}


def plain(value):
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def standard(told):
    scheme, code = told.split(':')
    return f"{ {'IRIS': 'IRIS+', 'SDG': 'SDG'}[scheme] } {code}"


def unit(told):
    return '' if told == '1' else f', in `{told}`'


def definition(metric):
    """Line by line, what is measured."""
    if metric.get_text('formula'):
        return [f"formula: {metric.get_text('formula')}"]
    lines = [f"{metric.get_text('estimator')} of {metric.get_text('table')}"]
    lines += [f'{role} = {plain(value)}' for role, value in read(metric, 'columns').items()]
    if metric.get_text('where'):
        lines.append(f"where {metric.get_text('where')}")
    lines += [f'by {path}' for path in metric.dup_text_list('by') or []]
    nodes = read(metric, 'nodes')
    if nodes:
        lines.append(f"nodes of {nodes['table']}")
        lines += [f'nodes {role} = {plain(value)}' for role, value in nodes['columns'].items()]
        lines.append(f"nodes where {nodes['where']}")
    lines += [f'option {name} = {plain(value)}' for name, value in read(metric, 'options').items()]
    lines += [f'deflate {name} = {plain(value)}' for name, value in read(metric, 'deflate').items()]
    return lines


def parameter(name, told):
    default = f"`{plain(told['default'])}`" if 'default' in told else ''
    return f"| `{name}` | {TAKES[told['type']]} | {default} | {cell(told['doc'])} |"


def section(metric):
    lines = [f'## {metric.get_id()}', '',
             f"{metric.get_texts('title')}{unit(metric.get_text('unit'))}; "
             f"{BETTER[metric.get_text('direction')]}.", '',
             *(f'    {line}' for line in definition(metric)), '',
             f"To collect: {metric.get_texts('collect')}"]
    standards = metric.dup_text_list('standards')
    if standards:
        lines += ['', f"Standards: {', '.join(map(standard, standards))}."]
    parameters = read(metric, 'parameters')
    if parameters:
        lines += ['', '| Parameter | Takes | Unless told | What it is |', '| --- | --- | --- | --- |',
                  *(parameter(*told) for told in parameters.items())]
    return '\n'.join(lines) + '\n'


def page():
    return HEAD + ''.join('\n' + section(metric) for metric in catalogue().list_metrics())


class CataloguePage(unittest.TestCase):
    maxDiff = None

    def test_is_what_the_library_says(self):
        self.assertEqual(PAGE.read_text(encoding='utf-8'), page(), MEND)

    def test_nothing_of_a_definition_is_left_out(self):
        """Every field that a ready-made metric has set is one that its section tells of."""
        told = {'id', 'title', 'description', 'collect', 'unit', 'direction', 'estimator', 'table', 'columns',
                'where', 'by', 'options', 'deflate', 'nodes', 'formula', 'standards', 'parameters'}
        alliance = ra.Alliance.new()
        for metric in ra.Catalogue.new(alliance).list_metrics():
            alliance.add(metric)
        metrics = json.loads(alliance.to_json())['metrics']
        self.assertGreaterEqual(len(metrics), 70)
        for metric in metrics:
            self.assertLessEqual(set(metric), told, metric['id'])
            self.assertLessEqual(set(metric.get('nodes', {})), {'table', 'columns', 'where'}, metric['id'])
            # A description that is more than the title would have to be told as well.
            self.assertEqual(metric['description'], metric['title'], metric['id'])

    def test_braces_hold_parameters_and_each_is_used(self):
        for metric in catalogue().list_metrics():
            used = set(re.findall(r'\{(\w+)\}', '\n'.join(definition(metric))))
            self.assertEqual(used, set(read(metric, 'parameters')), metric.get_id())
            self.assertLessEqual(set(re.findall(r'\{(\w+)\}', metric.get_text('unit'))), {'currency'})

    def test_everything_is_told(self):
        estimators = set(ra.estimate_list_metrics())
        for metric in catalogue().list_metrics():
            name = metric.get_id()
            self.assertNotEqual(bool(metric.get_text('formula')), bool(metric.get_text('estimator')), name)
            if metric.get_text('estimator'):
                self.assertIn(metric.get_text('estimator'), estimators, name)
            self.assertRegex(metric.get_texts('collect'), r'\.$', name)
            self.assertNotRegex(metric.get_texts('title'), r'\.$', name)
            for code in metric.dup_text_list('standards') or []:
                self.assertRegex(code, r'^(SDG:\d+\.[\da-z]+\.\d+|IRIS:[A-Z]{2}\d{4})$', name)
            for told in read(metric, 'parameters').values():
                self.assertRegex(told['doc'], r'\.$', name)


if __name__ == '__main__':
    if '--update' in sys.argv:
        PAGE.write_text(page(), encoding='utf-8')
    else:
        tap.main()
