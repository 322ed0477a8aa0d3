#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""No room includes a header of one it may not see, and the build refuses it when one does."""

import json
import os
import pathlib
import re
import shlex
import subprocess
import tempfile
import unittest

import tap

# base <- table <- model <- metrics <- evidence <- report; model <- market; model <- formats <- stores
SEES = {
    'base': [],
    'table': ['base'],
    'model': ['base', 'table'],
    'metrics': ['base', 'table', 'model'],
    'evidence': ['base', 'table', 'model', 'metrics'],
    'market': ['base', 'table', 'model'],
    'formats': ['base', 'table', 'model'],
    'stores': ['base', 'table', 'model', 'formats'],
    'report': ['base', 'table', 'model', 'metrics', 'evidence', 'market'],
}

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
BUILD = pathlib.Path(os.environ['RUA_BUILD_ROOT'])
LIBRARY = SOURCE / 'libruralalliance'
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)


def files_of(room):
    return sorted(path for path in (LIBRARY / room).rglob('*.[ch]'))


def room_of_header():
    return {path.name: room for room in SEES for path in files_of(room) if path.suffix == '.h'}


def wrong_includes(room, text, owner):
    """The headers a text of this room includes and may not."""
    return [name for name in INCLUDE.findall(text)
            if owner.get(pathlib.PurePath(name).name, room) not in [room, *SEES[room]]]


def flags_of_rooms():
    """The compiler and its options, without the file, as the build uses them for each room."""
    flags = {}
    for entry in json.loads((BUILD / 'compile_commands.json').read_text()):
        path = (pathlib.Path(entry['directory']) / entry['file']).resolve()
        for room in SEES:
            if path.is_relative_to((LIBRARY / room).resolve()) and room not in flags:
                words = shlex.split(entry['command'])
                words = words[:words.index('-MD')] if '-MD' in words else words
                flags[room] = (entry['directory'], words)
    return flags


class Includes(unittest.TestCase):
    def test_every_room_is_known(self):
        found = {path.parent.name for path in LIBRARY.glob('*/meson.build')}
        self.assertEqual(found, set(SEES))

    def test_names_are_unique_across_rooms(self):
        seen = {}
        for room in SEES:
            for path in files_of(room):
                self.assertNotIn(path.name, seen, f'{path} and {seen.get(path.name)}')
                seen[path.name] = path

    def test_no_include_against_an_arrow(self):
        owner = room_of_header()
        for room in SEES:
            for path in files_of(room):
                wrong = wrong_includes(room, path.read_text(encoding='utf-8'), owner)
                self.assertEqual(wrong, [], f'{path} includes what {room} may not see')

    def test_includes_are_by_bare_name(self):
        owner = room_of_header()
        for room in SEES:
            for path in files_of(room):
                for name in INCLUDE.findall(path.read_text(encoding='utf-8')):
                    if pathlib.PurePath(name).name in owner:
                        self.assertNotIn('/', name, f'{path}: include "{name}" by its bare name')

    def test_a_wrong_include_is_found(self):
        owner = {'rua-alliance.h': 'model', 'rua-error.h': 'base'}
        text = '#include "rua-error.h"\n # include <rua-alliance.h>\n#include <glib.h>\n'
        self.assertEqual(wrong_includes('table', text, owner), ['rua-alliance.h'])
        self.assertEqual(wrong_includes('model', text, owner), [])


class Build(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.flags = flags_of_rooms()
        cls.headers = {}
        for name, room in sorted(room_of_header().items()):
            cls.headers.setdefault(room, name)

    def compiles(self, room, header):
        directory, words = self.flags[room]
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / 'includes.c'
            path.write_text(f'#include "{header}"\n')
            done = subprocess.run([*words, '-E', '-o', os.devnull, str(path)], cwd=directory,
                                  capture_output=True, text=True, check=False)
        if done.returncode:
            self.assertIn(header, done.stderr)
            self.assertIn('No such file', done.stderr)
        return done.returncode == 0

    def test_the_build_lets_the_arrows_through(self):
        for room in self.flags:
            for other in [room, *SEES[room]]:
                if other in self.headers:
                    self.assertTrue(self.compiles(room, self.headers[other]),
                                    f'{room} must see {other}')

    def test_the_build_refuses_against_the_arrows(self):
        tried = 0
        for room in self.flags:
            for other in set(SEES) - {room, *SEES[room]}:
                if other in self.headers:
                    self.assertFalse(self.compiles(room, self.headers[other]),
                                     f'{room} must not see {other}')
                    tried += 1
        self.assertGreater(tried, 0)


if __name__ == '__main__':
    os.environ.setdefault('LC_ALL', 'C')
    tap.main()
