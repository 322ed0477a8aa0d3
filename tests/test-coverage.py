#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""coverage.py counts what was run, and nothing else, in a small library of which that is known."""

import contextlib
import io
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import coverage
import tap

HEADER = '''static inline int
sign (int x)
{
  return x < 0 ? -1 : 1;
}
'''

FIRST = '''#include "shared.h"
#define g_return_val_if_fail(x, value) do { if (!(x)) return value; } while (0)
int first (int x);
int
first (int x)
{
  g_return_val_if_fail (x != 1000, 0);
  if (x > 0 && x < 10)
    return sign (x);
  return 0;
}
'''

SECOND = '''#include "shared.h"
int second (int x);
int
second (int x)
{
  return sign (x);
}
int never (int x);
int
never (int x)
{
  if (x)
    return 1;
  return 2;
}
'''

MAIN = '''int first (int x);
int second (int x);
int main (void) { return first (5) + second (-5) + first (-1); }
'''


@unittest.skipUnless(shutil.which('gcov') and shutil.which('gcc'), 'there is no gcc with its gcov')
class Coverage(unittest.TestCase):
    def setUp(self):
        self.source = pathlib.Path(tempfile.mkdtemp()).resolve()
        self.addCleanup(shutil.rmtree, self.source)
        self.build = self.source / '_build'
        room = self.source / coverage.ROOM
        (self.build / coverage.ROOM).mkdir(parents=True)
        room.mkdir()
        for name, text in (('shared.h', HEADER), ('first.c', FIRST), ('second.c', SECOND)):
            (room / name).write_text(text)
        (self.source / 'main.c').write_text(MAIN)
        for name in ('first', 'second'):
            self.compile('-O0', '--coverage', '-c', f'../{coverage.ROOM}/{name}.c', '-o', f'{coverage.ROOM}/{name}.o')

    def compile(self, *arguments):
        subprocess.run(['gcc', *arguments], cwd=self.build, check=True, capture_output=True)

    def run_it(self):
        self.compile('--coverage', '../main.c', *(f'{coverage.ROOM}/{name}.o' for name in ('first', 'second')), '-o', 'it')
        self.assertEqual(subprocess.run([self.build / 'it'], check=False).returncode, 0)

    def read(self):
        files = coverage.read_coverage(self.build, self.source)
        return {path.name: file for path, file in files.items()}

    def test_nothing_was_run(self):
        files = self.read()
        self.assertEqual(set(files), {'shared.h', 'first.c', 'second.c'})
        for file in files.values():
            total, run = file.count_lines()
            self.assertGreater(total, 0)
            self.assertEqual(run, 0)
            self.assertEqual(file.count_branches()[1], 0)

    def test_what_was_run(self):
        self.run_it()
        files = self.read()
        # Both sides of the header's branch, each by another object; lines count once.
        self.assertEqual(files['shared.h'].count_branches(), (2, 2))
        self.assertEqual(files['shared.h'].count_lines(), (2, 2))
        self.assertEqual(list(files['shared.h'].list_missing()), [])
        # x > 0 went both ways, x < 10 was never false; the check of the programmer's mistake does not count.
        self.assertEqual(files['first.c'].count_branches(), (4, 3))
        self.assertEqual(list(files['first.c'].list_missing()), [(8, '?', '1 of 4')])
        self.assertEqual(files['second.c'].count_branches(), (2, 0))
        self.assertEqual([(number, mark) for number, mark, _ in files['second.c'].list_missing()],
                         [(number, '-') for number in (10, 12, 13, 14)])

    def test_printed(self):
        self.run_it()
        written = io.StringIO()
        with contextlib.redirect_stdout(written):
            for least, status in ((('50', '60'), 0), (('50', '99'), 1), (('99', '60'), 1)):
                self.assertEqual(coverage.main([str(self.build), '--fail-under', *least], self.source), status)
            self.assertEqual(coverage.main([str(self.build), '--show', 'first'], self.source), 0)
        lines = written.getvalue().splitlines()
        self.assertIn('branches: 62.5 % (5 of 8)', lines)
        self.assertIn('    2      2    0.0  second.c', lines)
        self.assertEqual(lines[-1], 'first.c:8: ? 1 of 4     if (x > 0 && x < 10)')
        self.assertFalse(any(line.endswith('  shared.h') for line in lines))

    def test_no_counters(self):
        written = io.StringIO()
        with contextlib.redirect_stderr(written):
            self.assertEqual(coverage.main([str(self.source / 'nowhere')]), 2)
        self.assertIn('--coverage', written.getvalue())


class Shares(unittest.TestCase):
    def test_never_rounded_up(self):
        self.assertEqual(coverage.get_share(10000, 9999), 99.9)
        self.assertEqual(coverage.get_share(3, 3), 100.0)
        self.assertEqual(coverage.get_share(0, 0), 100.0)
        self.assertEqual(coverage.get_share(3, 2), 66.6)

    def test_checks_of_mistakes(self):
        for text in ('  g_return_val_if_fail (x, FALSE);', 'G_DEFINE_FINAL_TYPE (RuaA, rua_a, G_TYPE_OBJECT)',
                     '  g_clear_object (&self->a);', '  g_return_if_fail (RUA_IS_TABLE (x));', '  if (RUA_IS_TABLE (x))'):
            self.assertTrue(coverage.UNCOUNTED.search(text), text)
        for text in ('  if (x == NULL)', '  g_autoptr (RuaA) a = b ? c : d;', '  if (rua_is_table (x))', '  if (g_clear)'):
            self.assertFalse(coverage.UNCOUNTED.search(text), text)


if __name__ == '__main__':
    tap.main()
