#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a notebook shows: HTML in which everything told is escaped, and pictures, by what is in them."""

import html.parser
import os
import pathlib
import random
import unittest

import ruralalliance as ra

import tap

try:
    import matplotlib
    matplotlib.use('Agg')
    from matplotlib import pyplot
except ImportError:
    matplotlib = None

CASE = pathlib.Path(os.environ['RUA_SOURCE_ROOT']) / 'examples' / 'rural-urban-alliance.json'
NASTY = '<script>alert("$x_1$")</script> & \'quoted\''


class Reader(html.parser.HTMLParser):
    """Well-formed, and nothing but what we write."""

    ALLOWED = {'table', 'thead', 'tbody', 'tr', 'th', 'td', 'h4', 'p', 'small', 'b', 'blockquote', 'pre'}

    def __init__(self, text):
        super().__init__()
        self.open, self.text, self.rows = [], [], 0
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        assert tag in self.ALLOWED, tag
        assert {name for name, _ in attributes} <= {'style'}, attributes
        self.open.append(tag)
        self.rows += tag == 'tr'

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        self.text.append(data)

    @property
    def said(self):
        return ' '.join(self.text)


def panel(n=60, seed=4):
    choose = random.Random(seed)
    alliance = ra.new(NASTY, 'CNY')
    for i in range(n):
        alliance.households.add(id=f'h{i}', stratum=('north', 'south', NASTY)[i % 3], n_persons=2 + i % 3)
        for year in range(2013, 2018):
            joined = i % 2 and year >= 2015
            alliance.incomes.add(household=f'h{i}', year=year, income_source='total',
                                 amount=f'{choose.lognormvariate(8 + 0.5 * bool(joined), 0.3):.2f}')
    add = alliance.metrics.add
    add(id='income', title=NASTY, estimator='mean', table='incomes', unit='CNY/household/year', columns={'value': 'amount'},
        where='year = 2017', by=['household.stratum'])
    add(id='gini', estimator='inequality', table='incomes', columns={'value': 'amount'}, where='year = 2017')
    add(id='change', estimator='paired_change', table='incomes', unit='CNY/household/year',
        columns={'before': 'amount[year=2014]', 'after': 'amount[year=2017]'})
    add(id='effect', estimator='att_aggregate', table='incomes',
        columns={'outcome': 'amount', 'unit': 'household', 'period': 'year',
                 'first_treated': 'case when household.n_persons = 3 then 2015 else 0 end'}, options={'type': 'dynamic'})
    add(id='none', estimator='mean', table='incomes', columns={'value': 'amount'}, where='year = 1900')
    alliance.documents.add(id='report', title='A report')
    alliance.claims.add(id='more', quote=NASTY, predicate='gini > 0.01', document='report')
    return alliance


class Html(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.alliance = panel()
        cls.metrics = cls.alliance.metrics

    def read(self, thing):
        return Reader(thing._repr_html_())

    def test_alliance(self):
        read = self.read(self.alliance)
        self.assertIn(NASTY, read.said)
        self.assertIn('households', read.said)
        self.assertEqual(read.rows - 1, sum(len(table) > 0 for table in self.alliance.tables))

    def test_table(self):
        read = self.read(self.alliance.metrics)
        self.assertIn('5 metrics', read.said)
        self.assertIn('income', read.said)
        self.assertIn(NASTY, read.said)
        self.assertIn('and 290 more', self.read(self.alliance.incomes).said)

    def test_nothing_personal(self):
        said = self.read(self.alliance.incomes).said + self.read(self.alliance.incomes.where('year = 2017')).said
        for income in self.alliance.incomes:
            self.assertNotIn(str(income.amount), said)
        self.assertNotIn('h1', said)
        self.assertIn('are not shown', said)

    def test_selection(self):
        read = self.read(self.alliance.households.where("stratum = 'north' and n_persons > 0"))
        self.assertIn("20 of 60 households where stratum = 'north'", read.said)

    def test_result(self):
        result = self.metrics['gini'].measure(self.alliance)
        said = self.read(result).said
        self.assertIn(f'{result.estimate:.6g}', said)
        self.assertIn('undefined', self.read(self.metrics['none'].measure(self.alliance)).said)

    def test_results(self):
        results = self.metrics['income'].measure_groups(self.alliance)
        read = self.read(results)
        self.assertEqual(read.rows, 4)
        self.assertIn(NASTY, read.said)
        self.assertEqual(list(results.to_pandas()['household.stratum']), [r.get_group_label('household.stratum') for r in results])

    def test_verdicts(self):
        verdict = self.alliance.claims['more'].check(self.alliance)
        read = self.read(verdict)
        self.assertIn(NASTY, read.said)
        self.assertIn(verdict.verdict_type.value_nick, read.said)
        checker = ra.Checker.new(self.alliance)
        checker.run()
        self.assertEqual(self.read(checker.verdicts).rows, 2)

    def test_report(self):
        report = ra.Report.new(self.alliance)
        self.read(report)
        report.compile()
        self.assertIn('alert', self.read(report).said)

    def test_the_case_study(self):
        alliance = ra.open(CASE)
        checker = ra.Checker.new(alliance)
        checker.run()
        for thing in (alliance, checker.verdicts, *alliance.tables, *checker.verdicts):
            self.read(thing)


@unittest.skipUnless(matplotlib, 'needs matplotlib')
class Plots(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.alliance = panel()

    def tearDown(self):
        pyplot.close('all')

    def measure(self, name):
        return self.alliance.metrics[name].measure(self.alliance)

    def labels(self, ax, axis='y'):
        return [label.get_text() for label in getattr(ax, f'get_{axis}ticklabels')()]

    def test_intervals_by_group(self):
        results = self.alliance.metrics['income'].measure_groups(self.alliance)
        ax = results.plot()
        self.assertEqual([label.replace('\\$', '$') for label in self.labels(ax)],
                         [result.get_group_label('household.stratum') for result in results])
        ax.figure.canvas.draw()  # a formula that is none would be refused here
        self.assertEqual(len(ax.containers), 3)
        for place, (result, container) in enumerate(zip(results, ax.containers)):
            self.assertEqual(container.lines[0].get_xydata().tolist(), [[result.estimate, place]])
            (bar,) = container.lines[2]
            (low, _), (high, _) = bar.get_segments()[0]
            self.assertAlmostEqual(low, result.low)
            self.assertAlmostEqual(high, result.high)
        self.assertEqual((ax.get_xlabel(), ax.get_title()), ('CNY/household/year', 'income'))

    def test_on_axes_that_are_there(self):
        _, axes = pyplot.subplots(1, 2)
        self.assertIs(self.measure('gini').plot(axes[1]), axes[1])
        self.assertFalse(axes[0].lines)

    def test_before_and_after(self):
        result = self.measure('change')
        ax = result.plot()
        values = [result.get_named(name)[1] for name in ('mean_before', 'mean_after')]
        self.assertEqual(ax.lines[0].get_ydata().tolist(), values)
        self.assertEqual(self.labels(ax, 'x'), ['before', 'after'])
        self.assertEqual([text.get_text() for text in ax.texts], [f'{value:,.6g}' for value in values])

    def test_lorenz(self):
        result = self.measure('gini')
        ax = result.plot()
        equal, curve = ax.lines
        self.assertEqual(equal.get_xydata().tolist(), [[0, 0], [1, 1]])
        self.assertEqual(curve.get_xdata().tolist(), [0, 0.2, 0.4, 0.6, 0.8, 1])
        self.assertEqual(curve.get_ydata()[1], result.get_named('lorenz[0.2]')[1])
        self.assertTrue(all(y <= x for x, y in curve.get_xydata()))

    def test_event_study(self):
        result = self.measure('effect')
        ax = result.plot()
        told = [key for key in result.keys if key.startswith('att[') and result.get_named(key)[0]]
        self.assertGreater(len(told), 3)
        self.assertEqual(len(ax.containers), len(told))
        self.assertIn('0', self.labels(ax, 'x'))
        self.assertIn('+1', self.labels(ax, 'x'))
        bars = [container for container in ax.containers if container.has_yerr]
        self.assertEqual(len(bars), sum(result.get_named(key)[0] for key in result.keys if key.startswith('se[')))

    def test_undefined_has_no_mark(self):
        ax = self.measure('none').plot()
        self.assertEqual(len(ax.containers), 0)
        self.assertEqual([text.get_text() for text in ax.texts], ['undefined'])

    def test_verdict(self):
        alliance = ra.open(CASE)
        verdict = alliance.claims['income-doubled-summary'].check(alliance)
        ax = verdict.plot()
        rows = [verdict, *verdict.readings]
        self.assertEqual(len(self.labels(ax)), len(rows))
        self.assertEqual([container.lines[0].get_xdata()[0] for container in ax.containers],
                         [row.value for row in rows if row.value is not None])
        self.assertIn([2, 2], [list(line.get_xdata()) for line in ax.lines])
        self.assertIn('not entailed', [text.get_text() for text in ax.texts])

    def test_every_verdict_can_be_drawn(self):
        alliance = ra.open(CASE)
        checker = ra.Checker.new(alliance)
        checker.run()
        _, ax = pyplot.subplots()
        for verdict in checker.verdicts:
            ax.clear()
            verdict.plot(ax)
            self.assertEqual(len(self.labels(ax)), 1 + len(verdict.readings))

    def test_a_formula_of_after_and_before(self):
        alliance = ra.open(CASE)
        ax = alliance.metrics['income.ratio'].measure(alliance).plot()
        self.assertEqual(ax.lines[0].get_ydata().tolist(), [3927, 8478])


if __name__ == '__main__':
    tap.main()
