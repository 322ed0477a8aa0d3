#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Estimators on the tables of workload W, beside what analysts use for them, as one Markdown table.

    meson devenv -C _build --workdir $PWD tests/bench/estimators.py --data _bench/1M --repeat 5 --peers python,R

--data is a folder that workload.py made (its columns, its CSV files and w.ruac). Each case is an ordinary metric
definition, measured through the public interface; the peers are given its columns joined and in memory, and compute the
same with the functions of their packages, or else in vectors by hand (peers/estimators.R, estimator_peers.py). Only
computing is timed, one program after the other within a repetition; a figure is the median. What both give must agree
to 1e-9, else the exit status is 1.
"""
import argparse
import json
import math
import pathlib
import statistics
import subprocess
import sys
import time

import ruralalliance as ra

import estimator_peers

T = 'interviews'
VILLAGE, SITE, MEMBER, WEIGHT = 'household.village', 'household.site', 'household.member', 'household.weight'
PAIR = {'before': 'income[wave = 0]', 'after': 'income[wave = 1]'}
SALES = {'period': 'year (sold_on)', 'item': 'product', 'price': 'price', 'quantity': 'mass'}

# What is computed, and the figures that peers must have as well. Of groups the sum of each figure is compared.
CASES = {
    'mean, by village': (['mean', 'se'], dict(estimator='mean', columns={'value': 'income'}, by=[VILLAGE])),
    'quartiles, by village': (['q[0.25]', 'q[0.5]', 'q[0.75]'], dict(
        estimator='quantile', columns={'value': 'income'}, by=[VILLAGE],
        options={'probs': [0.25, 0.5, 0.75], 'estimate': 'q[0.5]'})),
    'trimmed mean': (['trimmed_mean'], dict(estimator='trimmed_mean', columns={'value': 'income'}, options={'trim': 0.1})),
    'weighted median': (['q[0.5]'], dict(estimator='weighted_quantile', columns={'value': 'income'}, weight=WEIGHT,
                                         options={'probs': [0.5], 'estimate': 'q[0.5]'})),
    'paired change': (['mean_change', 'se_change', 'ratio_of_means', 'correlation'],
                      dict(estimator='paired_change', columns=PAIR, options={'estimate': 'mean_change'})),
    'Wilcoxon signed rank': (['v_plus'], dict(
        estimator='wilcoxon_signed_rank', columns=PAIR,
        options={'method': 'normal', 'figures': ['v_plus', 'z', 'p_value'], 'estimate': 'v_plus'})),
    'mean difference (Welch)': (['difference', 'se', 't', 'df'], dict(
        estimator='mean_difference', columns={'value': 'income', 'group': MEMBER})),
    'standardised difference': (['smd_average', 'ks'], dict(
        estimator='balance', columns={'value': 'income', 'treated': MEMBER}, options={'estimate': 'smd_average'})),
    'Gini, Theil, weighted': (['gini', 'theil_t', 'theil_l'], dict(
        estimator='inequality', columns={'value': 'income'}, weight=WEIGHT,
        options={'figures': ['gini', 'theil_t', 'theil_l'], 'estimate': 'gini'})),
    'Theil within and between': (['within', 'between'], dict(
        estimator='theil_decomposition', columns={'value': 'income', 'group': VILLAGE})),
    'Gini with design error': (['gini', 'gini_se'], dict(
        estimator='inequality_se', columns={'value': 'income', 'psu': VILLAGE}, weight=WEIGHT,
        options={'figures': ['gini', 'gini_se'], 'estimate': 'gini'})),
    'poverty with design error': (['fgt0', 'fgt1', 'se0', 'se1'], dict(
        estimator='poverty_fgt', columns={'value': 'income', 'psu': VILLAGE}, weight=WEIGHT,
        options={'line': 8000, 'figures': ['fgt0', 'fgt1', 'se0', 'se1']})),
    'survey mean': (['estimate', 'se'], dict(
        estimator='survey_estimate', columns={'value': 'income', 'psu': VILLAGE}, weight=WEIGHT,
        options={'statistic': 'mean', 'deff': False})),
    'difference in differences': (['estimate', 'se_cr1'], dict(
        estimator='did_2x2', columns={'outcome': 'income', 'treated': MEMBER, 'post': 'wave = 1'}, cluster=VILLAGE,
        options={'figures': ['estimate', 'se_cr1']})),
    'two-way fixed effects': (['estimate'], dict(
        estimator='twfe', columns={'outcome': 'income', 'unit': 'household', 'period': 'wave',
                                   'treatment': MEMBER + ' and wave = 1'}, cluster=VILLAGE,
        options={'figures': ['estimate', 'se_cr1']})),
    'bootstrap of villages': (['estimate'], dict(
        estimator='bootstrap', columns={'value': 'income'}, cluster=VILLAGE)),
    'bootstrap of a median': (['estimate'], dict(
        estimator='bootstrap', columns={'value': 'income'}, where=SITE + " in ('0', '1', '2')",
        options={'statistic': 'median'})),
    'intracluster correlation': (['icc'], dict(estimator='icc', columns={'value': 'income'}, cluster=VILLAGE)),
    'Lee bounds': (['lower', 'upper'], dict(
        estimator='lee_bounds', columns={'outcome': 'income', 'arm': MEMBER}, options={'estimate': 'lower'})),
    'distinct buyers': (['n_distinct', 'max_repeat'], dict(
        estimator='distinct_count', table='sales', columns={'key': 'producer'})),
    'concentration': (['hhi', 'entropy'], dict(
        estimator='concentration', table='sales', columns={'unit': 'producer', 'amount': 'mass * price'},
        options={'figures': ['hhi', 'entropy'], 'estimate': 'hhi'})),
    'chained price index': (['chain[2019]'], dict(
        estimator='price_index_chained', table='sales', columns=SALES,
        options={'periods': list(range(2013, 2020)), 'formula': 'fisher', 'estimate': 'chain[2019]'})),
}


class Ours:
    title = 'libruralalliance'

    def __init__(self, options):
        self.alliance = ra.open(str(options.data / 'w.ruac'))
        self.metrics = {}
        for place, (name, (keys, definition)) in enumerate(CASES.items()):
            self.metrics[name] = self.alliance.metrics.add(id=f'case.{place}', **{'table': T, **definition})

    def run(self, name):
        keys = CASES[name][0]
        begin = time.perf_counter()
        results = list(self.metrics[name].measure_groups(self.alliance))
        took = time.perf_counter() - begin
        values = {}
        for key in keys:
            known = [result.get_named(key) for result in results]
            values[key] = math.fsum(value for there, value in known if there)
        return took, values


class Python:
    title = 'Python'

    def __init__(self, options):
        self.data = estimator_peers.Data(options.data)

    def run(self, name):
        begin = time.perf_counter()
        values = estimator_peers.CASES[name](self.data)
        took = time.perf_counter() - begin
        return (took, dict(zip(CASES[name][0], map(float, values)))) if values is not None else None


class R:
    title = 'R'

    def __init__(self, options):
        script = pathlib.Path(__file__).resolve().parent / 'peers' / 'estimators.R'
        self.process = subprocess.Popen(['Rscript', '--vanilla', script, options.data], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, name):
        print(name, file=self.process.stdin, flush=True)
        answer = json.loads(self.process.stdout.readline())
        return (answer['took'], dict(zip(CASES[name][0], answer['values']))) if answer else None


PROGRAMS = {'python': Python, 'R': R}


def agree(ours, theirs):
    return all(abs(value - ours[key]) <= 1e-9 * max(abs(value), abs(ours[key]), 1e-300) for key, value in theirs.items())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', type=pathlib.Path, required=True, help='a folder that workload.py made')
    parser.add_argument('--repeat', type=int, default=5)
    parser.add_argument('--peers', default='python,R', help='of: ' + ', '.join(PROGRAMS))
    parser.add_argument('--cases', default='', help='words of the names of the cases')
    options = parser.parse_args()
    programs = [Ours(options)] + [PROGRAMS[name](options) for name in options.peers.split(',') if name]
    wrong = False

    print('| estimator |', ' | '.join(f'{program.title} s' for program in programs), '| × ours |')
    print('| --- |' + ' ---: |' * (len(programs) + 1))
    for name in CASES:
        if not any(word in name for word in options.cases.split(',')):
            continue
        times = [[] for _ in programs]
        for _ in range(options.repeat):
            for program, took in zip(programs, times):
                answer = program.run(name)
                if answer is None:
                    continue
                took.append(answer[0])
                if program is programs[0]:
                    ours = answer[1]
                elif not agree(ours, answer[1]):
                    wrong = True
                    print(f'{name}: {program.title} has {answer[1]}, ours {ours}', file=sys.stderr)
        medians = [statistics.median(took) if took else None for took in times]
        ratios = [f'{median / medians[0]:.1f}' for median in medians[1:] if median is not None]
        print(f'| {name} |', ' | '.join('' if median is None else f'{median:.3f}' for median in medians),
              '|', ', '.join(ratios), '|', flush=True)
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
