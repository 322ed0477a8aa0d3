#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The pages that are read with the hands on the keyboard: all of their code runs, and prints what they show.

Of a page, the blocks of Python are one session. A block of C or JavaScript is a program, one of sh is typed into a shell.
What a block prints stands in the block of text behind it, but for empty lines around it; a line of … stands for any lines.
"""

import contextlib
import io
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
TYPELIB = BUILD / 'libruralalliance' / 'RuralAlliance-1.typelib'
PAGES = ('cookbook', 'metrics', 'tutorial-analysts', 'tutorial-embedders')
RUN = ('python', 'c', 'js', 'sh')
FENCE = re.compile(r'^```(\w*)\n(.*?)^```$', re.MULTILINE | re.DOTALL)


def blocks(page):
    """(line, language, code, what it prints or None) of each block that runs."""
    text = (SOURCE / 'doc' / f'{page}.md').read_text(encoding='utf-8')
    found = [(text.count('\n', 0, match.start()) + 1, match[1], match[2]) for match in FENCE.finditer(text)]
    if len(found) * 2 != len(re.findall(r'^```', text, re.MULTILINE)):
        raise AssertionError(f'{page}.md: a block does not end')
    for place, (line, language, code) in enumerate(found):
        if language == 'text':
            if not place or found[place - 1][1] not in RUN:
                raise AssertionError(f'{page}.md:{line}: nothing in front prints this')
            continue
        if language not in RUN:
            raise AssertionError(f'{page}.md:{line}: nobody knows how to run {language or "this"}')
        printed = found[place + 1][2] if place + 1 < len(found) and found[place + 1][1] == 'text' else None
        yield line, language, code, printed


def pattern_of(printed):
    lines = [r'(?:.*\n)*' if line.strip() == '…' else re.escape(line.rstrip()) + r'[ \t]*\n' for line in printed.splitlines()]
    return re.compile(''.join(lines))


class Session:
    """Where a page is read: a folder with the examples in it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        (self.folder / 'examples').symlink_to(SOURCE / 'examples')
        self.names = {'__name__': '__main__'}
        self.env = {**os.environ, 'PATH': f"{BUILD / 'tools'}{os.pathsep}{os.environ['PATH']}", 'MPLBACKEND': 'Agg',
                    'MPLCONFIGDIR': folder, 'NO_COLOR': '1', 'LC_ALL': 'C.UTF-8', 'COLUMNS': '80'}

    def run(self, *words):
        done = subprocess.run([str(word) for word in words], cwd=self.folder, env=self.env, capture_output=True, text=True,
                              timeout=100, check=False)
        if done.returncode or done.stderr:
            raise AssertionError(f'status {done.returncode}\n{done.stdout}\n{done.stderr}')
        return done.stdout

    def python(self, code, where):
        printed, before = io.StringIO(), os.getcwd()
        os.chdir(self.folder)
        try:
            with contextlib.redirect_stdout(printed):
                exec(compile(code, where, 'exec'), self.names)  # noqa: S102: this is what the page is for
        finally:
            os.chdir(before)
        return printed.getvalue()

    def sh(self, code, _where):
        return self.run('sh', '-ec', code)

    def js(self, code, _where):
        (self.folder / 'page.js').write_text(code, encoding='utf-8')
        return self.run('gjs', '-m', 'page.js')

    def c(self, code, _where):
        (self.folder / 'page.c').write_text(code, encoding='utf-8')
        env = {**os.environ, 'PKG_CONFIG_PATH': str(BUILD / 'meson-uninstalled')}
        flags = subprocess.run(['pkg-config', '--cflags', '--libs', 'ruralalliance-1'], env=env, capture_output=True, text=True,
                               check=True).stdout.split()
        # Installed, all headers are in one folder; here each room has its own.
        flags += {f'-I{path.parent}': None for top in (SOURCE, BUILD) for path in (top / 'libruralalliance').rglob('*.h')}
        self.run('cc', '-Wall', '-Wextra', '-Werror', '-o', 'page', 'page.c', *flags)
        self.env['LD_LIBRARY_PATH'] = f"{BUILD / 'libruralalliance'}{os.pathsep}{self.env.get('LD_LIBRARY_PATH', '')}"
        return self.run('./page')


class Walkthroughs(unittest.TestCase):
    def read(self, page):
        if not TYPELIB.exists():
            self.skipTest('no introspection')
        try:
            import matplotlib  # noqa: F401
            import pandas  # noqa: F401
        except ImportError:
            self.skipTest('matplotlib or pandas is not installed')
        os.environ['MPLBACKEND'] = 'Agg'
        folder = tempfile.mkdtemp(prefix='page-')
        self.addCleanup(shutil.rmtree, folder)
        session = Session(folder)
        count = 0
        for line, language, code, printed in blocks(page):
            where = f'{page}.md:{line}'
            if language == 'js' and not shutil.which('gjs'):
                continue
            try:
                output = getattr(session, language)('\n' * line + code if language == 'python' else code, where)
            except Exception as error:
                raise AssertionError(f'{where}: {error}') from error
            expected = printed or ''
            if not pattern_of(expected).fullmatch(output.strip('\n') + '\n' if output.strip() else ''):
                raise AssertionError(f'{where} prints\n{output}and not\n{expected}')
            count += 1
        self.assertGreater(count, 3, page)

    def test_ten_questions(self):
        text = (SOURCE / 'doc' / 'cookbook.md').read_text(encoding='utf-8')
        self.assertGreaterEqual(len(re.findall(r'^## .*\?$', text, re.MULTILINE)), 10)

    def test_what_is_wrong_is_noticed(self):
        """Output that differs in one figure does not pass, and a line of … stands for lines only."""
        self.assertTrue(pattern_of('a\n…\nc 1\n').fullmatch('a\nb\nb\nc 1\n'))
        self.assertFalse(pattern_of('a\n…\nc 1\n').fullmatch('a\nb\nc 2\n'))
        self.assertFalse(pattern_of('a 1.5\n').fullmatch('a 1x5\n'))
        self.assertFalse(pattern_of('').fullmatch('a\n'))


for _page in PAGES:
    setattr(Walkthroughs, f'test_{_page}', lambda self, page=_page: self.read(page))

if __name__ == '__main__':
    tap.main()
