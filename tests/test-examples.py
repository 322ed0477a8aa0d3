#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The examples run, and say the same in every language."""

import csv
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import tap

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
BUILD = pathlib.Path(os.environ['RUA_BUILD_ROOT'])
EXAMPLES = SOURCE / 'examples'
CASE = EXAMPLES / 'rural-urban-alliance.json'
TYPELIB = BUILD / 'libruralalliance' / 'RuralAlliance-1.typelib'


def command(language, *arguments):
    return {
        'c': [BUILD / 'examples' / 'case-study', *arguments],
        'python': [sys.executable, EXAMPLES / 'case-study.py', *arguments],
        'javascript': ['gjs', '-m', EXAMPLES / 'case-study.js', *arguments],
    }[language]


def run(language, *arguments, **keywords):
    return subprocess.run(command(language, *arguments), capture_output=True, text=True, timeout=100, **keywords)


class Examples(unittest.TestCase):
    maxDiff = None

    def languages(self):
        yield 'c'
        if TYPELIB.exists():
            yield 'python'
            if shutil.which('gjs'):
                yield 'javascript'

    def test_same_output(self):
        outputs = {}
        for language in self.languages():
            done = run(language, CASE)
            self.assertEqual((done.returncode, done.stderr), (0, ''), language)
            outputs[language] = done.stdout
        for language, output in outputs.items():
            self.assertEqual(output, outputs['c'], language)

    def test_what_it_says(self):
        output = run('c', CASE).stdout
        for line in ('Rural–urban alliance', '- Co-operative of Pingzhai: members unknown',
                     'Mean income in 2017 over mean income before joining: 2.159',
                     '- income.after: 8478 CNY/person/year', '- income.before: 3927 CNY/person/year'):
            self.assertIn(line, output.splitlines())
        words = ('supported', 'contradicted', 'inconclusive', 'not_entailed', 'unsupported', 'stale', 'disputed')
        counts = [int(line.split(': ')[1]) for word in words
                  for line in output.splitlines() if line.startswith(f'- {word}: ')]
        self.assertEqual(len(counts), len(words))
        claims = next(line for line in output.splitlines() if ' claims, ' in line)
        self.assertEqual(sum(counts), int(claims.split()[0]))

    def test_the_report_of_gjs(self):
        if not TYPELIB.exists() or not shutil.which('gjs'):
            self.skipTest('no gjs')
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder) / 'report.html'
            done = subprocess.run(['gjs', '-m', EXAMPLES / 'report.js', CASE, page], capture_output=True, text=True, timeout=100)
            self.assertEqual((done.returncode, done.stderr), (0, ''))
            self.assertIn(run('c', CASE).stdout.partition(' claims, ')[0].splitlines()[-1] + ' claims, 5 of them supported, ',
                          done.stdout)
            text = page.read_text(encoding='utf-8')
        self.assertTrue(text.lower().startswith('<!doctype html>'))
        self.assertIn('Rural–urban alliance', text)

    def test_from_the_folder_above(self):
        self.assertEqual(run('c', cwd=SOURCE).stdout, run('c', CASE).stdout)

    def test_a_file_that_is_not_there(self):
        for language in self.languages():
            done = run(language, SOURCE / 'nowhere.json')
            self.assertNotEqual(done.returncode, 0, language)
            self.assertIn('nowhere.json', done.stderr, language)
            self.assertEqual(done.stdout, '', language)

    def test_income_chart(self):
        """The synthetic panel has the means that it is made to have, and is drawn with its intervals."""
        if not TYPELIB.exists():
            self.skipTest('no introspection')
        try:
            import matplotlib  # noqa: F401
        except ImportError:
            self.skipTest('matplotlib is not installed')
        with tempfile.TemporaryDirectory() as folder:
            picture = pathlib.Path(folder) / 'incomes.png'
            done = subprocess.run([sys.executable, EXAMPLES / 'income-chart.py', EXAMPLES, picture], capture_output=True, text=True,
                                  timeout=100, env={**os.environ, 'MPLBACKEND': 'Agg', 'MPLCONFIGDIR': folder})
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(picture.read_bytes()[:4], b'\x89PNG')
        lines = done.stdout.splitlines()
        self.assertEqual(len(lines), 4)
        self.assertEqual([line.split(':')[0] for line in lines], ['2014, far', '2014, near', '2017, far', '2017, near'])
        self.assertTrue(lines[0].endswith('39 households, 1 unknown'), lines[0])
        persons, total = {}, {}
        with open(EXAMPLES / 'synthetic-households.csv', encoding='utf-8') as file:
            persons = {row['id']: int(row['n_persons']) for row in csv.DictReader(file)}
        with open(EXAMPLES / 'synthetic-incomes.csv', encoding='utf-8') as file:
            for row in csv.DictReader(file):
                if row['amount']:
                    amount, n = total.get(row['year'], (0, 0))
                    total[row['year']] = amount + float(row['amount']), n + persons[row['household']]
        self.assertEqual({year: round(amount / n) for year, (amount, n) in total.items()}, {'2014': 3927, '2017': 8478})

    def test_stores(self):
        """C and Python keep the same, and say the same."""
        outputs = []
        programs = [[BUILD / 'examples' / 'store']]
        if TYPELIB.exists():
            programs.append([sys.executable, EXAMPLES / 'store.py'])
        for program in programs:
            done = subprocess.run([*program, CASE], capture_output=True, text=True, timeout=100)
            self.assertEqual((done.returncode, done.stderr), (0, ''), program)
            outputs.append(done.stdout)
        self.assertEqual(len(set(outputs)), 1, outputs)
        lines = outputs[0].splitlines()
        self.assertEqual(len([line for line in lines if line.endswith(', the same alliance')]), 4, lines)
        self.assertIn('theirs stays', lines[-1])


if __name__ == '__main__':
    tap.main()
