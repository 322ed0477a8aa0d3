#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Places, results and what takes long, as Python sees them."""

import asyncio
import errno
import os
import pathlib
import pickle
import tempfile
import unittest

import gi
gi.require_version('RuralAlliance', '1')
from gi.repository import Gio, GLib, RuralAlliance as ra  # noqa: E402

import tap  # noqa: E402

CASE = str(pathlib.Path(os.environ['RUA_SOURCE_ROOT']) / 'examples/rural-urban-alliance.json')


def alliance_of():
    alliance = ra.Alliance()
    alliance.add(ra.Profile(title='Vector', currency='CNY'))
    for i in range(4):
        alliance.households.add(id=f'h{i}')
        alliance.incomes.add(household=f'h{i}', year=2014 + i % 2, amount=100 * (i + 1) if i != 3 else None)
    alliance.metrics.add(id='mean', title='Mean income', estimator='mean', table='incomes', unit='CNY/household/year',
                         columns={'value': 'amount'})
    alliance.metrics.add(id='none', estimator='mean', table='incomes', unit='CNY/household/year',
                         columns={'value': 'amount'}, where='year = 1900')
    alliance.metrics.add(id='twice', formula='mean * 2')
    alliance.metrics.add(id='wrong', estimator='mean', table='incomes', columns={'value': 'amuont'})
    return alliance


def wait(start):
    """Starts something, and answers what its callback was given."""
    loop = GLib.MainLoop()
    given = []

    def done(source, result, *_):
        given.append(result)
        loop.quit()

    start(done)
    loop.run()
    return given[0]


class Results(unittest.TestCase):
    def setUp(self):
        self.alliance = alliance_of()

    def measure(self, name):
        return self.alliance.metrics[name].measure(self.alliance)

    def test_attributes(self):
        result = self.measure('mean')
        self.assertEqual(result.estimate, 200)
        self.assertEqual((result.n_eligible, result.n_used, result.n_missing), (4, 3, 1))
        self.assertEqual(str(result.unit), 'CNY/household/year')
        self.assertEqual(result.unit, ra.Unit.new('CNY/household/year'))
        self.assertNotEqual(result.unit, ra.Unit.new('CNY/household'))
        self.assertIsNone(result.reason)
        self.assertLess(result.low, 200)
        self.assertGreater(result.high, 200)
        self.assertRegex(result.digest, '^[0-9a-f]{64}$')
        self.assertIsInstance(result.missing_reasons, list)
        self.assertIsInstance(result.sources, list)
        self.assertIn('mean', repr(result))

    def test_undefined_is_none_and_not_zero(self):
        result = self.measure('none')
        self.assertIsNone(result.estimate)
        self.assertIsNone(result.low)
        self.assertTrue(result.reason)
        self.assertIn('undefined', repr(result))

    def test_a_formula_shows_its_inputs(self):
        result = self.measure('twice')
        self.assertEqual(result.estimate, 400)
        self.assertEqual([figure.metric for figure in result.inputs], ['mean'])
        self.assertTrue(result.explain().children)

    def test_groups(self):
        metric = self.alliance.metrics['mean']
        metric.by = ['year']
        groups = metric.measure_groups(self.alliance)
        self.assertIsInstance(groups, list)
        self.assertEqual([(group.get_group_label('year'), group.estimate) for group in groups],
                         [('2014', 200), ('2015', 200)])

    def test_by_the_id_alone(self):
        self.assertEqual(self.alliance.measure('mean').estimate, 200)
        self.assertEqual(self.alliance.measure(self.alliance.metrics['mean'], where='year = 2014').estimate, 200)
        ready = self.alliance.measure('income.mean', year=2014)
        self.assertEqual((ready.estimate, ready.metric), (200, 'income.mean(year=2014)'))
        groups = self.alliance.measure('mean', by='year')
        self.assertEqual([(group.get_group_label('year'), group.estimate) for group in groups], [('2014', 200), ('2015', 200)])
        self.assertEqual(self.alliance.measure('mean', by=['year'])[1].get_group_label('year'), '2015')
        self.assertTrue(all(group.withheld for group in self.alliance.measure('mean', by='year', min_count=5)))
        self.alliance.metrics['mean'].by = ['year']
        self.assertEqual(len(self.alliance.measure('mean')), 2)
        self.assertEqual(self.alliance.measure('mean', by=[]).estimate, 200)
        with self.assertRaises(ra.AllianceError):
            self.alliance.measure('income.mean')
        with self.assertRaises(ra.AllianceError):
            self.alliance.measure('no.such')
        with self.assertRaises(ra.AllianceError):
            self.alliance.measure('income.mean', year=2014, month=2)
        with self.assertRaises(TypeError):
            self.alliance.measure(self.alliance.metrics['mean'], year=2014)

    def test_a_faulty_expression(self):
        with self.assertRaises(ra.UnknownNameError) as caught:
            self.measure('wrong')
        self.assertIn('amuont', str(caught.exception))

    def test_attributes_of_results_cannot_be_set(self):
        for thing in (self.measure('mean'), self.alliance.schema.kinds[0], self.alliance.incomes.append()):
            for name in ('estimate', 'something'):
                with self.assertRaises(AttributeError):
                    setattr(thing, name, 4)
                self.assertNotEqual(getattr(thing, name, None), 4)


class ResultTables(unittest.TestCase):
    """Figures side by side."""

    def setUp(self):
        self.alliance = alliance_of()
        self.alliance.households.add(id='h9')
        self.alliance.incomes.add(household='h9', year=2016, amount=50)
        self.measurement = ra.Measurement.new(self.alliance)
        metrics = self.alliance.metrics
        self.mean = self.measurement.add(metrics['mean'], ['year'])
        self.late = self.measurement.add(metrics['mean'], ['year'], 'year > 2014')
        self.whole = self.measurement.add(metrics['mean'], [])
        self.wrong = self.measurement.add(metrics['wrong'], ['year'])
        with self.assertRaises(ra.UnknownNameError):
            self.measurement.run()

    def test_by_its_own_functions(self):
        table = ra.ResultTable.new(self.measurement)
        self.assertTrue(table)
        self.assertEqual((len(table), table.names, table.group_paths), (0, [], []))
        table.add(self.mean, ra.ResultNumber.ESTIMATE)
        table.add(self.mean, ra.ResultNumber.N_MISSING, 'left out')
        table.add_named(self.mean, 'sd')
        self.assertEqual(table.names, ['mean', 'left out', 'mean.sd'])
        self.assertEqual((table.n_rows, table.n_columns, table.group_paths), (3, 3, ['year']))
        self.assertEqual([table.get_label(row, 'year') for row in range(3)], ['2014', '2015', '2016'])
        self.assertEqual((list(table), 'mean' in table, 'maen' in table), (table.names, True, False))
        self.assertEqual(repr(table), '<RuralAlliance.ResultTable of 3 groups, 3 figures>')
        self.assertEqual(table.to_csv().splitlines()[0], 'year,mean,left out,mean.sd')
        stream = Gio.MemoryOutputStream.new_resizable()
        table.write_csv(stream)
        stream.close()
        self.assertEqual(stream.steal_as_bytes().get_data().decode(), table.to_csv())
        with self.assertRaises(ra.DuplicateError):
            table.add(self.mean, ra.ResultNumber.LOW, 'mean')
        with self.assertRaises(ra.UnknownNameError) as caught:
            table.add_named(self.mean, 'maen')
        self.assertIn("'mean'", str(caught.exception))
        with self.assertRaises(ra.InvalidValueError) as caught:
            table.add(self.whole, ra.ResultNumber.ESTIMATE, 'all')
        self.assertIn('“year”', str(caught.exception))
        with self.assertRaises(AttributeError):
            table.names = []

    def test_arrays(self):
        import numpy
        table = self.measurement.to_table({'mean': self.mean, 'late': self.late, 'sd': (self.mean, 'sd'),
                                           'n': (self.mean, ra.ResultNumber.N_USED)})
        self.assertEqual(table.names, ['mean', 'late', 'sd', 'n'])
        mean = table['mean']
        self.assertEqual((mean.dtype, mean.shape, mean.tolist()), (numpy.float64, (3,), [200, 200, 50]))
        self.assertFalse(mean.flags.writeable)
        self.assertTrue(numpy.isnan(table['late'][0]))
        self.assertEqual(table['late'][1:].tolist(), [200, 50])
        self.assertEqual(table['n'].tolist(), [2, 1, 1])
        self.assertTrue(numpy.shares_memory(table['mean'], mean))
        with self.assertRaises(ra.UnknownNameError) as caught:
            table['maen']
        self.assertIn("'mean'", str(caught.exception))
        self.assertEqual((table.codes('year').dtype, table.codes('year').tolist()), (numpy.int32, [0, 1, 2]))
        with self.assertRaises(ra.UnknownNameError):
            table.codes('yaer')
        del table
        self.assertEqual(mean.tolist(), [200, 200, 50])

    def test_columns_that_are_told(self):
        with self.assertRaises(ra.DuplicateError):
            self.measurement.to_table()
        with self.assertRaises(ra.UnknownNameError):
            self.measurement.to_table([self.wrong])
        with self.assertRaises(ra.InvalidValueError):
            self.measurement.to_table([self.mean, self.whole])
        self.assertEqual(self.measurement.to_table([self.whole]).to_csv(), 'mean\n162.5\n')
        table = self.measurement.to_table([self.mean, (self.late, ra.ResultNumber.LOW), (self.mean, ra.ResultNumber.STANDARD_ERROR)])
        self.assertEqual(table.names, ['mean', 'mean.low', 'mean.se'])
        both = ra.Measurement.new(self.alliance)
        for name in ('mean', 'twice'):
            both.add(self.alliance.metrics[name])
        both.run()
        self.assertEqual(both.to_table().to_csv(), 'mean,twice\n162.5,325\n')
        for place in (-1, 4):
            with self.assertRaises(IndexError):
                self.measurement.to_table([place])

    def test_frame(self):
        import pandas
        table = self.measurement.to_table({'late': self.late, 'mean': self.mean})
        frame = table.to_pandas()
        self.assertEqual(list(frame.columns), ['year', 'late', 'mean'])
        self.assertEqual(list(frame.index), [0, 1, 2])
        self.assertIsInstance(frame['year'].dtype, pandas.CategoricalDtype)
        self.assertEqual(frame['year'].tolist(), ['2015', '2016', '2014'])
        self.assertEqual(str(frame['mean'].dtype), 'float64')
        self.assertEqual(frame['mean'].tolist(), [200, 50, 200])
        self.assertEqual(frame['late'].isna().tolist(), [False, False, True])
        frame.loc[0, 'mean'] = 4
        self.assertEqual(table['mean'].tolist(), [200, 50, 200])
        self.assertEqual(self.measurement.to_table([self.whole]).to_pandas()['mean'].tolist(), [162.5])

    def test_unknown_labels(self):
        self.alliance.incomes[0].income_source = 'wage'
        measurement = ra.Measurement.new(self.alliance)
        place = measurement.add(self.alliance.metrics['mean'], ['income_source', 'year'])
        measurement.run()
        frame = measurement.to_table([place]).to_pandas()
        self.assertEqual(frame['income_source'].isna().tolist(), [False, True, True, True])
        self.assertEqual(list(frame['income_source'].cat.categories), ['wage'])
        self.assertEqual(frame['mean'].tolist(), [100, 300, 200, 50])


class Verdicts(unittest.TestCase):
    def setUp(self):
        self.alliance = alliance_of()
        self.alliance.documents.add(id='report', title='A report')
        for name, predicate in (('more', 'mean > 100'), ('most', 'mean > 100000'), ('none', None)):
            self.alliance.claims.add(id=name, quote=name, predicate=predicate, document='report')

    def test_one_claim(self):
        verdict = self.alliance.claims['more'].check(self.alliance)
        self.assertEqual((verdict.value, verdict.threshold, verdict.margin), (200, 100, 100))
        self.assertIs(verdict.claim, self.alliance.claims['more'])
        self.assertEqual(verdict.grade, ra.Grade.RECORDS)
        self.assertTrue(all(isinstance(reason, str) for reason in verdict.reasons))
        self.assertIsInstance(verdict.readings, list)
        self.assertIsInstance(verdict.flipped, bool)
        self.assertTrue(verdict.explanation.text)
        self.assertRegex(repr(verdict), r'^<RuralAlliance.Verdict more [a-z-]+>$')

    def test_without_a_number(self):
        verdict = self.alliance.claims['none'].check(self.alliance)
        self.assertEqual(verdict.verdict_type, ra.VerdictType.UNSUPPORTED)
        self.assertEqual((verdict.value, verdict.threshold, verdict.margin, verdict.low), (None,) * 4)
        self.assertEqual(verdict.grade, ra.Grade.NONE)

    def test_all(self):
        checker = ra.Checker.new(self.alliance)
        self.assertEqual(checker.verdicts, [])
        checker.run()
        self.assertEqual([verdict.claim.id for verdict in checker.verdicts], ['more', 'most', 'none'])
        self.assertEqual(checker.find_verdict('most').verdict_type, ra.VerdictType.CONTRADICTED)
        self.assertIsNone(checker.find_verdict('nobody'))
        for finding in checker.findings:
            self.assertIn(finding.rule, repr(finding))
            self.assertTrue(finding.message)

    def test_all_later(self):
        checker = ra.Checker.new(self.alliance)
        result = wait(lambda done: checker.run_async(None, None, done))
        self.assertTrue(checker.run_finish(result))
        self.assertEqual(len(checker.verdicts), 3)


class AtOnce(unittest.TestCase):
    def test_check(self):
        alliance = ra.Alliance.open(CASE)
        told = []
        verdicts = alliance.check()
        self.assertGreater(len(verdicts), 40)
        checker = ra.Checker.new(alliance)
        checker.run()
        self.assertEqual([(v.claim.id, v.verdict_type, v.name) for v in verdicts],
                         [(v.claim.id, v.verdict_type, v.name) for v in checker.verdicts])
        self.assertEqual(len(alliance.check(progress=told.append)), len(verdicts))
        self.assertTrue(told and told[-1] == 1)
        self.assertEqual(ra.Alliance().check(), [])

    def test_report(self):
        alliance = alliance_of()
        report = ra.Report.new(alliance)
        report.compile()
        self.assertEqual(alliance.report().to_html(), report.to_html())
        self.assertIn('lang="zh', alliance.report('zh').to_html())
        self.assertLess(len(alliance.report(brief=True).to_markdown()), len(report.to_markdown()))
        report.set_public(True, 7)
        report.compile()
        self.assertEqual(alliance.report(public=True, min_count=7).to_json(), report.to_json())

    def test_a_metric_that_is_meant(self):
        with self.assertRaisesRegex(ra.UnknownNameError, "did you mean 'income.mean'"):
            alliance_of().measure('income.men', year=2014)

    def test_a_name_that_is_near_nothing(self):
        with self.assertRaisesRegex(ra.UnknownNameError, "claim has no field 'wording'; there are: id, .*assertion"):
            ra.Claim(id='c').wording
        with self.assertRaises(ra.UnknownNameError) as caught:
            ra.Claim(id='c')._repr_png_
        self.assertTrue(str(caught.exception).endswith("'_repr_png_'"))


class Places(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.place = str(pathlib.Path(folder.name) / 'alliance.json')
        self.alliance = alliance_of()

    def test_save_and_open(self):
        self.alliance.save(self.place, ra.SaveFlags.NONE)
        again = ra.Alliance.open(self.place)
        self.assertEqual(again.to_json(), self.alliance.to_json())
        self.assertEqual(again.location, GLib.filename_to_uri(self.place))
        with self.assertRaises(GLib.Error) as caught:
            self.alliance.save(self.place, ra.SaveFlags.NONE)
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.EXISTS))
        self.assertTrue(self.alliance.save(self.place, ra.SaveFlags.REPLACE))

    def test_open_what_is_none(self):
        with self.assertRaises(GLib.Error) as caught:
            ra.Alliance.open(self.place)
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.NOT_FOUND))
        pathlib.Path(self.place).write_text('{"format": "rural-alliance", "version": 1, "alliance": {"title": 4}}')
        with self.assertRaises(ra.InvalidValueError) as caught:
            ra.Alliance.open(self.place)
        self.assertIn('title', str(caught.exception))

    def test_flags_are_none_unless_they_are_told(self):
        self.assertTrue(self.alliance.save(self.place))
        with self.assertRaises(FileExistsError):
            self.alliance.save(self.place)
        self.assertTrue(self.alliance.save(place=self.place, flags=ra.SaveFlags.REPLACE))
        self.assertEqual(ra.Store.open(self.place).load().to_json(), self.alliance.to_json())
        with self.assertRaises(FileExistsError):
            asyncio.run(self.alliance.save_async(self.place))

    def test_errors_of_files_are_those_of_python_too(self):
        with self.assertRaises(FileNotFoundError) as caught:
            ra.Alliance.open(self.place)
        error = caught.exception
        self.assertIsInstance(error, ra.FileError)
        self.assertIsInstance(error, GLib.Error)
        self.assertEqual((error.errno, error.strerror), (errno.ENOENT, error.message))
        self.assertTrue(str(error).endswith('check its name'))
        self.assertTrue(error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.NOT_FOUND))
        again = pickle.loads(pickle.dumps(error))
        self.assertEqual((type(again), again.message, again.domain, again.code, again.errno),
                         (ra.MissingFileError, error.message, error.domain, error.code, errno.ENOENT))
        with self.assertRaises(FileNotFoundError):
            asyncio.run(ra.Alliance.open_async(self.place))
        table = pathlib.Path(self.place).with_suffix('.csv')
        table.write_text('id\nh1\n')
        with self.assertRaisesRegex(OSError, 'is one table, of CSV.* from_csv'):
            ra.Alliance.open(str(table))
        if os.geteuid() != 0:
            table.chmod(0)
            with self.assertRaises(PermissionError):
                ra.Alliance.open(str(table))

    def test_later(self):
        wait(lambda done: self.alliance.save_async(self.place, ra.SaveFlags.NONE, None, done))
        result = wait(lambda done: ra.Alliance.open_async(self.place, None, None, done))
        again = ra.Alliance.open_finish(result)
        self.assertEqual(again.to_json(), self.alliance.to_json())
        metric = again.metrics['mean']
        result = wait(lambda done: metric.measure_async(again, None, done))
        self.assertEqual(metric.measure_finish(result).estimate, 200)

    def test_later_errors(self):
        pathlib.Path(self.place).write_text('{')
        result = wait(lambda done: ra.Alliance.open_async(self.place, None, None, done))
        with self.assertRaises(ra.InvalidSyntaxError):
            ra.Alliance.open_finish(result)
        metric = self.alliance.metrics['wrong']
        result = wait(lambda done: metric.measure_async(self.alliance, None, done))
        with self.assertRaises(ra.UnknownNameError):
            metric.measure_finish(result)

    def test_cancelled(self):
        self.alliance.save(self.place, ra.SaveFlags.NONE)
        cancellable = Gio.Cancellable()
        cancellable.cancel()
        result = wait(lambda done: ra.Alliance.open_async(self.place, cancellable, None, done))
        with self.assertRaises(GLib.Error) as caught:
            ra.Alliance.open_finish(result)
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))

    def test_faults(self):
        faults = self.alliance.validate()
        self.assertIsInstance(faults, list)
        faults = ra.Alliance.validate_json(GLib.Bytes.new(b'{"format": "rural-alliance", "version": 1}'), 'x.json')
        self.assertTrue(all(isinstance(fault, ra.Fault) for fault in faults))


if __name__ == '__main__':
    tap.main()
