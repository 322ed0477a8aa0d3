#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The mutations that mutate.py tries in the long suite still fit the source."""

import os
import pathlib
import unittest

import mutate
import tap

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])


class Mutations(unittest.TestCase):
    def setUp(self):
        self.mutations = mutate.read_mutations()

    def test_enough(self):
        self.assertGreaterEqual(len(self.mutations), 40)
        self.assertGreaterEqual(len({mutation['file'] for mutation in self.mutations}), 20)

    def test_each_is_there_once(self):
        for mutation in self.mutations:
            with self.subTest(mutation['file']):
                text = (SOURCE / mutate.ROOM / mutation['file']).read_text(encoding='utf-8')
                self.assertEqual(text.count(mutation['find']), 1, mutation['find'])
                self.assertNotEqual(mutation['find'], mutation['replace'])

    def test_tests_are_there(self):
        build = (SOURCE / 'tests' / 'meson.build').read_text(encoding='utf-8')
        for mutation in self.mutations:
            self.assertTrue(mutation['tests'])
            for name in mutation['tests']:
                self.assertTrue((SOURCE / 'tests' / f'test-{name}.c').is_file(), name)
                self.assertIn(f"'{name}': {{", build)


if __name__ == '__main__':
    tap.main()
