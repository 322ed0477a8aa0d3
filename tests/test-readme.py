#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The examples of README.md, run as they stand there; all three print the same."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import tap

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
BUILD = pathlib.Path(os.environ['RUA_BUILD_ROOT'])
README = (SOURCE / 'README.md').read_text(encoding='utf-8')
FOUND = re.findall(r'^```(\w+)\n(.*?)^```$', README, re.MULTILINE | re.DOTALL)
BLOCKS = dict(reversed(FOUND))  # the first in each language


def run(*words, **options):
    done = subprocess.run([str(word) for word in words], cwd=SOURCE, capture_output=True,
                          text=True, check=False, **options)
    if done.returncode or done.stderr:
        raise AssertionError(f'{words[0]}: status {done.returncode}\n{done.stdout}\n{done.stderr}')
    return done.stdout


class Readme(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix='readme-'))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.printed = run('/usr/bin/python3', cls.write('example.py', 'python'))

    @classmethod
    def write(cls, name, language):
        path = cls.folder / name
        path.write_text(BLOCKS[language], encoding='utf-8')
        return path

    def test_python(self):
        self.assertRegex(self.printed, r'(?m)^[\w.-]+: supported$')
        self.assertGreaterEqual(len(self.printed.splitlines()), 40)

    def test_chart(self):
        """The example that draws: CSV files to a picture in ten lines."""
        try:
            import matplotlib  # noqa: F401
            import pandas  # noqa: F401
        except ImportError:
            self.skipTest('matplotlib or pandas is not installed')
        block = [text for language, text in FOUND if language == 'python'][1]
        self.assertLessEqual(len(block.splitlines()), 11)
        folder = self.folder / 'chart'
        folder.mkdir()
        (folder / 'examples').symlink_to(SOURCE / 'examples')
        (folder / 'chart.py').write_text(block, encoding='utf-8')
        env = {**os.environ, 'MPLBACKEND': 'Agg', 'MPLCONFIGDIR': str(folder)}
        done = subprocess.run(['/usr/bin/python3', 'chart.py'], cwd=folder, env=env, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('household.stratum', done.stdout)
        self.assertEqual((folder / 'incomes.png').read_bytes()[:4], b'\x89PNG')

    def test_command(self):
        """The lines for the shell, run where they may write."""
        lines = ''.join(re.search(rf'^## {title}\n\n((?:    .+\n)+)', README, re.MULTILINE)[1]
                        for title in ('From CSV files', 'Where it is kept'))
        (self.folder / 'examples').symlink_to(SOURCE / 'examples')
        env = {**os.environ, 'PATH': f"{BUILD / 'tools'}{os.pathsep}{os.environ['PATH']}"}
        done = subprocess.run(['sh', '-ec', lines], cwd=self.folder, env=env, capture_output=True,
                              text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        self.assertRegex(done.stdout, r'(?m)^data\.coverage\(year=2014\) +0% ')
        self.assertNotIn('not known', done.stdout)
        self.assertTrue((self.folder / 'my.rua').is_file())
        self.assertIn('households.csv', os.listdir(self.folder / 'package'))

    def test_c(self):
        if not shutil.which('cc'):
            self.skipTest('there is no compiler named cc')
        env = {**os.environ, 'PKG_CONFIG_PATH': str(BUILD / 'meson-uninstalled')}
        flags = run('pkg-config', '--cflags', '--libs', 'ruralalliance-1', env=env).split()
        # Installed, all headers are in one folder; here each room has its own.
        flags += [f'-I{path.parent}' for top in (SOURCE, BUILD)
                  for path in (top / 'libruralalliance').rglob('*.h')]
        program = self.folder / 'example'
        run('cc', '-Wall', '-Wextra', '-Werror', self.write('example.c', 'c'), *flags,
            '-o', program, env=env)
        self.assertEqual(run(program), self.printed)

    def test_javascript(self):
        if not shutil.which('gjs'):
            self.skipTest('gjs is not installed')
        self.assertEqual(run('gjs', '-m', self.write('example.js', 'js')), self.printed)

    def test_links_lead_somewhere(self):
        for page in ('README.md', 'CONTRIBUTING.md'):
            text = (SOURCE / page).read_text(encoding='utf-8')
            for target in re.findall(r'\]\(([^)#:]+)\)', text):
                self.assertTrue((SOURCE / target).exists(), f'{page}: {target}')

    def test_rooms_are_all_told(self):
        for path in sorted((SOURCE / 'libruralalliance').glob('*/meson.build')):
            self.assertIn(f'`libruralalliance/{path.parent.name}`', README)


if __name__ == '__main__':
    tap.main()
