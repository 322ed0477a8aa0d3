#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""alliance.toml: names that no language refuses or shadows, docs that say something, privacy that fits."""

import keyword
import os
import pathlib
import re
import tomllib
import unittest

import tap

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
DESCRIPTION = tomllib.loads((SOURCE / 'libruralalliance/model/alliance.toml').read_text())

C = set('auto break case char const continue default do double else enum extern float for goto if inline int long '
        'register restrict return short signed sizeof static struct switch typedef union unsigned void volatile '
        'while'.split())
JAVASCRIPT = set('arguments await break case catch class const constructor continue debugger default delete do else '
                 'enum eval export extends false finally for function if implements import in instanceof interface '
                 'let new null package private protected prototype public return static super switch this throw true '
                 'try typeof var void while with yield'.split())
VALA = set('abstract as async base class construct delegate dynamic ensures errordomain foreach get internal is lock '
           'namespace out override owned params partial ref requires set signal throws unlowned unowned using virtual '
           'weak yield'.split())
# What a GObject or a record already answers to: a field of that name would hide it.
TAKEN = set('id extra type record references text texts number boolean integer money date reference text_list property '
            'data qdata kind connect connect_after disconnect emit notify props ref unref weak_ref freeze_notify '
            'thaw_notify bind_property has new equal to_string unset'.split())
# The promise of the document's format.
PROMISED = {('metric', 'table')}


def all_fields(description):
    for name, kind in description['kind'].items():
        for field, told in {**kind['fields'], **description['common']['fields']}.items():
            yield name, field, told


def faults_of(description):
    faults = []
    for kind, told in description['kind'].items():
        if len(told['doc'].split()) < 4 or not told['doc'].endswith('.'):
            faults.append(f'{kind}: the doc is no sentence')
        for field in set(told['fields']) & set(description['common']['fields']):
            faults.append(f'{kind}.{field}: hides the common field')
    for kind, field, told in all_fields(description):
        where = f'{kind}.{field}'
        if field in C | JAVASCRIPT | VALA or keyword.iskeyword(field):
            faults.append(f'{where}: a word of a language')
        if field in TAKEN | {'table'} and (kind, field) not in PROMISED:
            faults.append(f'{where}: hides a function')
        doc = told['doc']
        if not doc.endswith('.') or len(doc.split()) < 3:
            faults.append(f'{where}: the doc is no sentence')
        if re.sub(r'\W', '', doc.lower()) in (field.replace('_', ''), 'the' + field.replace('_', '')):
            faults.append(f'{where}: the doc says the name again')
        if told['type'] == 'money' and not told.get('unit', '').startswith('{currency}'):
            faults.append(f'{where}: money without a unit')
        if told.get('privacy', 'public') == 'public':
            if field in ('contact', 'ethnicity', 'disability', 'year_of_birth', 'interviewer'):
                faults.append(f'{where}: tells about a person and is public')
            if told.get('target') in ('household', 'person') and 'reference' in told['type']:
                faults.append(f'{where}: leads to a person or a household and is public')
    return faults


class Description(unittest.TestCase):
    def test_no_faults(self):
        self.assertEqual(faults_of(DESCRIPTION), [])

    def test_promised_paths(self):
        """The paths of the format's example lead somewhere."""
        for start, path in (('income', 'household.village.province'), ('income', 'household.site'),
                            ('income', 'household.weight'), ('income', 'household.membership.cooperative.site'),
                            ('income', 'amount'), ('income', 'year')):
            kind = start
            for i, step in enumerate(path.split('.')):
                told = DESCRIPTION['kind'][kind]['fields'][step]
                if i < path.count('.'):
                    self.assertEqual(told['type'], 'reference', path)
                    kind = told['target']

    def test_promised_plurals(self):
        plurals = {kind['plural'] for kind in DESCRIPTION['kind'].values()}
        for plural in ('sites', 'cooperatives', 'incomes', 'documents', 'sources', 'metrics', 'claims'):
            self.assertIn(plural, plurals)

    def test_incomes_and_health_are_sensitive(self):
        for kind, field in (('income', 'amount'), ('person', 'ethnicity'), ('person', 'disability'),
                            ('food-assessment', 'fies_hungry'), ('household', 'poverty_registered'),
                            ('position', 'monthly_pay'), ('order', 'priority_class')):
            self.assertEqual(DESCRIPTION['kind'][kind]['fields'][field]['privacy'], 'sensitive', (kind, field))


class TheseTests(unittest.TestCase):
    def fault(self, name, **told):
        field = {'type': 'text', 'doc': 'Something that is told of it.', **told}
        kind = {'plural': 'things', 'doc': 'A thing for this test.', 'fields': {name: field}}
        return faults_of({'kind': {'thing': kind}, 'common': {'fields': {}}})

    def test_faults_are_found(self):
        self.assertEqual(self.fault('colour'), [])
        for name, told in (('class', {}), ('property', {}), ('signal', {}), ('with', {}), ('table', {}),
                           ('colour', {'doc': 'The paint it has'}), ('worth', {'type': 'money'}), ('contact', {}),
                           ('holder', {'type': 'reference', 'target': 'household'})):
            self.assertEqual(len(self.fault(name, **told)), 1, name)


if __name__ == '__main__':
    tap.main()
