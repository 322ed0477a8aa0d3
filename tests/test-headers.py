#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a program sees: each public header stands alone, in C and in C++, without a warning."""

import os
import pathlib
import re
import shutil
import subprocess
import unittest

import tap

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
BUILD = pathlib.Path(os.environ['RUA_BUILD_ROOT'])
LIBRARY = SOURCE / 'libruralalliance'
ONE = (LIBRARY / 'ruralalliance.h').read_text(encoding='utf-8')
WARNINGS = ['-Wall', '-Wextra', '-Wundef', '-Wwrite-strings', '-Wstrict-prototypes', '-Werror']


def folders():
    yield LIBRARY
    for top in (LIBRARY, BUILD / 'libruralalliance'):
        yield from sorted({path.parent for path in top.rglob('*.h')} | {top})


def flags():
    words = subprocess.run(['pkg-config', '--cflags', 'gio-2.0'], capture_output=True, text=True,
                           check=True).stdout.split()
    return words + [f'-I{folder}' for folder in folders()]


def refused(compiler, language, text, *more):
    """The compiler's complaints about a text; empty when it has none."""
    done = subprocess.run([*compiler, *more, *flags(), '-fsyntax-only', '-x', language, '-'],
                          input=text, capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ''


@unittest.skipUnless(shutil.which('cc'), 'there is no compiler named cc')
class Headers(unittest.TestCase):
    names = re.findall(r'#include "([^"]+)"', ONE)

    def test_each_alone(self):
        self.assertGreater(len(self.names), 5)
        for name in self.names:
            with self.subTest(header=name):
                self.assertEqual(refused(['cc'], 'c', f'#include <{name}>\n', '-std=gnu11',
                                         *WARNINGS), '')

    def test_all_at_once_in_strict_c(self):
        self.assertEqual(refused(['cc'], 'c', '#include <ruralalliance.h>\n', '-std=c11',
                                 *WARNINGS), '')

    @unittest.skipUnless(shutil.which('c++'), 'there is no C++ compiler')
    def test_all_at_once_in_cpp(self):
        more = [word for word in WARNINGS if word != '-Wstrict-prototypes']
        self.assertEqual(refused(['c++'], 'c++', '#include <ruralalliance.h>\n', *more), '')

    def test_nothing_private_is_seen(self):
        text = ('#include <ruralalliance.h>\n#ifdef RUA_COMPILATION\n#error seen\n#endif\n'
                'RuaKindInfo *info;\n')
        self.assertIn('RuaKindInfo', refused(['cc'], 'c', text))

    def test_a_program_can_ask_for_an_older_version(self):
        text = ('#define RUA_VERSION_MAX_ALLOWED 0x000900\n#include <ruralalliance.h>\n'
                'int main (void) { return rua_check_version (1, 0, 0) != 0; }\n')
        self.assertIn('Not available before 1.0',
                      refused(['cc'], 'c', text, '-Werror=deprecated-declarations',
                              '-Werror=attributes', '-Werror'))


if __name__ == '__main__':
    tap.main()
