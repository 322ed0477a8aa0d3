#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How long Python waits: for the import, for a column as an array, for a frame.

Usage: bench-python.py [ROWS]          10,000,000 unless told
"""

import os
import subprocess
import sys
import tempfile
import time

import numpy
import pandas
import ruralalliance as ra


def took(work, times=7):
    """The best of several, in milliseconds."""
    best = float('inf')
    for _ in range(times):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return best * 1e3


def start(code):
    """With its bytecode kept, as it is once installed."""
    with tempfile.TemporaryDirectory() as kept:
        env = {**os.environ, 'PYTHONPYCACHEPREFIX': kept, 'PYTHONDONTWRITEBYTECODE': ''}
        return took(lambda: subprocess.run([sys.executable, '-c', code], env=env, check=True), 15)


n = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
alliance = ra.new('Speed', 'CNY')
alliance.households.add(id='h')
for name in ('score', 'other'):
    alliance.add_field('income', ra.Field.new(name, ra.FieldType.NUMBER))
numbers = numpy.random.default_rng(1).normal(size=n)
frame = pandas.DataFrame({'household': 'h', 'year': 2014, 'score': numbers, 'other': numpy.where(numbers > 0, numbers, numpy.nan)})
print(f'import ruralalliance: {start("import ruralalliance") - start("pass"):.1f} ms more than Python alone')
print(f'from_pandas, {n:,} rows: {took(lambda: alliance.incomes.from_pandas(frame), 1):.0f} ms')
for name in ('score', 'other'):
    column = alliance.incomes.column(name)
    print(f'to_numpy, {n:,} doubles, {column.get_n_known():,} known: the first time {took(column.to_numpy, 1):.3f} ms, '
          f'then {took(column.to_numpy, 100):.4f} ms')
print(f'to_pandas, the same two columns: {took(lambda: alliance.incomes.to_pandas(["score", "other"]), 3):.0f} ms')
