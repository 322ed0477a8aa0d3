#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The command: every verb, its exit status, its two streams, and what it refuses."""

import contextlib
import csv
import html.parser
import io
import hashlib
import json
import os
import pathlib
import re
import shlex
import stat
import sqlite3
import subprocess
import tempfile
import unicodedata
import unittest

import tap

COMMAND = os.environ['RUA_COMMAND']
SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
CASE = SOURCE / 'examples' / 'rural-urban-alliance.json'
CASES = SOURCE / 'tests' / 'conformance' / 'cases'
DATA = SOURCE / 'tests' / 'conformance' / 'data'

SMALL = {
    'format': 'rural-alliance', 'version': 1,
    'alliance': {'title': {'en': 'Honey and city', 'zh': '蜜与城'}, 'currency': 'CNY'},
    'places': [{'id': 'hill', 'name': {'en': 'Hill', 'zh': '山'}}],
    'cooperatives': [
        {'id': 'bees', 'name': {'en': 'Bees'}, 'place': 'hill', 'founded': '2011'},
        {'id': 'tea', 'name': {'en': '=SUM(A1)'}, 'place': 'hill', 'founded': '2014-05'}],
}


def run(*words, stdin=None, cwd=SOURCE, **environment):
    """Runs the command; no terminal is near, so no colours and no progress."""
    return subprocess.run(
        [COMMAND, *map(str, words)], input=stdin, capture_output=True, text=True, cwd=cwd,
        env={**os.environ, 'LC_ALL': 'C.UTF-8', 'COLUMNS': '80', **environment}, timeout=60)


class Page(html.parser.HTMLParser):
    """What is open at the end, and ids and the links to them."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.targets = [], set(), set()

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag not in ('meta', 'img'):
            self.open.append(tag)
        if 'id' in values:
            self.ids.add(values['id'])
        if values.get('href', '').startswith('#'):
            self.targets.add(values['href'][1:])

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()


class Base(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)

    def write(self, document=None, name='small.json'):
        path = self.path / name
        path.write_text(json.dumps(SMALL if document is None else document, ensure_ascii=False),
                        encoding='utf-8')
        return path

    def done(self, *words, status=0, **more):
        """The output of a run that has to end with this status and keep standard error empty."""
        result = run(*words, **more)
        self.assertEqual((result.returncode, result.stderr), (status, ''), result.stdout[:400])
        return result.stdout

    def refused(self, *words, **more):
        """The one line on standard error of a run that has to fail with nothing printed."""
        result = run(*words, **more)
        self.assertEqual((result.returncode, result.stdout), (2, ''), result.stderr)
        self.assertEqual(result.stderr.count('\n'), 1, result.stderr)
        self.assertTrue(result.stderr.startswith('ruralalliance'), result.stderr)
        return result.stderr


class Frame(Base):
    def verbs(self):
        text = self.done('--help').partition('Verbs:')[2].partition('Options:')[0]
        return re.findall(r'^  (\S+)\s+\S', text, re.MULTILINE)

    def test_version(self):
        self.assertRegex(self.done('--version'), r'^ruralalliance \d+\.\d+\.\d+\n$')

    def test_help_lists_what_works(self):
        self.assertEqual(self.verbs(), VERBS)
        self.assertEqual(self.done('-h'), self.done('--help'))

    def test_help_fits_a_terminal(self):
        for text in [self.done('--help'), *(self.done(verb, '--help') for verb in VERBS)]:
            self.assertEqual([line for line in text.splitlines()
                              if len(line) > 90 and not line.startswith('  ruralalliance')], [])
            self.assertNotIn('\t', text)

    def test_every_example_of_help_runs(self):
        """In a folder that has the examples, a hub, and what a station has sent: the verbs make the rest."""
        for name in ('examples', 'tests'):
            (self.path / name).symlink_to(SOURCE / name)
        self.done('enroll', CASE, 'hub', '--output', self.path / 'hub.rua')
        self.done('enroll', self.path / 'hub.rua', 'baojing', '--output', self.path / 'baojing.rua')
        self.done('send', self.path / 'baojing.rua', self.path / 'baojing.ruax')
        seen = 0
        for verb in VERBS:
            text = self.done(verb, '--help')
            examples = re.findall(r'^  (ruralalliance .*)$', text.partition('Example:')[2],
                                  re.MULTILINE)
            self.assertTrue(examples, f'{verb} --help has no example')
            for example in examples:
                words = shlex.split(example)[1:]
                self.assertEqual(words[0], verb)
                result = run(*words, cwd=self.path)
                self.assertIn(result.returncode, (0, 1), f'{example}: {result.stderr}')
                self.assertEqual(result.stderr, '', example)
                seen += 1
        self.assertGreaterEqual(seen, len(VERBS))

    def test_manual_and_completion_name_every_verb(self):
        manual = (SOURCE / 'doc' / 'ruralalliance.1').read_text()
        completion = (SOURCE / 'doc' / 'ruralalliance.bash').read_text()
        for verb in VERBS:
            self.assertRegex(manual, rf'\.Cm {verb}\b')
            self.assertRegex(completion, rf'\b{verb}\b')

    def test_manual_and_completion_name_every_option(self):
        manual = (SOURCE / 'doc' / 'ruralalliance.1').read_text()
        completion = (SOURCE / 'doc' / 'ruralalliance.bash').read_text()
        for verb in VERBS:
            for option in set(re.findall(r'--([a-z][a-z-]+)', self.done(verb, '--help').partition('Options:')[2].partition('\n\n')[0])) - {'help'}:
                self.assertIn('Fl -' + option, manual, f'{verb} --{option} is not in the manual')
                self.assertIn('--' + option, completion, f'{verb} --{option} is not completed')

    def test_nothing_to_do(self):
        self.assertIn('--help', self.refused())

    def test_unknown_verb(self):
        self.assertIn("did you mean 'validate'?", self.refused('validat', 'x'))
        self.assertIn('--help', self.refused('xyzzy'))

    def test_unknown_option(self):
        for verb in VERBS:
            self.assertIn('--nonsense', self.refused(verb, '--nonsense', 'x'))

    def test_too_few_and_too_many_arguments(self):
        for verb in VERBS:
            if verb != 'schema':
                self.assertIn('usage', self.refused(verb))
        self.assertIn('usage', self.refused('validate', 'a', 'b'))
        self.assertIn('usage', self.refused('convert', 'a', 'b', 'c'))
        self.assertIn('empty', self.refused('validate', ''))

    def test_a_file_that_is_not_there(self):
        for verb, *more in (['validate'], ['convert', '-'], ['report'], ['check'], ['measure'], ['explain', 'x']):
            self.assertIn('nowhere.json', self.refused(verb, 'nowhere.json', *more))

    def test_a_name_that_begins_with_a_dash(self):
        (self.path / '-odd.json').write_text(json.dumps(SMALL))
        self.assertEqual(self.done('validate', '--', '-odd.json', cwd=self.path), '')

    def test_output_that_cannot_be_written(self):
        with open('/dev/full', 'w') as full:
            result = subprocess.run([COMMAND, '--help'], stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(result.returncode, 2)
        self.assertIn('standard output', result.stderr)


class Validate(Base):
    def test_nothing_wrong(self):
        self.assertEqual(self.done('validate', self.write()), '')
        self.assertEqual(self.done('validate', CASE), '')

    def test_every_fault_on_a_line(self):
        bad = json.loads(json.dumps(SMALL))
        bad['cooperatives'][0]['place'] = 'vale'
        bad['cooperatives'][1]['founded'] = '2014-13'
        bad['places'].append({'id': 'hill', 'name': 'again'})
        lines = self.done('validate', self.write(bad), status=1).splitlines()
        self.assertGreaterEqual(len(lines), 3)
        for word in ('vale', '2014-13', 'hill'):
            self.assertTrue(any(word in line for line in lines), f'{word}: {lines}')
        self.assertTrue(all('small.json' in line for line in lines), lines)

    def test_a_fault_cannot_break_its_line(self):
        bad = json.loads(json.dumps(SMALL))
        bad['cooperatives'][0]['founded'] = 'so\n\x1b[31mon'
        text = self.done('validate', self.write(bad), status=1)
        self.assertEqual(text.count('\n'), 1, text)
        self.assertNotIn('\x1b', text)

    def test_not_a_document(self):
        for text in ('', '[]', '{"format": "rural-alliance"', 'rice'):
            path = self.path / 'broken.json'
            path.write_text(text)
            self.assertTrue(self.done('validate', path, status=1), text)

    def test_every_place(self):
        for name in ('out.rua', 'out.ruac', 'out/'):
            place = f'{self.path}/{name}'
            self.done('convert', self.write(), place)
            self.assertEqual(self.done('validate', place), '', name)
            self.assertEqual(self.done('validate', '--stranger', place), '', name)
        (self.path / 'out' / 'places.csv').write_text('id,name\nhill,\xff', encoding='latin-1')
        text = self.done('validate', self.path / 'out', status=1)
        self.assertIn('datapackage.json:', text)
        self.assertIn('the file has', text)
        torn = self.path / 'torn.rua'
        torn.write_bytes((self.path / 'out.rua').read_bytes()[:5000])
        self.assertIn('torn.rua', self.done('validate', torn, status=1))

    def test_limits(self):
        n = self.write().stat().st_size
        self.assertEqual(self.done('validate', '--limits', f'bytes={n}', self.write()), '')
        self.assertIn('the limit', self.done('validate', '--limits', f'bytes={n - 1}', self.write(), status=1))
        self.assertIn('1 records', self.done('validate', '--limits=rows=1,depth=9', self.write(), status=1))
        self.assertIn('rows', self.refused('validate', '--limits', 'rose=1', self.write()))
        self.assertIn('the limit', self.refused('report', '--limits', 'rows=1', self.write()))

    def test_from_standard_input(self):
        self.assertEqual(self.done('validate', '-', stdin=json.dumps(SMALL)), '')
        self.assertTrue(self.done('validate', '-', stdin='{', status=1))


class Faults(Base):
    def test_each_has_a_line_of_its_own(self):
        with tempfile.TemporaryDirectory() as folder:
            table, document = pathlib.Path(folder, 'incomes.csv'), pathlib.Path(folder, 'new.json')
            table.write_text('household,year\n' + 'nobody,2014\n' * 120)
            document.write_text('{"format": "rural-alliance", "version": 1}')
            result = run('import', document, 'incomes', table, '--output', pathlib.Path(folder, 'out.json'))
            self.assertEqual((result.returncode, result.stdout), (2, ''))
            lines = result.stderr.splitlines()
            self.assertTrue(lines[0].startswith('ruralalliance import: incomes.csv:2:1: income: household: there is no household'))
            self.assertEqual([line.partition(':1:')[0] for line in lines[1:100]], [f'  incomes.csv:{n}' for n in range(3, 102)])
            self.assertEqual(lines[100:], ['  … and 20 more'])
            self.assertFalse(pathlib.Path(folder, 'out.json').exists())

    def test_of_every_file_are_listed(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder)
            (path / 'new.json').write_text('{"format": "rural-alliance", "version": 1}')
            (path / 'h.csv').write_text('id,n_persons\nh1,x\nh2,3\n')
            (path / 'i.csv').write_text('household,year\nh1,2014\nh2,soon\n')
            (path / 's.csv').write_text('product,mass\np1,1\n')
            result = run('import', path / 'new.json', 'households', path / 'h.csv', 'incomes', path / 'i.csv', 'sales', path / 's.csv',
                         '--output', path / 'out.json')
            self.assertEqual((result.returncode, result.stdout), (2, ''))
            lines = result.stderr.splitlines()
            self.assertEqual(len(lines), 4, lines)
            self.assertTrue(lines[0].startswith('ruralalliance import: h.csv:2:4: household: n_persons'), lines)
            self.assertTrue(lines[1].startswith('  i.csv:3:4: income: year: '), lines)
            self.assertTrue(lines[2].endswith('i.csv: references to records of the files above are looked at once those can be read'), lines)
            self.assertTrue(lines[3].startswith('  s.csv:2:1: sale: product: '), lines)
            self.assertIn('there is no product of this id', lines[3])
            self.assertFalse((path / 'out.json').exists())


class Convert(Base):
    def test_round_trip(self):
        once = self.done('convert', CASE, '-')
        self.assertEqual(once, self.done('convert', '-', '-', stdin=once))
        self.assertEqual(json.loads(once), json.loads(CASE.read_text(encoding='utf-8')))

    def test_every_place_to_every_other(self):
        names = ['one.json', 'two.rua', 'three.ruac', 'four/', 'five.json']
        self.done('convert', CASE, f'{self.path}/{names[0]}')
        for before, after in zip(names, names[1:]):
            self.assertEqual(self.done('convert', f'{self.path}/{before}', f'{self.path}/{after}'), '', after)
            self.assertIn('--force', self.refused('convert', f'{self.path}/{before}', f'{self.path}/{after}'))
        self.assertEqual((self.path / 'one.json').read_bytes(), (self.path / 'five.json').read_bytes())
        self.done('convert', '--force', self.write(), f'{self.path}/four')
        self.assertEqual(json.loads(self.done('convert', f'{self.path}/four', '-')), SMALL)
        self.assertIn('no Data Package', self.refused('convert', '--force', self.write(), self.path))

    def test_to_a_file(self):
        target = self.path / 'out.json'
        self.assertEqual(self.done('convert', self.write(), target), '')
        self.assertEqual(json.loads(target.read_text()), SMALL)
        self.assertEqual(stat.S_IMODE(target.stat().st_mode) & 0o111, 0)

    def test_nothing_is_written_over(self):
        target = self.write({'precious': True}, 'out.json')
        self.assertIn('--force', self.refused('convert', self.write(), target))
        self.assertEqual(json.loads(target.read_text()), {'precious': True})
        self.done('convert', '--force', self.write(), target)
        self.assertEqual(json.loads(target.read_text()), SMALL)

    def test_pseudonyms(self):
        people = SMALL | {'people': [{'id': 'zhang', 'name': 'Zhang San', 'contact': '139', 'note': 'tall'}],
                          'attendances': [{'event': 'cooperative/c', 'person': 'zhang'}]}
        people['cooperatives'] = [{'id': 'c', 'name': 'C'}]
        people.pop('memberships', None)
        elsewhere = tempfile.TemporaryDirectory()
        self.addCleanup(elsewhere.cleanup)
        key = pathlib.Path(elsewhere.name, 'key')
        key.write_text('k' * 32)
        key.chmod(0o644)
        target = self.path / 'out.json'
        self.assertIn('chmod 600', self.refused('convert', self.write(people), target, '--pseudonyms', key))
        self.assertFalse(target.exists())
        key.chmod(0o600)
        self.done('convert', self.write(people), target, '--pseudonyms', key)
        copy = json.loads(target.read_text())
        self.assertEqual(copy['attendances'][0]['person'], copy['people'][0]['id'])
        self.assertNotIn('note', copy['people'][0])
        for told in ('zhang', 'Zhang', '139', 'tall', 'kkkk'):
            self.assertNotIn(told, target.read_text())
        self.assertIn('in the folder', self.refused('convert', self.write(people), key.parent / 'b.json', '--pseudonyms', key))
        self.assertIn('--pseudonyms', self.refused('convert', self.write(people), '-', '--keep-notes'))

    def test_consent(self):
        people = {'format': 'rural-alliance', 'version': 1, 'alliance': {'title': 'T'},
                  'people': [{'id': 'a'}, {'id': 'b'}],
                  'consents': [{'id': '1', 'person': 'a', 'purpose': 'research', 'given_on': '2014-01-01'}]}
        result = run('convert', self.write(people), '-', '--purpose', 'research', '--on', '2015-01-01')
        self.assertEqual([person['id'] for person in json.loads(result.stdout)['people']], ['a'])
        self.assertIn('left out, without consent for research: 1 of 2 people', result.stderr)
        self.assertIn('own_work', self.refused('convert', self.write(people), '-', '--purpose', 'fun'))
        self.assertIn('--purpose', self.refused('convert', self.write(people), '-', '--on', '2015-01-01'))

    def test_a_faulty_document_is_not_copied(self):
        bad = json.loads(json.dumps(SMALL))
        bad['cooperatives'][0]['place'] = 'vale'
        target = self.path / 'out.json'
        self.assertIn('vale', self.refused('convert', self.write(bad), target))
        self.assertFalse(target.exists())


class Estimate(Base):
    def test_the_reference_cases(self):
        cases = sorted(CASES.glob('*.json'))[:60]
        text = run('estimate', '--data', DATA, *cases).stdout
        lines = [json.loads(line) for line in text.splitlines()]
        self.assertEqual(len(lines), len(cases))
        for path, line in zip(cases, lines):
            expected = json.loads(path.read_text())
            if line['status'] == 'ok':
                self.assertEqual(set(line['values']) & set(expected['expected']), set(expected['expected']), path)

    def test_one_refusal_does_not_stop_the_others(self):
        good = sorted(CASES.glob('count_*.json'))[0]
        bad = self.write({'metric': 'no_such_metric', 'data': 'x.csv', 'columns': {}}, 'bad.json')
        result = run('estimate', '--data', DATA, good, bad, self.path / 'nowhere.json', good)
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual([line['status'] for line in lines], ['ok', 'refused', 'refused', 'ok'])
        self.assertEqual(lines[0], lines[3])
        self.assertIn('no_such_metric', lines[1]['message'])
        self.assertIn('nowhere.json', lines[2]['message'])
        self.assertEqual(result.returncode, 2)

    def test_data_beside_the_request(self):
        (self.path / 'x.csv').write_text('v\n1\n2\n6\n')
        request = self.write({'metric': 'mean', 'data': 'x.csv', 'columns': {'value': 'v'}}, 'mean.json')
        values = json.loads(self.done('estimate', request, cwd='/'))['values']
        self.assertEqual(values['mean'], 3)

    def test_request_from_standard_input(self):
        (self.path / 'x.csv').write_text('v\n1\n2\n6\n')
        request = json.dumps({'metric': 'mean', 'data': 'x.csv', 'columns': {'value': 'v'}})
        self.assertEqual(json.loads(self.done('estimate', '-', '--data', self.path, stdin=request))['values']['mean'], 3)


class Measure(Base):
    MEMBERS = ['metric', 'group', 'estimate', 'se', 'low', 'high', 'n', 'missing', 'unit',
               'warnings', 'digest']

    def test_language(self):
        english = self.done('measure', CASE)
        told = self.done('measure', CASE, '--language', 'zh')
        self.assertIn('不详', told)
        self.assertNotIn('not known', told)
        self.assertEqual(self.done('measure', CASE, '--language', 'en'), english)
        # The same metrics, by the same names.
        names = [re.findall(r'^[a-z_]+\.[a-z_]+', text, re.MULTILINE) for text in (english, told)]
        self.assertEqual(*names)
        for form in ('csv', 'json'):
            self.assertIn('--language goes with the table', self.refused('measure', CASE, '--format', form, '--language', 'zh'))

    def honey(self):
        rows = [('bees', 2011, 10), ('bees', 2012, 12), ('tea', 2011, 20), ('tea', 2012, None)]
        document = json.loads(json.dumps(SMALL))
        document['households'] = [{'id': 'h1'}, {'id': 'h2'}]
        document['memberships'] = [{'id': 'm1', 'cooperative': 'bees', 'household': 'h1'},
                                   {'id': 'm2', 'cooperative': 'tea', 'household': 'h2'}]
        document['households'] = [{'id': 'h1', 'membership': 'm1'}, {'id': 'h2', 'membership': 'm2'}]
        document['incomes'] = [
            {'household': 'h1' if coop == 'bees' else 'h2', 'year': year,
             **({} if amount is None else {'amount': amount})} for coop, year, amount in rows]
        document['metrics'] = [
            {'id': 'income.mean', 'title': {'en': 'Mean income'}, 'estimator': 'mean',
             'table': 'incomes', 'columns': {'value': 'amount'}},
            {'id': 'income.total', 'title': {'en': 'All income'}, 'estimator': 'total',
             'table': 'incomes', 'columns': {'value': 'amount'}},
            {'id': 'mean.share', 'title': {'en': 'Mean in all'}, 'unit': '1',
             'formula': 'income.mean / income.total'},
            {'id': 'silk', 'title': {'en': 'Silk'}, 'estimator': 'mean', 'table': 'sales',
             'columns': {'value': 'amount'}}]
        return self.write(document)

    def test_json(self):
        results = json.loads(self.done('measure', self.honey(), '--format', 'json'))
        self.assertEqual([list(result)[:len(self.MEMBERS)] for result in results], [self.MEMBERS] * 4)
        self.assertEqual(list(results[0]["missing_by_reason"].values()), [1])
        by_id = {result['metric']: result for result in results}
        self.assertEqual((by_id['income.mean']['estimate'], by_id['income.mean']['n'],
                          by_id['income.mean']['missing']), (14, 3, 1))
        self.assertEqual(by_id['income.total']['estimate'], 42)
        self.assertIsNone(by_id['silk']['estimate'])
        self.assertTrue(by_id['silk']['warnings'])
        self.assertRegex(by_id['income.mean']['digest'], '^[0-9a-f]{64}$')

    def test_by_and_where(self):
        by = '--by', 'household.membership.cooperative'
        results = json.loads(self.done('measure', self.honey(), 'income.mean', *by, '--format', 'json'))
        self.assertEqual({tuple(result['group'].values()): result['estimate'] for result in results},
                         {('bees',): 11, ('tea',): 20})
        narrowed = json.loads(self.done('measure', self.honey(), 'income.mean', '--where', 'year = 2011', '--format', 'json'))
        self.assertEqual([result['estimate'] for result in narrowed], [15])
        both = json.loads(self.done('measure', self.honey(), 'income.mean', *by, '--where', 'year = 2012', '--format', 'json'))
        self.assertEqual([(*result['group'].values(), result['estimate']) for result in both],
                         [('bees', 12), ('tea', None)])

    def test_csv(self):
        text = self.done('measure', self.honey(), 'income.mean', '--format', 'csv',
                         '--by', 'household.membership.cooperative.name')
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual(len(rows), 2)
        self.assertEqual({row['household.membership.cooperative.name']: float(row['estimate']) for row in rows},
                         {'Bees': 11, "'=SUM(A1)": 20})

    def test_table(self):
        text = self.done('measure', self.honey())
        self.assertRegex(text, r'income\.mean +CNY 14 per household and year .*3 of 4')
        self.assertRegex(text, r'silk +not known')
        self.assertNotIn('\x1b', text)

    def test_one_metric_that_is_not_there(self):
        self.assertIn("did you mean 'income.mean'?", self.refused('measure', self.honey(), 'income.maen'))

    def test_one_metric_that_is_meant(self):
        self.assertIn("did you mean 'income.mean'?", self.refused('measure', CASE, 'income.men'))
        self.assertIn("did you mean 'income.ratio'?", self.refused('measure', CASE, 'income.ration'))
        self.assertEqual(self.done('measure', CASE, 'income.mean(year=2014)'), self.done('measure', CASE, 'income.mean', '--set', 'year=2014'))

    def test_a_faulty_metric(self):
        document = json.loads(self.honey().read_text())
        document['metrics'][0]['columns'] = {'value': 'amuont'}
        path = self.write(document)
        self.assertIn('amuont', self.refused('measure', path, 'income.mean'))
        result = run('measure', path, '--format', 'json')
        self.assertEqual(result.returncode, 1)
        self.assertIn('amuont', result.stderr)
        self.assertIn('income.total', [one['metric'] for one in json.loads(result.stdout)])

    def test_faulty_expressions(self):
        self.assertIn('nonsense', self.refused('measure', self.honey(), 'income.mean', '--by', 'nonsense'))
        self.assertIn('nonsense', self.refused('measure', self.honey(), 'income.mean', '--where', 'nonsense = 1'))


def width(text):
    """Columns of a terminal, as far as these texts go."""
    return sum(0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in 'WF' else 1
               for char in text)


class Report(Base):
    def test_the_case(self):
        text = self.done('report', CASE)
        for chapter in ('In short', 'Where', 'Who', 'What was undertaken', 'Timeline', 'The practice model',
                        'What was measured', 'The claims, one by one', 'What was found about the document',
                        'Sources, and how independent they are', 'What is known, and what is not',
                        'How this report was made'):
            self.assertRegex(text, rf'(?m)^{chapter}\n-+$')
        self.assertEqual([line for line in text.splitlines() if width(line) > 80], [])
        self.assertNotIn('\x1b', text)
        self.assertIn('2.16×', text)

    def test_a_strangers_names_do_nothing(self):
        """Markup, links that run something, and characters that take over a terminal or turn the writing."""
        name = '<script>alert(1)</script> [x](javascript:alert(1)) \x1b]0;title\x07\x1b[2J \u202egnp.exe \x9b31m <img src=x onerror=y>'
        hostile = json.loads(json.dumps(SMALL))
        hostile['alliance']['title']['en'] = name
        hostile['places'][0]['name']['en'] = name
        hostile['cooperatives'][0]['name']['en'] = name
        hostile['sources'] = [{'id': 's', 'title': {'en': name}, 'url': 'javascript:alert(1)'}]
        path = self.write(hostile)
        for words in (['report', path], ['report', '--format', 'markdown', path], ['check', path], ['measure', '--list', path]):
            text = self.done(*words)
            for character in '\x1b\x07\x9b\u202e':
                self.assertNotIn(character, text, words)
        markdown = self.done('report', '--format', 'markdown', path)
        self.assertIn('alert', markdown)
        self.assertIsNone(re.search(r'(?<!\\)<(script|img)', markdown))
        self.assertIsNone(re.search(r'(?<!\\)\]\(javascript:', markdown))
        # What a program reads is whole, and escaped as JSON is.
        self.assertEqual(json.loads(self.done('report', '--format', 'json', path))['title'], name)

    def test_every_claim_of_the_case_is_told(self):
        text = ' '.join(self.done('report', CASE, COLUMNS='100').split())
        claims = json.loads(CASE.read_text(encoding='utf-8'))['claims']
        self.assertGreaterEqual(len(claims), 40)
        missing = [claim['id'] for claim in claims if claim['title']['en'] not in text]
        self.assertEqual(missing, [])

    def test_the_same_twice(self):
        self.assertEqual(self.done('report', CASE), self.done('report', CASE))

    def test_narrow_and_wide(self):
        for columns in ('40', '60', '100'):
            text = self.done('report', CASE, COLUMNS=columns)
            longest = max(width(line) for line in text.splitlines() if '://' not in line)
            self.assertLessEqual(longest, int(columns))

    def test_html(self):
        text = self.done('report', CASE, '--format', 'html', '--language', 'en')
        self.assertTrue(text.startswith('<!DOCTYPE html>\n<html lang="en">'))
        self.assertIn("default-src 'none'", text)
        self.assertIsNone(re.search(r'(src|href)="(?!#|https?:)', text))
        page = Page()
        page.feed(text)
        self.assertEqual(page.open, [])
        self.assertEqual(page.targets - page.ids, set())
        self.assertGreater(len(page.targets), 60)

    def test_markdown(self):
        text = self.done('report', CASE, '--format', 'markdown')
        self.assertTrue(text.startswith('# '))
        self.assertIn('\n## In short\n', text)
        self.assertIn('| --- |', text)

    def test_json(self):
        report = json.loads(self.done('report', CASE, '--format', 'json'))
        self.assertEqual(list(report), ['title', 'claims', 'findings', 'metrics', 'sources'])
        checked = json.loads(run('check', CASE, '--format', 'json').stdout)
        self.assertEqual(report['claims'], checked['claims'])
        measured = json.loads(self.done('measure', CASE, '--format', 'json'))
        self.assertEqual(report['metrics'], measured)

    def test_language(self):
        self.assertIn('蜜与城', self.done('report', self.write(), '--language', 'zh'))
        self.assertIn('Honey and city', self.done('report', self.write(), '--language', 'en'))
        self.assertIn('Honey and city', self.done('report', self.write(), '--language', 'fr'))

    def test_output(self):
        target = self.path / 'report.md'
        self.assertEqual(self.done('report', CASE, '--format', 'markdown', '--output', target), '')
        first = target.read_text(encoding='utf-8')
        self.assertEqual(first, self.done('report', CASE, '--format', 'markdown'))
        self.assertIn('--force', self.refused('report', self.write(), '--output', target))
        self.assertEqual(target.read_text(encoding='utf-8'), first)
        self.done('report', self.write(), '--output', target, '--force')
        self.assertIn('Honey', target.read_text(encoding='utf-8'))
        self.assertIn('nowhere', self.refused('report', self.write(), '--output', self.path / 'nowhere' / 'x'))

    def test_from_standard_input(self):
        self.assertIn('Honey and city', self.done('report', '-', stdin=json.dumps(SMALL)))

    def test_unknown_format(self):
        self.assertIn('markdown', self.refused('report', CASE, '--format', 'docx'))

    def test_nobody_is_named_whom_no_document_names(self):
        document = json.loads(json.dumps(SMALL))
        document['people'] = [{'id': 'p', 'name': 'Wen Private', 'ethnicity': 'Zhuang', 'contact': '555-0199'}]
        for form in ('text', 'markdown', 'json'):
            text = self.done('report', self.write(document), '--format', form)
            for secret in ('Wen Private', 'Zhuang', '555-0199'):
                self.assertNotIn(secret, text)


class Claims(Base):
    def claims(self, *predicates):
        document = json.loads(json.dumps(SMALL))
        document['metrics'] = [{'id': 'coops', 'title': {'en': 'Co-operatives'}, 'unit': 'cooperative',
                                'estimator': 'count', 'table': 'cooperatives', 'columns': {'value': '1'}}]
        document['claims'] = [{'id': f'c{i}', 'title': {'en': f'Claim {i}'}, 'assertion': 'count', 'predicate': predicate}
                              for i, predicate in enumerate(predicates)]
        return self.write(document)


class Check(Claims):
    def test_all_supported(self):
        text = self.done('check', self.claims('coops = 2', 'coops >= 1'))
        self.assertIn('2 claims, 2 supported', text)

    def test_something_to_see_to(self):
        text = self.done('check', self.claims('coops = 2', 'coops >= 3'), status=1)
        self.assertRegex(text, r'(?m)^contradicted +c1: Claim 1\. 2 co-operatives')
        self.assertRegex(text, r'(?m)^supported +c0:')

    def test_no_claims(self):
        self.assertIn('0 claims', self.done('check', self.write()))

    def test_json(self):
        checked = json.loads(self.done('check', self.claims('coops = 2', 'coops >= 3'), '--format', 'json', status=1))
        self.assertEqual(list(checked), ['claims', 'findings'])
        first, second = checked['claims']
        self.assertEqual((first['id'], first['verdict'], first['value']), ('c0', 'supported', 2))
        self.assertEqual((second['verdict'], second['margin']), ('contradicted', -1))
        for name in ('grade', 'readings', 'sources', 'explanation'):
            self.assertIn(name, first)

    def test_public(self):
        document = json.loads(json.dumps(SMALL))
        document['households'] = [{'id': f'h{i}'} for i in range(4)]
        document['incomes'] = [{'household': f'h{i}', 'year': 2014, 'amount': 7321 + i} for i in range(4)]
        document['metrics'] = [{'id': 'mean', 'title': {'en': 'Mean income'}, 'estimator': 'mean', 'table': 'incomes',
                                'columns': {'value': 'amount'}}]
        document['claims'] = [{'id': 'rich', 'title': {'en': 'Rich'}, 'predicate': 'mean >= 5000'}]
        file = self.write(document)
        self.assertIn('7,322', self.done('check', file).replace('\u202f', ','))
        for words in (('check', file), ('check', file, '--format', 'json'), ('explain', file, 'claim/rich'),
                      ('explain', file, 'metric/mean')):
            text = self.done(*words, '--public')
            self.assertIn('withheld', text)
            self.assertNotRegex(text, '7.?32|5.?000')
        told = self.done('check', file, '--public', '--min-count', '4', '--format', 'json')
        self.assertEqual(json.loads(told)['claims'][0]['value'], 7322.5)
        self.assertIn('7322.5', self.done('explain', file, 'claim/rich', '--public', '--min-count', '4'))
        for verb in (('check', file), ('explain', file, 'rich')):
            self.assertIn('goes with --public', self.refused(*verb, '--min-count', '4'))
            self.assertIn('at least 1', self.refused(*verb, '--public', '--min-count', '-4'))

    def test_the_case(self):
        checked = json.loads(self.done('check', CASE, '--format', 'json', status=1))
        self.assertEqual(len(checked['claims']), len(json.loads(CASE.read_text(encoding='utf-8'))['claims']))
        self.assertTrue(all({'rule', 'about', 'message'} <= set(finding) for finding in checked['findings']))


class Explain(Claims):
    def test_a_metric(self):
        text = self.done('explain', self.claims('coops = 2'), 'coops')
        self.assertIn('cooperatives', text)
        self.assertRegex(text, '[0-9a-f]{64}')

    def test_a_claim(self):
        text = self.done('explain', self.claims('coops = 2'), 'c0')
        self.assertIn('supported', text)
        self.assertEqual(text, self.done('explain', self.claims('coops = 2'), 'claim/c0'))

    def test_which_of_two(self):
        document = json.loads(self.claims('coops = 2').read_text())
        document['claims'][0]['id'] = 'coops'
        path = self.write(document)
        self.assertEqual(self.done('explain', path, 'coops'), self.done('explain', path, 'claim/coops'))
        self.assertNotEqual(self.done('explain', path, 'coops'), self.done('explain', path, 'metric/coops'))

    def test_neither(self):
        self.assertIn("did you mean 'coops'?", self.refused('explain', self.claims('coops = 2'), 'cops'))

    def test_every_claim_and_metric_of_the_case(self):
        document = json.loads(CASE.read_text(encoding='utf-8'))
        for kind in ('claims', 'metrics'):
            for record in document[kind][::9]:
                self.assertTrue(self.done('explain', CASE, f'{kind[:-1]}/{record["id"]}'))


class Schema(Base):
    def test_every_kind_and_field(self):
        text = self.done('schema', '--format', 'markdown')
        for word in ('## cooperative\n', '## household-member\n', '`amount`', 'personal', 'sensitive', 'required'):
            self.assertIn(word, text)
        kinds = re.findall(r'^## (\S+)$', text, re.MULTILINE)
        self.assertGreater(len(kinds), 55)
        self.assertEqual(len(kinds), len(set(kinds)))
        for kind in kinds:
            rows = text.partition(f'## {kind}\n')[2].partition('\n## ')[0].count('\n| `')
            self.assertGreater(rows, 2, kind)

    def test_other_forms(self):
        schema = json.loads(self.done('schema', '--format', 'json-schema'))
        self.assertIn('cooperatives', json.dumps(schema))
        self.assertIn('CREATE TABLE', self.done('schema', '--format', 'sql').upper())
        self.assertIn('interface', self.done('schema', '--format', 'typescript'))

    def test_unknown_format(self):
        self.assertIn('typescript', self.refused('schema', '--format', 'xml'))


class People(Base):
    DOCUMENT = {'format': 'rural-alliance', 'version': 1, 'alliance': {'title': 'T', 'currency': 'CNY'},
                'households': [{'id': 'zhang', 'name': 'Zhang'}, {'id': 'li'}],
                'incomes': [{'household': 'zhang', 'year': 2014, 'amount': 4711}, {'household': 'li', 'year': 2014, 'amount': 4001}]}

    def test_erase(self):
        file = self.write(self.DOCUMENT)
        result = run('erase', file, 'household', 'zhang', '--reason', 'request')
        self.assertEqual((result.returncode, result.stdout), (0, 'erased: 1 of 2 households\nerased: 1 of 2 incomes\n'), result.stderr)
        self.assertIn('backups', result.stderr)
        # As words: digests may have these digits.
        self.assertNotRegex(file.read_text(), r'zhang|Zhang|\b4711\b')
        self.assertIn('erased before', self.refused('erase', file, 'household', 'zhang'))
        self.assertIn('no household of this id', self.refused('erase', file, 'household', 'wang'))
        self.assertIn('name a file', self.refused('erase', '-', 'household', 'zhang'))
        self.assertIn('keeps no log', self.refused('erase', file, 'household', 'li', '--author', 'Min'))

    def test_erase_says_who(self):
        file = self.path / 'hub.rua'
        self.done('enroll', self.write(self.DOCUMENT), 'hub', '--output', file)
        result = run('erase', file, 'household', 'zhang', '--reason', 'request', '--author', 'Min')
        self.assertEqual(result.returncode, 0, result.stderr)
        with contextlib.closing(sqlite3.connect(file)) as database:
            said = database.execute("select author, value, count(*) from rua_facts where key like '~!%' and field = '' group by 1, 2").fetchall()
        self.assertEqual({author for author, _, _ in said if author}, {'Min'})
        self.assertNotIn(b'Zhang', file.read_bytes())

    def test_list_of_exports(self):
        file = self.write(self.DOCUMENT)
        self.assertEqual(self.done('exports', file), '')
        plain = self.done('export', file, 'incomes')
        self.assertEqual(self.done('exports', file), '')
        self.assertEqual(self.done('export', file, 'incomes', '--audit', 'Wang', '--purpose', 'research'), plain)
        said = self.done('exports', file)
        self.assertRegex(said, r'^1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ Wang: incomes, 2 records, for research, SHA-256 [0-9a-f]{64}\n$')
        self.assertIn(hashlib.sha256(plain.replace('\n', '\r\n').encode()).hexdigest(), said)
        changed = json.loads(file.read_text())
        changed['exports'][0]['exported_by'] = 'Nobody'
        result = run('exports', self.write(changed))
        self.assertEqual(result.returncode, 1)
        self.assertIn('export #1: its seal', result.stderr)
        self.assertIn('name a file', self.refused('export', '-', 'incomes', '--audit', 'Wang'))
        self.assertIn('--audit', self.refused('export', file, 'incomes', '--purpose', 'x'))

    def test_public_report(self):
        document = self.DOCUMENT | {'metrics': [{'id': 'mean', 'estimator': 'mean', 'table': 'incomes', 'columns': {'value': 'amount'}}]}
        file = self.write(document)
        self.assertIn('4,356', self.done('report', file))
        self.assertNotIn('4,356', self.done('report', file, '--public'))
        self.assertIn('withheld', self.done('report', file, '--public'))
        self.assertIn('4,356', self.done('report', file, '--public', '--min-count', '2'))
        self.assertIn('--public', self.refused('report', file, '--min-count', '2'))


VERBS = ['report', 'check', 'measure', 'estimate', 'explain', 'convert', 'import', 'export', 'validate', 'schema', 'erase', 'exports',
         'enroll', 'send', 'merge', 'conflicts', 'clear']

if __name__ == '__main__':
    tap.main()
