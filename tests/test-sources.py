#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What every source file of the project has to have, and what none may have."""

import os
import pathlib
import re
import unittest

import tap

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
LIBRARY = SOURCE / 'libruralalliance'
CODE = {'.c', '.h', '.in', '.py', '.js', '.sh', '.toml', '.build', '.vala'}
TEXT = CODE | {'.md', '.json', '.txt', '.csv', '.supp', '.1', '.sql', '.ts'}
LICENCE = 'SPDX-License-Identifier: LGPL-2.1-or-later'
SKIPPED = re.compile(r'^(_build.*|\.git|node_modules|__pycache__|subprojects)$')


def walk(folder):
    for path in sorted(folder.iterdir()):
        if SKIPPED.match(path.name) or path.is_symlink():
            continue
        if path.is_dir():
            yield from walk(path)
        else:
            yield path


def sources(suffixes):
    return [path for path in walk(SOURCE) if path.suffix in suffixes]


def where(path, text, match):
    line = text.count('\n', 0, match.start()) + 1
    return f'{path.relative_to(SOURCE)}:{line}: {match.group(0)!r}'


def found(pattern, suffixes, outside=()):
    hits = []
    for path in sources(suffixes):
        if path.relative_to(SOURCE).as_posix() not in outside:
            text = path.read_text(encoding='utf-8')
            hits += [where(path, text, match) for match in pattern.finditer(text)]
    return hits


PROTOTYPE = re.compile(
    r'^(?P<mark>RUA_AVAILABLE_IN_\d+_\d+\s+)?(?P<type>(?!typedef|static|#|return)[A-Za-z_][\w \*]*?)'
    r'\b(?P<name>rua_\w+)\s*\([^;{]*\)[^;{]*;', re.MULTILINE)


def unmarked(text):
    """Functions a public header declares without the macro that exports them."""
    text = re.sub(r'/\*.*?\*/', '', text, flags=re.DOTALL)
    text = re.sub(r'#if(?:def| defined\() ?RUA_COMPILATION.*?\n#endif', '', text, flags=re.DOTALL)
    return [match['name'] for match in PROTOTYPE.finditer(text) if not match['mark']]


def public_headers():
    return [path for path in walk(LIBRARY)
            if path.suffix == '.h' and path.parent != LIBRARY
            and not path.name.endswith('-private.h')]


class Sources(unittest.TestCase):
    def test_there_are_sources(self):
        self.assertGreater(len(sources(CODE)), 30)

    def test_licence_line(self):
        bare = [str(path.relative_to(SOURCE)) for path in sources(CODE)
                if LICENCE not in '\n'.join(path.read_text(encoding='utf-8').splitlines()[:3])]
        self.assertEqual(bare, [])

    def test_licence_text_and_style_are_there(self):
        self.assertIn('GNU LESSER GENERAL PUBLIC LICENSE', (SOURCE / 'COPYING').read_text())
        self.assertTrue((SOURCE / '.clang-format').is_file())

    def test_no_path_of_a_machine(self):
        roots = '|'.join(['wo' + 'rk', 'ro' + 'ot', 'ho' + 'me/[a-z]', 'fa' + 'rm', 'Us' + 'ers'])
        pattern = re.compile(rf'(?<![\w.}}/:-])/(?:{roots})/[\w.]+')
        self.assertTrue(pattern.search('see /wo' + 'rk/main'))
        self.assertEqual(found(pattern, TEXT), [])

    def test_nothing_is_left_for_later(self):
        pattern = re.compile(r'\b(?:TO' + 'DO|FIX' + r'ME)\b')
        self.assertEqual(found(pattern, CODE | {'.md'}), [])

    def test_no_tab_and_no_blank_at_a_line_end(self):
        self.assertEqual(found(re.compile(r'[ \t]+$', re.MULTILINE), CODE), [])
        self.assertEqual(found(re.compile(r'\t'), {'.c', '.h', '.py', '.js', '.build'}), [])

    def test_files_end_with_a_line(self):
        open_ended = [str(path.relative_to(SOURCE)) for path in sources(CODE)
                      if not path.read_text(encoding='utf-8').endswith('\n')]
        self.assertEqual(open_ended, [])

    def test_every_source_is_built(self):
        for path in LIBRARY.glob('*/*.c'):
            listed = (path.parent / 'meson.build').read_text()
            self.assertIn(f"'{path.name}'", listed, f'{path} is in no list of its room')

    def test_every_public_header_is_in_the_one_header(self):
        one = (LIBRARY / 'ruralalliance.h').read_text()
        for path in public_headers():
            # Of a part that a build may lack, and that asks for a header of another library.
            if path.name != 'rua-chart-draw.h':
                self.assertIn(f'#include "{path.name}"', one)
            listed = (path.parent / 'meson.build').read_text()
            self.assertIn(f"'{path.name}'", listed, f'{path} is not installed')

    def test_no_private_header_is_in_the_one_header(self):
        self.assertNotIn('-private.h', (LIBRARY / 'ruralalliance.h').read_text())
        for path in public_headers():
            text = re.sub(r'#if(?:def| defined\() ?RUA_COMPILATION.*?\n#endif', '', path.read_text(),
                          flags=re.DOTALL)
            self.assertNotIn('-private.h', text, f'{path} shows a private header')

    def test_public_functions_are_marked(self):
        for path in public_headers():
            self.assertEqual(unmarked(path.read_text(encoding='utf-8')), [], str(path))

    def test_an_unmarked_function_is_found(self):
        text = 'RUA_AVAILABLE_IN_1_0\nint rua_a (void);\nconst char *rua_b (int x,\n  int y);\n'
        self.assertEqual(unmarked(text), ['rua_b'])


if __name__ == '__main__':
    tap.main()
