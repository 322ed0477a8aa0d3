#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The page on estimators says what the library's own list of them says.

    meson devenv -C _build --workdir $PWD tests/test-estimators-page.py --update     writes it anew
"""

import json
import pathlib
import sys
import unittest

import gi
gi.require_version('RuralAlliance', '1')
from gi.repository import RuralAlliance

import tap

PAGE = pathlib.Path(__file__).resolve().parent.parent / 'doc' / 'estimators.md'
MEND = 'where the change is meant: tests/test-estimators-page.py --update'
HEAD = '''Title: Estimators
Slug: estimators

# Estimators

Every way of computing that a metric can name as its `estimator`, and `ruralalliance estimate` as its
`metric`. A record that lacks a column the estimator needs is left out and counted; what cannot be
computed is undefined, with a reason, and never 0; a weight below 0, a flag that is neither 0 nor 1, a
value that is no finite number and an unknown option are refused. An interval's level is 0.95 unless
told otherwise. Each takes the option `figures` too: a list of the values wanted, all without it; a
value that the other options do not give is refused.

Roles marked * are required, those marked + may be given several columns, and those marked @ are read
from a second table, the `nodes`.
'''


def cell(text):
    return text.replace('|', '\\|')


def role(told):
    marks = ''.join(mark for mark, name in (('*', 'required'), ('+', 'repeated'), ('@', 'nodes'))
                    if told.get(name))
    kind = {'number': 'numbers', 'weight': 'weights', 'flag': '0 or 1', 'category': 'groups'}[told['type']]
    return f"| `{told['name']}`{' ' + marks if marks else ''} | {kind} | {cell(told['doc'])} |"


def option(told):
    what = told['type']
    if told.get('tokens'):
        what = ', '.join(f'`{token}`' for token in told['tokens'].split('|'))
    default = f"`{told['default']}`" if 'default' in told else 'required' if told.get('required') else ''
    return f"| `{told['name']}` | {what} | {default} | {cell(told['doc'])} |"


def section(name):
    told = json.loads(RuralAlliance.estimate_describe(name))
    lines = [f'## {name}', '', told['title'] + '.', '', f"    {told['formula']}"]
    if told['source']:
        lines += ['', f"Source: {told['source']}."]
    if told['roles']:
        lines += ['', '| Role | Holds | What it is |', '| --- | --- | --- |', *map(role, told['roles'])]
    if told['options']:
        lines += ['', '| Option | Takes | Unless told | What it does |', '| --- | --- | --- | --- |',
                  *map(option, told['options'])]
    return '\n'.join(lines) + '\n'


def page():
    names = RuralAlliance.estimate_list_metrics()
    return HEAD + ''.join('\n' + section(name) for name in sorted(names))


class EstimatorsPage(unittest.TestCase):
    maxDiff = None

    def test_is_what_the_library_says(self):
        self.assertEqual(PAGE.read_text(encoding='utf-8'), page(), MEND)

    def test_every_estimator_says_what_it_is(self):
        names = RuralAlliance.estimate_list_metrics()
        self.assertGreaterEqual(len(names), 50)
        for name in names:
            told = json.loads(RuralAlliance.estimate_describe(name))
            self.assertTrue(told['formula'] and told['title'], name)
            for part in told['roles'] + told['options']:
                self.assertTrue(part['doc'], f"{name}.{part['name']}")


if __name__ == '__main__':
    if '--update' in sys.argv:
        PAGE.write_text(page(), encoding='utf-8')
    else:
        tap.main()
