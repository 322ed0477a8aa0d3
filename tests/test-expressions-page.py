#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What doc/expressions.md says of its examples is so, and it names every function there is."""

import os
import pathlib
import re
import unittest

import gi
gi.require_version('RuralAlliance', '1')
from gi.repository import RuralAlliance as ra  # noqa: E402

import tap  # noqa: E402

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
PAGE = (SOURCE / 'doc' / 'expressions.md').read_text(encoding='utf-8')
FUNCTIONS = SOURCE / 'libruralalliance' / 'metrics' / 'rua-program-functions.c'


def examples(sign):
    return re.findall(rf'^    (\w+): (.+?) +{sign} (.+)$', PAGE, re.MULTILINE)


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        document = re.search(r'```json\n(.*?)```', PAGE, re.DOTALL)[1]
        cls.alliance = ra.Alliance.from_json(document)

    def value(self, kind, text):
        """The first record's, with the unit where there is one."""
        expression = ra.Expression.new(text, self.alliance[kind])
        texts, presence = expression.dup_texts()
        if not presence.get_data()[0]:
            return '?'
        unit = expression.get_unit().to_string()
        return texts[0] if unit == '1' else f'{texts[0]} {unit}'

    def test_what_it_gives(self):
        found = examples('→')
        self.assertGreater(len(found), 50)
        for kind, text, want in found:
            with self.subTest(text):
                self.assertEqual(self.value(kind, text), want)

    def test_the_one_spelling_gives_the_same(self):
        for kind, text, want in examples('→'):
            with self.subTest(text):
                spelled = ra.Expression.new(text, self.alliance[kind]).to_string()
                self.assertEqual(self.value(kind, spelled), want)

    def test_what_is_refused(self):
        found = examples('✗')
        self.assertGreater(len(found), 5)
        for kind, text, character in found:
            with self.subTest(text):
                with self.assertRaisesRegex(ra.AllianceError, f'character {character}: '):
                    ra.Expression.new(text, self.alliance[kind])

    def test_every_function_is_there(self):
        table = FUNCTIONS.read_text(encoding='utf-8').split('functions[] = {')[1].split('};')[0]
        names = re.findall(r'^  { "(\w+)"', table, re.MULTILINE)
        self.assertGreater(len(names), 30)
        for name in names:
            self.assertIn(f'`{name} (', PAGE)
            self.assertTrue(any(f'{name} (' in text for _, text, _ in examples('→'))
                            or name in ('abs', 'floor', 'ceiling', 'least', 'lower', 'month', 'starts_with', 'ends_with'),
                            f'no example of {name}')


if __name__ == '__main__':
    tap.main()
