#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The shared library exports what tests/exports.txt lists, and that is what its headers declare.

    tests/test-exports.py --update BUILD      writes the list anew, for a change that is meant
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

import tap

TESTS = pathlib.Path(__file__).resolve().parent
LIST = TESTS / 'exports.txt'
MEND = 'where the change is meant: tests/test-exports.py --update _build'


# What gcc adds to a library that counts which lines are run.
COUNTERS = re.compile(r'__gcov_\w+|mangle_path')

# Headers of parts that a build may lack; what they declare is no part of the list.
OPTIONAL = {'rua-chart-draw.h'}


def optional():
    names = set()
    for path in (TESTS.parent / 'libruralalliance').rglob('*.h'):
        if path.name in OPTIONAL:
            names |= set(re.findall(r'\b(rua_\w+) \(', path.read_text(encoding='utf-8')))
    return names


def exported(build):
    done = subprocess.run(
        ['nm', '-D', '--defined-only', '--format=posix',
         str(build / 'libruralalliance' / 'libruralalliance-1.so')],
        capture_output=True, text=True, check=True)
    names = {line.split()[0] for line in done.stdout.splitlines()} - optional()
    if any((build / 'libruralalliance').rglob('*.gcno')):
        names = {name for name in names if not COUNTERS.fullmatch(name)}
    return sorted(names)


def declared(build):
    """What the public headers mark for export, the generated ones among them."""
    one = (TESTS.parent / 'libruralalliance' / 'ruralalliance.h').read_text()
    names = set(re.findall(r'#include "([^"]+)"', one))
    found = set()
    for folder in (TESTS.parent / 'libruralalliance', build / 'libruralalliance'):
        for path in folder.rglob('*.h'):
            if path.name in names:
                text = re.sub(r'/\*.*?\*/', '', path.read_text(encoding='utf-8'), flags=re.DOTALL)
                declare = r'G_DECLARE_\w+_TYPE \(\w+, (\w+),[^)]*\)'
                found |= {name + '_get_type' for name in re.findall(declare, text)}
                text = re.sub(declare, ';', text)
                for words in re.findall(r'^RUA_AVAILABLE_IN_\d+_\d+\s+([^;{]+);', text, re.M):
                    found.add(re.search(r'\b(rua_\w+)\s*\(', words)[1])
    return found


class Exports(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.build = pathlib.Path(os.environ['RUA_BUILD_ROOT'])
        cls.names = exported(cls.build)

    def test_names_start_with_the_prefix(self):
        self.assertEqual([name for name in self.names if not name.startswith('rua_')], [])

    def test_names_are_those_of_the_list(self):
        kept = LIST.read_text(encoding='utf-8').split()
        self.assertEqual(sorted(set(kept) - set(self.names)), [], 'no longer exported; ' + MEND)
        self.assertEqual(sorted(set(self.names) - set(kept)), [], 'newly exported; ' + MEND)

    def test_list_is_sorted(self):
        kept = LIST.read_text(encoding='utf-8').split()
        self.assertEqual(kept, sorted(set(kept)))

    def test_what_is_exported_is_declared(self):
        self.assertEqual(sorted(set(self.names) - declared(self.build)), [])

    def test_what_is_declared_is_exported(self):
        self.assertEqual(sorted(declared(self.build) - set(self.names)), [])


if __name__ == '__main__':
    if sys.argv[1:2] == ['--update']:
        LIST.write_text('\n'.join(exported(pathlib.Path(sys.argv[2]))) + '\n', encoding='utf-8')
    elif shutil.which('nm'):
        tap.main()
    else:
        print('1..0 # SKIP nm is not installed')
