#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The closing line of a test run says what happened, above all when something broke."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import tap

PROGRAM = pathlib.Path(__file__).resolve().parent / 'count-results.py'


def entry(result, stdout=''):
    return {'name': 'a test', 'result': result, 'stdout': stdout, 'returncode': 0}


class Count(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(lambda: [path.unlink() for path in self.folder.iterdir()]
                        and self.folder.rmdir())

    def closing(self, *logs):
        paths = []
        for index, entries in enumerate(logs):
            path = self.folder / f'{index}.json'
            if entries is not None:
                path.write_text(''.join(json.dumps(line) + '\n' for line in entries))
            else:
                path.write_text('')
            paths.append(path)
        done = subprocess.run([sys.executable, PROGRAM, *paths], capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.stderr, '')
        return done.stdout.splitlines()[-1], done.returncode

    def test_lines_of_tap(self):
        tap_text = 'TAP version 13\nok 1 a\nok 2 b\nok 3 c # SKIP no gjs\n1..3\n'
        self.assertEqual(self.closing([entry('OK', tap_text)]),
                         ('2 passed, 0 failed, 1 skipped', 0))

    def test_a_program_without_tap(self):
        self.assertEqual(self.closing([entry('OK', 'fine\n'), entry('SKIP')]),
                         ('1 passed, 0 failed, 1 skipped', 0))

    def test_a_failing_line(self):
        self.assertEqual(self.closing([entry('FAIL', 'ok 1 a\nnot ok 2 b\n1..2\n')]),
                         ('1 passed, 1 failed, 0 skipped', 1))

    def test_a_line_that_only_looks_so(self):
        self.assertEqual(self.closing([entry('OK', 'ok 1 a\n# not ok\n  ok 2\nokay\n1..1\n')]),
                         ('1 passed, 0 failed, 0 skipped', 0))

    def test_broken_off(self):
        for result in ('ERROR', 'TIMEOUT', 'FAIL'):
            self.assertEqual(self.closing([entry(result, 'ok 1 a\n')]),
                             ('1 passed, 1 failed, 0 skipped', 1))

    def test_a_run_that_did_not_happen(self):
        self.assertEqual(self.closing([entry('OK')], None), ('1 passed, 1 failed, 0 skipped', 1))

    def test_nothing_at_all(self):
        self.assertEqual(self.closing([entry('SKIP')]), ('0 passed, 0 failed, 1 skipped', 1))

    def test_several_logs_add_up(self):
        self.assertEqual(self.closing([entry('OK', 'ok 1 a\n')], [entry('OK', 'ok 1 a\nok 2 b\n')]),
                         ('3 passed, 0 failed, 0 skipped', 0))


if __name__ == '__main__':
    tap.main()
