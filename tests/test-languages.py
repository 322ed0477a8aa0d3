#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The first steps in Lua, Perl, Ruby and Vala: each loads, measures, checks, meets what is unknown and is refused, and says
what examples/first-steps.txt has."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import tap

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
BUILD = pathlib.Path(os.environ['RUA_BUILD_ROOT'])
EXAMPLES = SOURCE / 'examples'
LIBRARY = BUILD / 'libruralalliance'
EXPECTED = (EXAMPLES / 'first-steps.txt').read_text(encoding='utf-8')
CASE = EXAMPLES / 'rural-urban-alliance.json'
FAULTY = EXAMPLES / 'faulty.json'


class FirstSteps(unittest.TestCase):
    maxDiff = None

    def check(self, *command):
        done = subprocess.run([*command, CASE, FAULTY], capture_output=True, text=True, timeout=100)
        self.assertEqual(done.stderr, '')
        self.assertEqual(done.stdout, EXPECTED)
        self.assertEqual(done.returncode, 0)
        # A document that cannot be read ends the program, with words.
        lost = subprocess.run([*command, '/nowhere.json', FAULTY], capture_output=True, text=True, timeout=100)
        self.assertNotEqual(lost.returncode, 0)
        self.assertIn('/nowhere.json', lost.stderr)
        self.assertEqual(lost.stdout, '')

    def interpret(self, interpreter, file, probe):
        program = shutil.which(interpreter)
        if program is None or subprocess.run([program, *probe], capture_output=True).returncode != 0:
            self.skipTest(f'no {interpreter} that knows introspection')
        self.check(program, EXAMPLES / file)

    def test_lua(self):
        self.interpret('lua5.3', 'first-steps.lua', ['-e', 'require "lgi"'])

    def test_perl(self):
        self.interpret('perl', 'first-steps.pl', ['-MGlib::Object::Introspection', '-e', '1'])

    def test_ruby(self):
        self.interpret('ruby', 'first-steps.rb', ['-e', 'require "gio2"'])

    def test_vala(self):
        vapi = LIBRARY / 'ruralalliance-1.vapi'
        if not shutil.which('valac') or not vapi.exists():
            self.skipTest('no Vala compiler, or no vapi')
        folders = {header.parent for root in (SOURCE, BUILD) for header in (root / 'libruralalliance').rglob('*.h')}
        flags = [f'-I{folder}' for folder in sorted(folders)] + [f'-L{LIBRARY}', '-lruralalliance-1', '-w']
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder) / 'first-steps'
            done = subprocess.run(
                ['valac', '--fatal-warnings', '--vapidir', LIBRARY, '--girdir', LIBRARY, '--pkg', 'gio-2.0', '--pkg',
                 'ruralalliance-1', *(word for flag in flags for word in ('-X', flag)), '-o', program,
                 EXAMPLES / 'first-steps.vala'],
                capture_output=True, text=True, timeout=200, cwd=folder)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.check(program)

    def test_it_says_what_is_promised(self):
        lines = EXPECTED.splitlines()
        for line in ('members of pingzhai: unknown', 'members of pingzhai: 4', 'income.ratio: 2.159',
                     'income-doubled-summary: not_entailed', 'mean income of the households: undefined, no records'):
            self.assertIn(line, lines)
        self.assertTrue(lines[-1].startswith('refused: faulty.json:6:59: income #1: amount:'))


if __name__ == '__main__':
    tap.main()
