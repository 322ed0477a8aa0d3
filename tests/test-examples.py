#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The examples run, and say the same in every language."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import tap

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
BUILD = pathlib.Path(os.environ['RUA_BUILD_ROOT'])
EXAMPLES = SOURCE / 'examples'
CASE = EXAMPLES / 'rural-urban-alliance.json'
TYPELIB = BUILD / 'libruralalliance' / 'RuralAlliance-1.typelib'


def command(language, *arguments):
    return {
        'c': [BUILD / 'examples' / 'case-study', *arguments],
        'python': [sys.executable, EXAMPLES / 'case-study.py', *arguments],
        'javascript': ['gjs', '-m', EXAMPLES / 'case-study.js', *arguments],
    }[language]


def run(language, *arguments, **keywords):
    return subprocess.run(command(language, *arguments), capture_output=True, text=True, timeout=100, **keywords)


class Examples(unittest.TestCase):
    maxDiff = None

    def languages(self):
        yield 'c'
        if TYPELIB.exists():
            yield 'python'
            if shutil.which('gjs'):
                yield 'javascript'

    def test_same_output(self):
        outputs = {}
        for language in self.languages():
            done = run(language, CASE)
            self.assertEqual((done.returncode, done.stderr), (0, ''), language)
            outputs[language] = done.stdout
        for language, output in outputs.items():
            self.assertEqual(output, outputs['c'], language)

    def test_what_it_says(self):
        output = run('c', CASE).stdout
        for line in ('Rural–urban alliance', '- Co-operative of Pingzhai: members unknown',
                     'Mean income in 2017 over mean income before joining: 2.159',
                     '- income.after: 8478 CNY/person/year', '- income.before: 3927 CNY/person/year'):
            self.assertIn(line, output.splitlines())
        words = ('supported', 'contradicted', 'inconclusive', 'not_entailed', 'unsupported', 'stale', 'disputed')
        counts = [int(line.split(': ')[1]) for word in words
                  for line in output.splitlines() if line.startswith(f'- {word}: ')]
        self.assertEqual(len(counts), len(words))
        claims = next(line for line in output.splitlines() if ' claims, ' in line)
        self.assertEqual(sum(counts), int(claims.split()[0]))

    def test_from_the_folder_above(self):
        self.assertEqual(run('c', cwd=SOURCE).stdout, run('c', CASE).stdout)

    def test_a_file_that_is_not_there(self):
        for language in self.languages():
            done = run(language, SOURCE / 'nowhere.json')
            self.assertNotEqual(done.returncode, 0, language)
            self.assertIn('nowhere.json', done.stderr, language)
            self.assertEqual(done.stdout, '', language)


class Readme(unittest.TestCase):
    SAYS = 'pingzhai: Co-operative of Pingzhai\n'

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def snippet(self, language, name):
        text = (SOURCE / 'README.md').read_text()
        found = re.search(rf'<!-- example: {language} -->\n```\w+\n(.*?)```', text, re.S)
        self.assertIsNotNone(found, language)
        path = self.folder / name
        path.write_text(found[1])
        return path

    def check(self, *command):
        done = subprocess.run(command, cwd=SOURCE, capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr, done.stdout), (0, '', self.SAYS))

    def test_c(self):
        compiler = shutil.which('cc') or shutil.which('gcc')
        if not compiler or not shutil.which('pkg-config'):
            self.skipTest('no compiler, or no pkg-config')
        flags = subprocess.run(
            ['pkg-config', '--cflags', '--libs', 'ruralalliance-1'], capture_output=True, text=True, check=True,
            env={**os.environ, 'PKG_CONFIG_PATH': str(BUILD / 'meson-uninstalled')}).stdout.split()
        # Installed, the headers of all rooms lie in one folder.
        flags += [f'-I{folder}' for top in (SOURCE, BUILD)
                  for folder in sorted((top / 'libruralalliance').iterdir()) if folder.is_dir()]
        program = self.folder / 'example'
        built = subprocess.run([compiler, self.snippet('c', 'example.c'), '-o', program, *flags],
                               capture_output=True, text=True)
        self.assertEqual((built.returncode, built.stderr), (0, ''))
        self.check(program)

    def test_python(self):
        if not TYPELIB.exists():
            self.skipTest('no introspection')
        self.check(sys.executable, self.snippet('python', 'example.py'))

    def test_javascript(self):
        if not TYPELIB.exists() or not shutil.which('gjs'):
            self.skipTest('no introspection, or no gjs')
        self.check('gjs', '-m', self.snippet('javascript', 'example.js'))


if __name__ == '__main__':
    tap.main()
