#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Workload W, at a small size: the metrics that a user could have written give the answers of plain Python."""

import csv
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import unittest

import tap

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
PROGRAMS = pathlib.Path(os.environ['RUA_BUILD_ROOT']) / 'tests' / 'bench'
DEFINITIONS = SOURCE / 'tests' / 'bench' / 'w'

sys.path.insert(0, str(SOURCE / 'tests' / 'bench'))
import impact_report  # noqa: E402
import workload  # noqa: E402

HOUSEHOLDS = 2000
# What sums of doubles in another order may differ by; the bench allows its peers a million times that.
TOLERANCE = 1e-12


def run(*words, **environment):
    done = subprocess.run([str(word) for word in words], env={**os.environ, **environment},
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f'{words}: {done.returncode}: {done.stderr}')
    return done.stdout


def rows(folder, name):
    with open(folder / f'{name}.csv', newline='', encoding='utf-8') as file:
        yield from csv.DictReader(file)


def known(**fields):
    return {name: value for name, value in fields.items() if value is not None}


def document(folder):
    """The alliance as a document, for which no CSV file is read by the library."""
    made = json.loads((DEFINITIONS / 'impact-report.json').read_text(encoding='utf-8'))
    metrics = made.pop('metrics')
    for name, kind in (('villages', 'places'), ('sites', 'sites'), ('products', 'products')):
        made[kind] = [{'id': row['id'], 'name': {'en': row['name']}} for row in rows(folder, name)]
    made['households'] = [
        known(id=row['hid'], site=row['site'], village=row['village'], n_persons=int(row['size']),
              weight=float(row['weight']), member=row['member'] == '1',
              member_since=int(row['join_year']) if row['join_year'] else None)
        for row in rows(folder, 'households')]
    made['interviews'] = [
        known(household=row['hid'], wave=int(row['wave']),
              income=float(row['income']) if row['income'] else None)
        for row in rows(folder, 'income')]
    first = datetime.date(1970, 1, 1)
    made['sales'] = [
        known(sold_on=str(first + datetime.timedelta(int(row['date']))), product=row['product'],
              producer=row['hid'], mass=float(row['qty']), price=float(row['price']),
              certified=row['organic'] == '1', direct=row['channel'] == '1')
        for row in rows(folder, 'sales')]
    made['metrics'] = metrics
    return json.dumps(made)


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


class Workload(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.place.name)
        cls.data = cls.folder / 'data'
        run(PROGRAMS / 'generate-workload', HOUSEHOLDS, cls.data, 'both')
        cls.expected = impact_report.plain_report(cls.data)
        cls.json = cls.folder / 'w.json'
        cls.json.write_text(document(cls.data), encoding='utf-8')

    @classmethod
    def tearDownClass(cls):
        cls.place.cleanup()

    def report(self, name, *words, **environment):
        folder = self.folder / name
        folder.mkdir()
        run(PROGRAMS / 'bench-workload', *words, folder, **environment)
        return folder

    def assert_agrees(self, folder):
        worst, faults = impact_report.compare(self.expected, impact_report.read_report(folder), TOLERANCE)
        self.assertEqual(faults, [])
        self.assertLessEqual(max(worst.values()), TOLERANCE)

    def test_every_table_has_rows(self):
        for table, keys in self.expected.items():
            self.assertTrue(keys, table)
        self.assertEqual(len(self.expected['r2']), 2 * len(self.expected['r3']))
        self.assertEqual(len(self.expected['r8b']), 10)

    def test_document(self):
        self.assert_agrees(self.report('document', 'file', self.json))

    def test_csv_files(self):
        read = self.report('csv', 'csv', DEFINITIONS, self.data)
        self.assert_agrees(read)
        # By another way in, the same bits.
        written = self.report('as-document', 'file', self.json)
        self.assertEqual(contents(read), contents(written))

    def test_columnar_file(self):
        kept = self.folder / 'w.ruac'
        run(PROGRAMS / 'bench-workload', 'import', DEFINITIONS, self.data, kept)
        read = self.report('columns', 'file', kept)
        self.assert_agrees(read)
        self.assertEqual(contents(read), contents(self.report('no-columns', 'csv', DEFINITIONS, self.data)))

    def test_same_bytes_for_any_number_of_threads(self):
        one = contents(self.report('one', 'file', self.json, RUA_THREADS='1'))
        self.assertEqual(sorted(one), sorted(f'{table}.csv' for table in impact_report.TABLES))
        for threads in '2', '8':
            self.assertEqual(contents(self.report(f'threads{threads}', 'file', self.json,
                                                  RUA_THREADS=threads)), one)


class Generator(unittest.TestCase):
    def test_columns_hold_what_the_text_says(self):
        import array
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name) / 'made'
            run(PROGRAMS / 'generate-workload', 1137, folder, 'both')
            for table, column, file, form in (('households', 'hid', 'h_hid.i64', 'q'),
                                              ('households', 'weight', 'h_weight.f64', 'd'),
                                              ('income', 'income', 'i_income.f64', 'd'),
                                              ('sales', 'price', 's_price.f64', 'd'),
                                              ('sales', 'date', 's_date.i32', 'i')):
                values = array.array(form, (folder / file).read_bytes())
                texts = [row[column] for row in rows(folder, table)]
                self.assertEqual(len(values), len(texts))
                for value, text in zip(values, texts):
                    self.assertTrue(value == float(text) if text else value != value, (file, value, text))
            sites = {row['id'] for row in rows(folder, 'sites')}
            villages = {row['id'] for row in rows(folder, 'villages')}
            for row in rows(folder, 'households'):
                self.assertIn(row['site'], sites)
                self.assertIn(row['village'], villages)

    def test_wrong_words_are_refused(self):
        for words in ((), ('0', 'x'), ('10', 'x', 'xml')):
            done = subprocess.run([str(PROGRAMS / 'generate-workload'), *words], capture_output=True,
                                  text=True, check=False)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn('usage', done.stderr)


class Comparison(unittest.TestCase):
    """The check of the bench finds what differs."""

    def report(self):
        return {table: {(1,) * len(keys): {column: 2.0 for column in columns}}
                for table, (keys, columns) in impact_report.TABLES.items()}

    def test_alike(self):
        self.assertEqual(impact_report.compare(self.report(), self.report())[1], [])

    def test_a_value(self):
        for table, (keys, columns) in impact_report.TABLES.items():
            for value, found in ((2.0 + 1e-8, 1), (2.0 + 1e-11, 0), (None, 1), (float('nan'), 1)):
                other = self.report()
                other[table][(1,) * len(keys)][columns[-1]] = value
                worst, faults = impact_report.compare(self.report(), other)
                self.assertEqual(len(faults), found, (table, value))
                self.assertEqual(worst[table] > impact_report.TOLERANCE, bool(found))

    def test_a_row(self):
        for table, (keys, _) in impact_report.TABLES.items():
            more, none = self.report(), self.report()
            more[table][(7,) * (len(keys) or 1)] = more[table][(1,) * len(keys)]
            none[table].clear()
            for other in more, none:
                for pair in (self.report(), other), (other, self.report()):
                    worst, faults = impact_report.compare(*pair)
                    self.assertEqual(len(faults), 1)
                    self.assertEqual(worst[table], float('inf'))

    def test_quantile(self):
        for values in [3.0], [1.0, 2.0], [1.0, 5.0, 6.0, 9.0], [float(n * n % 17) for n in range(50)]:
            ordered = sorted(values)
            if len(ordered) > 1:
                expected = statistics.quantiles(ordered, n=4, method='inclusive')
            else:
                expected = ordered * 3
            self.assertEqual([impact_report.quantile(ordered, p) for p in (0.25, 0.5, 0.75)], expected)

    def test_keys_as_others_write_them(self):
        self.assertEqual(impact_report.key_of({'a': '3.0', 'b': 'true', 'c': 'false'}, 'abc'), (3, 1, 0))
        self.assertEqual([impact_report.number(text) for text in ('', 'NA', 'nan', '2.5', '1e-3')],
                         [None, None, None, 2.5, 0.001])


class Runner(unittest.TestCase):
    def test_sizes(self):
        self.assertEqual([workload.households(text) for text in ('2000', '5k', '1M', '0.5M', '10M')],
                         [2000, 5000, 1000000, 500000, 10000000])

    def test_a_run_is_measured(self):
        figure = workload.run([sys.executable, '-c', 'print("pass 0.25\\nmeasure 0.5")'], {}, 60)
        self.assertEqual(workload.seconds(figure['lines'], 'pass'), [0.25])
        self.assertEqual(workload.seconds(figure['lines'], 'measure'), [0.5])
        self.assertGreater(figure['wall'], 0)
        self.assertGreater(figure['mib'], 1)

    def test_a_run_that_fails_is_told(self):
        with self.assertRaisesRegex(RuntimeError, 'exit status 3'):
            workload.run([sys.executable, '-c', 'raise SystemExit (3)'], {}, 60)

    def test_a_run_that_does_not_end_is_ended(self):
        with self.assertRaisesRegex(RuntimeError, 'exit status -9'):
            workload.run([sys.executable, '-c', 'import time; time.sleep (600)'], {}, 0.2)


if __name__ == '__main__':
    tap.main()
