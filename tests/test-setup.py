#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What ./setup says before it does anything, and that everybody is told of its verbs."""

import os
import pathlib
import re
import subprocess
import unittest

import tap

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
SETUP = SOURCE / 'setup'
VERBS = ['report', 'test', 'node', 'pages', 'shell']


def run(*words):
    return subprocess.run([SETUP, *words], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL)


class Setup(unittest.TestCase):
    def test_can_be_run(self):
        self.assertTrue(os.access(SETUP, os.X_OK))
        self.assertTrue((SOURCE / '.ci' / 'run').is_file())

    def test_without_a_verb_it_says_what_there_is(self):
        for words in ([], ['tset'], ['--help']):
            done = run(*words)
            self.assertEqual(done.returncode, 2)
            self.assertEqual(done.stdout, '')
            self.assertEqual(re.findall(r'^\./setup (\w+)', done.stderr, re.MULTILINE), VERBS)

    def test_parses(self):
        for path in [SETUP, SOURCE / '.ci' / 'run', *(SOURCE / 'tests').glob('*.sh')]:
            done = subprocess.run(['bash', '-n', path], capture_output=True, text=True, check=False)
            self.assertEqual(done.stderr, '', path)

    def test_readme_shows_the_two_commands_first(self):
        first_screen = (SOURCE / 'README.md').read_text(encoding='utf-8').splitlines()[:24]
        for verb in ('report', 'test'):
            self.assertTrue(any(line.strip().startswith(f'./setup {verb}')
                                for line in first_screen), verb)

    def test_ci_runs_the_tests(self):
        self.assertIn('./setup test', (SOURCE / '.ci' / 'run').read_text(encoding='utf-8'))


class Packages(unittest.TestCase):
    """Nothing that the build looks for is left out of what setup installs."""

    text = SETUP.read_text(encoding='utf-8')
    lists = dict(re.findall(r'^(\w+)_packages="([^"]*)"', text, re.MULTILINE))

    def test_each_verb_has_its_list(self):
        self.assertEqual(set(self.lists), {'build', 'bindings', 'node', 'pages', 'test'})

    def test_no_package_stands_twice(self):
        words = ' '.join(self.lists.values()).split()
        self.assertEqual(sorted(words), sorted(set(words)))

    def test_libraries_of_the_build(self):
        build = (SOURCE / 'meson.build').read_text(encoding='utf-8')
        debian = {'glib-2.0': 'libglib2.0-dev', 'gobject-2.0': 'libglib2.0-dev',
                  'gio-2.0': 'libglib2.0-dev', 'gio-unix-2.0': 'libglib2.0-dev',
                  'gmodule-no-export-2.0': 'libglib2.0-dev',
                  'json-glib-1.0': 'libjson-glib-dev', 'sqlite3': 'libsqlite3-dev',
                  'gobject-introspection-1.0': 'libgirepository1.0-dev'}
        everything = ' '.join(self.lists.values()).split()
        for name in re.findall(r"dependency\('([\w.+-]+)'", build):
            self.assertIn(name, debian, f'{name}: which Debian package has it?')
            self.assertIn(debian[name], everything)


if __name__ == '__main__':
    tap.main()
