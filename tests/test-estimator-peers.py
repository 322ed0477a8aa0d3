#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Estimators on tables, at a small size: the answers of pandas and SciPy, by the program that times them."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import tap

BENCH = pathlib.Path(os.environ['RUA_SOURCE_ROOT']) / 'tests' / 'bench'
PROGRAMS = pathlib.Path(os.environ['RUA_BUILD_ROOT']) / 'tests' / 'bench'

try:
    import numpy  # noqa: F401
    import pandas  # noqa: F401
    import scipy.stats  # noqa: F401
except ImportError as missing:
    MISSING = f'{missing.name} is not installed'
else:
    MISSING = None


@unittest.skipIf(MISSING is not None, MISSING)
class EstimatorPeers(unittest.TestCase):
    def test_answers(self):
        with tempfile.TemporaryDirectory() as folder:
            made = pathlib.Path(folder)
            for command in ([PROGRAMS / 'generate-workload', '3000', made, 'both'],
                            [PROGRAMS / 'bench-workload', 'import', BENCH / 'w', made, made / 'w.ruac']):
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            done = subprocess.run([sys.executable, BENCH / 'estimators.py', '--data', made, '--repeat', '1', '--peers', 'python'],
                                  capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = [line.split('|')[1:-1] for line in done.stdout.splitlines()[2:]]
        self.assertGreater(len(rows), 20)
        for name, ours, theirs, ratio in rows:
            with self.subTest(name):
                self.assertGreaterEqual(float(ours), 0)
                # Difference in differences needs statsmodels, which need not be there.
                if name.strip() != 'difference in differences':
                    self.assertRegex(ratio.strip(), r'^\d+\.\d$')  # how fast each was is no matter here


if __name__ == '__main__':
    tap.main()
