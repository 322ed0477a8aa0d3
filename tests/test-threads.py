#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Random metrics on tables of many chunks give the same bits with one thread and with several.

RUA_TEST_SEED: what they are drawn from; RUA_TEST_METRICS: how many."""

import os
import pathlib
import random
import subprocess
import tempfile
import unittest

import ruralalliance as ra

import tap

BENCH = pathlib.Path(os.environ['RUA_SOURCE_ROOT']) / 'tests' / 'bench'
PROGRAMS = pathlib.Path(os.environ['RUA_BUILD_ROOT']) / 'tests' / 'bench'
# So many that what is looked up of them does not stay in the cache, and is laid out side by side.
HOUSEHOLDS = '300000'
SEED = int(os.environ.get('RUA_TEST_SEED', random.SystemRandom().randrange(2**32)))
METRICS = int(os.environ.get('RUA_TEST_METRICS', 40))

# Of a table: how its households are reached, numbers, conditions and categories of its own.
TABLES = {
    'interviews': ('household', ['income', 'wave'], ['wave = 1', 'income > 9000', 'income is known'], ['wave']),
    'sales': ('producer', ['mass', 'price', 'year (sold_on)', 'month (sold_on)'],
              ['direct', 'certified', 'price > 5', 'year (sold_on) >= 2015', 'mass between 1 and 3'],
              ['product', 'direct', 'certified', 'year (sold_on)']),
}
NUMBERS = ['n_persons', 'weight', 'member_since', 'gender', 'ethnic']
CONDITIONS = ['{}.member', 'not {}.member', '{}.gender = 1', '{}.ethnic in (0, 2)', '{}.n_persons >= 4',
              '{}.member_since > 2014', '{}.weight > 1', '{}.member_since is unknown']
CATEGORIES = ['village', 'site', 'member', 'gender', 'ethnic', 'n_persons', 'member_since']


class Choice:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def table(self, name):
        self.way, self.numbers, self.conditions, self.categories = TABLES[name]

    def condition(self):
        choose = self.random.choice
        those = [condition.format(self.way) for condition in CONDITIONS] + self.conditions
        return f'{choose(those)} {choose(["and", "or"])} {choose(those)}' if self.random.random() < 0.4 else choose(those)

    def number(self):
        choose = self.random.choice
        those = [f'{self.way}.{name}' for name in NUMBERS] + self.numbers
        return choose([choose(those), f'{choose(those)} * {choose(those)}', f'coalesce ({choose(those)}, 0)',
                       f'case when {self.condition()} then 1 else 0 end'])

    def category(self, any_of=()):
        return self.random.choice([f'{self.way}.{name}' for name in CATEGORIES] + self.categories + list(any_of))

    def group(self):
        """Records themselves among them."""
        return self.category([self.way])

    def period(self):
        """Few: the bias-reduced errors keep a column of all records for each."""
        return self.random.choice([f'{self.way}.n_persons', f'{self.way}.ethnic']
                                  + [name for name in self.categories if name != 'product'])

    def metric(self):
        choose = self.random.choice
        table = choose(list(TABLES))
        self.table(table)
        value = {'value': self.number()}
        median = {'options': {'probs': [0.5], 'estimate': 'q[0.5]'}}
        weight = {'weight': f'{self.way}.{choose(["weight", "n_persons"])}'}
        estimator, made = choose([
            ('count', {'columns': value}), ('mean', {'columns': value}), ('total', {'columns': value}),
            ('total', {'columns': value, **weight}), ('trimmed_mean', {'columns': value}),
            ('quantile', {'columns': value, **median}), ('weighted_quantile', {'columns': value, **median, **weight}),
            ('weighted_mean', {'columns': value, **weight}), ('inequality', {'columns': value, **weight}),
            ('ratio_of_totals', {'columns': {'numerator': self.number(), 'denominator': self.number()}}),
            ('proportion', {'columns': {'value': self.condition()}}),
            ('distinct_count', {'columns': {'key': self.group()}}),
            ('concentration', {'columns': {'unit': self.group(), 'amount': self.number()}}),
            ('theil_decomposition', {'columns': {**value, 'group': self.group()}}),
            ('icc', {'columns': value, 'cluster': self.group()}),
            ('kaplan_meier', {'columns': {'duration': f'abs ({self.number()})', 'event': self.condition()}, 'options': {'at': 100}}),
            ('survey_estimate', {'columns': {**value, 'psu': self.group()}, **weight}),
            ('mean_difference', {'columns': {**value, 'group': self.condition()}}),
            ('balance', {'columns': {**value, 'treated': self.condition()}, 'options': {'estimate': 'mean1'}}),
            ('inequality_se', {'columns': {**value, 'psu': self.group()}, **weight}),
            ('poverty_fgt', {'columns': {**value, 'psu': self.group()}, **weight,
                             'options': {'relative_to': 'median', 'fraction': 0.6}}),
            ('did_2x2', {'columns': {'outcome': self.number(), 'treated': self.condition(), 'post': self.condition()},
                         'cluster': self.group()}),
            ('twfe', {'columns': {'outcome': self.number(), 'unit': self.way, 'period': self.period(),
                                  'treatment': self.condition()}, 'cluster': self.way}),
            ('bootstrap', {'columns': value, 'cluster': self.group(), 'options': {'replicates': 50}}),
            ('lee_bounds', {'columns': {'outcome': self.number(), 'arm': self.condition()}, 'options': {'estimate': 'lower'}}),
        ])
        made.update(estimator=estimator, table=table)
        if self.random.random() < 0.5:
            made['where'] = self.condition()
        paths = {self.category() for _ in range(choose([0, 0, 1, 1, 2]))}
        return {**made, 'by': sorted(paths)} if paths else made


def figures(alliance, metric):
    try:
        results = list(metric.measure_groups(alliance))
    except ra.AllianceError as error:  # as a value below 0 where there may be none
        return str(error)
    return [(result.estimate, result.standard_error, result.low, result.n_used, result.n_eligible, result.reason)
            for result in results]


class Threads(unittest.TestCase):
    def test_same_bits(self):
        print(f'# seed {SEED}', flush=True)
        choice = Choice(SEED)
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([PROGRAMS / 'generate-workload', HOUSEHOLDS, folder, 'csv'], check=True, stdout=subprocess.DEVNULL)
            subprocess.run([PROGRAMS / 'bench-workload', 'import', BENCH / 'w', folder, f'{folder}/w.ruac'], check=True,
                           stdout=subprocess.DEVNULL)
            alliance = ra.open(f'{folder}/w.ruac')
        measured = 0
        for place in range(METRICS):
            definition = choice.metric()
            try:
                metric = alliance.metrics.add(id=f'threads.{place}', **definition)
            except ra.AllianceError as error:
                self.fail(f'{definition}: {error}')
            wants = None
            for threads in (1, 2, 8, 3):
                ra.set_n_threads(threads)
                got = figures(alliance, metric)
                wants = wants if wants is not None else got
                self.assertEqual(repr(got), repr(wants), f'{threads} threads, {definition}')
            measured += isinstance(wants, list)
        ra.set_n_threads(0)
        self.assertGreater(measured, METRICS / 3)


if __name__ == '__main__':
    tap.main()
