#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The committed documents, read without the library: whole, and true to the texts beside them."""

import copy
import hashlib
import json
import os
import pathlib
import re
import tomllib
import unittest

import tap

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
KINDS = tomllib.loads((SOURCE / 'libruralalliance/model/alliance.toml').read_text())
COMMON = KINDS['common']['fields']
CASE = SOURCE / 'examples/rural-urban-alliance.json'
DATA = [SOURCE / 'tests/data/beekeepers.json', SOURCE / 'tests/data/fishers.json']
VERDICTS = {'supported', 'contradicted', 'inconclusive', 'not_entailed', 'unsupported', 'stale', 'disputed'}
DATE = re.compile(r'\d{4}(-\d\d(-\d\d)?)?')


def fields_of(kind):
    return {**KINDS['kind'][kind]['fields'], **COMMON}


def records_of(document):
    """(kind, record) of every record, in the order of the document."""
    plurals = {value['plural']: name for name, value in KINDS['kind'].items()}
    for member, value in document.items():
        if member == 'alliance':
            yield 'alliance', value
        elif isinstance(value, list):
            for record in value:
                yield plurals[member], record


def has_type(value, field):
    match field['type']:
        case 'text':
            return isinstance(value, str) and value != ''
        case 'texts':
            return isinstance(value, dict) and value and all(isinstance(v, str) for v in value.values())
        case 'token':
            return value in field['tokens']
        case 'boolean':
            return isinstance(value, bool)
        case 'integer':
            return isinstance(value, int) and not isinstance(value, bool)
        case 'number' | 'money':
            return isinstance(value, int | float) and not isinstance(value, bool)
        case 'date':
            return isinstance(value, str) and DATE.fullmatch(value) is not None
        case 'reference':
            return isinstance(value, str)
        case 'text-list' | 'reference-list':
            return isinstance(value, list) and all(isinstance(v, str) for v in value)
        case 'json':
            return True
    return False


def faults_of(document):
    """What is wrong with a document's records, by the description of the domain."""
    faults = []
    keys = set()
    for kind, record in records_of(document):
        if 'id' in record:
            if (kind, record['id']) in keys:
                faults.append(f'{kind} {record["id"]}: twice')
            keys.add((kind, record['id']))
        elif KINDS['kind'][kind].get('id_required', True):
            faults.append(f'{kind}: no id')
    for kind, record in records_of(document):
        where = f'{kind} {record.get("id")}'
        fields = fields_of(kind)
        order = ['id', *fields]
        known = [name for name in record if name in order]
        if known != sorted(known, key=order.index):
            faults.append(f'{where}: not in the order of alliance.toml')
        faults += [f'{where}: {name} is missing' for name, field in fields.items()
                   if field.get('required') and name not in record]
        for name, value in record.items():
            if name == 'id':
                continue
            if name not in fields:
                faults.append(f'{where}: no field {name}')
            elif not has_type(value, fields[name]):
                faults.append(f'{where}: {name} is {value!r}')
            elif fields[name]['type'].startswith('reference'):
                for target in value if isinstance(value, list) else [value]:
                    key = (tuple(target.split('/', 1)) if fields[name]['target'] == '*'
                           else (fields[name]['target'], target))
                    if key not in keys:
                        faults.append(f'{where}: {name} leads nowhere: {target}')
    return faults


def words(text):
    return ' '.join(text.split())


def texts_of(path, document):
    """The text of each document whose digest is the file's."""
    texts = {}
    for record in document.get('documents', []):
        data = (path.parent / record['file']).read_bytes()
        if hashlib.sha256(data).hexdigest() == record['digest']:
            texts[record['id']] = data.decode()
    return texts


def lost_quotes(texts, document):
    """Quotes that do not stand within one paragraph of their document."""
    paragraphs = {key: [words(line) for line in text.splitlines()] for key, text in texts.items()}
    return [(kind, record.get('id')) for kind, record in records_of(document)
            if 'quote' in record and record['document'] in texts
            and not any(words(record['quote']) in line for line in paragraphs[record['document']])]


def sentences_of(line):
    """The sentences of a paragraph, without their citations; an entry of a list is one; a heading has none."""
    if re.match(r'\[\w+\] ', line):
        return [line.split(' ', 1)[1]]
    parts = re.split(r'(?<=[.!?])(?<!Prof\.)(?<!Mr\.)(?<!Dr\.)(?:”|\s*\[[^\]]*\])*\s+(?=[A-Z“])', line)
    return [part for part in parts if len(part.split()) > 4 and ('.' in line or '?' in line)]


def uncovered(text, document):
    """Sentences of the text out of which nothing was modelled."""
    quotes = [words(record['quote']) for kind, record in records_of(document) if 'quote' in record]
    return [sentence for line in text.splitlines() for sentence in sentences_of(words(line))
            if not any(quote in sentence or sentence in quote or overlap(quote, sentence) for quote in quotes)]


def overlap(quote, sentence):
    """Whether a quote that spans sentences begins or ends in this one."""
    return any(len(part.split()) > 4 and part in sentence for part in sentences_of(quote))


class Documents(unittest.TestCase):
    def load(self, path):
        return json.loads(path.read_text(encoding='utf-8'))

    def test_whole(self):
        for path in [CASE, *DATA]:
            with self.subTest(path=path.name):
                self.assertEqual(faults_of(self.load(path)), [])

    def test_quotes_stand_word_for_word(self):
        for path in [CASE, *DATA]:
            with self.subTest(path=path.name):
                document = self.load(path)
                texts = texts_of(path, document)
                self.assertTrue(texts)
                self.assertEqual(lost_quotes(texts, document), [])

    def test_nothing_of_the_text_is_left_out(self):
        # The first and last lines are the browser's.
        boilerplate = ('Skip to main', 'Your browser', 'You are recommended', 'If you continue', 'A list of')
        document = self.load(CASE)
        text = texts_of(CASE, document)['case-study']
        left = [s for s in uncovered(text, document) if not s.startswith(boilerplate)]
        self.assertEqual(left, [])

    def test_every_label_is_a_record(self):
        document = self.load(CASE)
        text = texts_of(CASE, document)['case-study']
        cited = {label for group in re.findall(r'\[((?:[RS]\d+[^\]]*))\]', text)
                 for label in re.findall(r'[RS]\d+', group)}
        have = {record['label'] for kind, record in records_of(document) if kind in ('source', 'publication')
                and 'label' in record}
        self.assertEqual(cited - have, set())
        self.assertEqual({f'R{i}' for i in range(1, 7)} | {f'S{i}' for i in range(1, 11)}, cited)

    def test_every_number_is_an_observation(self):
        values = {record.get('value') for kind, record in records_of(self.load(CASE)) if kind == 'observation'}
        for number in (20, 2, 2000, 407, 5, 3927, 8478, 100, 80, 35, 1200):
            self.assertIn(number, values)

    def test_claims(self):
        document = self.load(CASE)
        self.assertGreaterEqual(len(document['claims']), 40)
        metrics = {metric['id'] for metric in document['metrics']}
        for claim in document['claims']:
            named = set(re.findall(r'[a-z][a-z_]*\.[a-z_0-9]+', claim.get('predicate', '')))
            self.assertEqual(named - metrics, set(), claim['id'])
            self.assertEqual(named - set(claim.get('metrics', [])), set(), claim['id'])

    def test_expected_verdicts(self):
        seen = set()
        for path in DATA:
            expected = self.load(path.with_suffix('.verdicts.json'))
            claims = {claim['id'] for claim in self.load(path)['claims']}
            self.assertEqual(set(expected['claims']) - claims, set())
            seen |= {entry['verdict'] for entry in expected['claims'].values()}
        self.assertEqual(seen, VERDICTS)


class TheseTests(unittest.TestCase):
    """Each check finds the fault that it is there for."""

    def setUp(self):
        self.document = json.loads(CASE.read_text(encoding='utf-8'))
        self.texts = texts_of(CASE, self.document)

    def spoilt(self, kind, **changes):
        document = copy.deepcopy(self.document)
        record = document[KINDS['kind'][kind]['plural']][0]
        record.update(changes)
        return document

    def test_faults_are_found(self):
        for spoilt, word in ((self.spoilt('claim', assertion='rumour'), 'assertion'),
                             (self.spoilt('claim', about=['person/nobody']), 'leads nowhere'),
                             (self.spoilt('claim', colour='red'), 'no field'),
                             (self.spoilt('claim', scope_start='last year'), 'scope_start'),
                             (self.spoilt('claim', causal='yes'), 'causal'),
                             (self.spoilt('place', id='yunnan'), 'twice')):
            self.assertTrue(any(word in fault for fault in faults_of(spoilt)), word)

    def test_a_wrong_quote_is_found(self):
        spoilt = self.spoilt('claim', quote='our interdisciplinary research team decided')
        self.assertEqual(len(lost_quotes(self.texts, spoilt)), 1)

    def test_a_sentence_left_out_is_found(self):
        text = 'Given the challenges faced by rural communities. A sentence that nobody has modelled at all.'
        self.assertEqual(uncovered(text, {'claims': [{'quote': 'Given the challenges faced by rural communities'}]}),
                         ['A sentence that nobody has modelled at all.'])

    def test_another_file_has_no_text(self):
        document = copy.deepcopy(self.document)
        document['documents'][0]['digest'] = '0' * 64
        self.assertEqual(texts_of(CASE, document), {})


if __name__ == '__main__':
    tap.main()
